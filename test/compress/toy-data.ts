import { createRng } from '../../src/base';
import type { Samples } from '../../src/nn';

/** n signals of 16 steps and 2 channels, three classes: two frequencies and noise. Easy for a small network. */
export function toySignals(n: number, seed: number): Samples {
  const rng = createRng(seed).fork('toy');
  const x = new Float32Array(n * 32);
  const y = Int32Array.from({ length: n }, (_, i) => i % 3);
  for (let i = 0; i < n; i++) {
    const phase = rng.next() * 2 * Math.PI;
    for (let t = 0; t < 16; t++) {
      const wave = y[i] === 2 ? 0 : Math.sin(phase + (y[i] === 0 ? 0.5 : 1.5) * t);
      x[i * 32 + 2 * t] = wave + 0.3 * rng.normal();
      x[i * 32 + 2 * t + 1] = (y[i] === 1 ? 0.7 : -0.2) * wave + 0.3 * rng.normal();
    }
  }
  return { x, y, n };
}
