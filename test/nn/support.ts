import { createRng } from '../../src/base';
import { ArchitectureBuilder, type Architecture } from '../../src/nn';

/** Sines whose frequency tells the class, with noise: n windows of 32 × 3, three classes in turn. */
export function sines(n: number, seed = 1): { x: Float32Array; y: Int32Array; n: number } {
  const rng = createRng(seed);
  const x = new Float32Array(n * 96);
  const y = Int32Array.from({ length: n }, (_, i) => i % 3);
  for (let i = 0; i < n; i++) {
    const phase = rng.next();
    for (let t = 0; t < 32; t++) {
      for (let c = 0; c < 3; c++) x[i * 96 + t * 3 + c] = Math.sin(t * (y[i] + 1) * 0.4 + c + phase) + 0.4 * rng.normal();
    }
  }
  return { x, y, n };
}

/** Every difficult thing in small: strides, depthwise, squeeze-and-excite, residual, hard swish, batch norm. */
export function smallNet(): Architecture {
  const b = new ArchitectureBuilder('small', [32, 3]);
  let x = b.convBnAct(b.input, 8, 'hardSwish', { kernel: 5, strides: 2, name: 'stem' });
  let y = b.depthwiseBnAct(x, 'relu', { kernel: 3, name: 'depthwise' });
  y = b.squeezeExcite(y, 8, 4, 'se');
  x = b.sum([x, y], 'sum');
  x = b.depthwiseBnAct(x, 'relu6', { kernel: 3, strides: 2, name: 'down' });
  return b.build(b.classifier(b.globalAveragePool(x, 'pool'), 3));
}
