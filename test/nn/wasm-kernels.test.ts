/**
 * The gradients composed for the wasm backend, checked where they run (a process of their own, since a process
 * has one backend) against finite differences of the forward pass, in double precision.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';

const script = `
const tf = require('@tensorflow/tfjs');
const { loadBackend } = require('./src/nn/backend');
const { createRng } = require('./src/base');
const rng = createRng(5);
const random = (shape) => Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => rng.normal());
// [x shape, filter shape, strides, padding]
const cases = [
  [[2, 5, 6, 3], [3, 3, 3, 4], [1, 1], 'same'],
  [[2, 5, 6, 3], [3, 3, 3, 4], [2, 2], 'same'],
  [[1, 6, 7, 2], [2, 3, 2, 3], [2, 1], 'valid'],
  [[2, 1, 11, 2], [1, 5, 2, 3], [1, 2], 'same'],
  [[1, 4, 4, 3], [1, 1, 3, 2], [2, 2], 'same'],
  [[1, 7, 8, 2], [3, 3, 2, 1], [3, 2], 'valid'],
];
async function main() {
  await loadBackend('wasm');
  const results = [];
  for (const depthwise of [false, true]) {
    for (const [xs, fs, strides, pad] of cases) {
      const filterShape = depthwise ? [fs[0], fs[1], xs[3], fs[3] > 2 ? 2 : 1] : fs;
      const x = tf.tensor(random(xs), xs);
      const w = tf.tensor(random(filterShape), filterShape);
      const op = (a, b) => (depthwise ? tf.depthwiseConv2d(a, b, strides, pad) : tf.conv2d(a, b, strides, pad));
      const y = op(x, w);
      const weight = tf.tensor(random(y.shape), y.shape);
      const loss = (a, b) => tf.sum(tf.mul(op(a, b), weight));
      const [dx, dw] = tf.grads(loss)([x, w]);
      // The loss is linear in each argument: a difference of one step is its derivative, up to rounding.
      const differences = (t, f) => Array.from(t.dataSync(), (value, i) => {
        const shifted = t.dataSync().slice();
        shifted[i] += 1;
        return f(tf.tensor(shifted, t.shape)).dataSync()[0] - f(t).dataSync()[0];
      });
      const worst = (a, b) => Math.max(...a.map((v, i) => Math.abs(v - b[i])));
      results.push({
        name: (depthwise ? 'depthwise ' : 'conv ') + JSON.stringify([xs, filterShape, strides, pad]),
        dx: worst(Array.from(dx.dataSync()), differences(x, (t) => loss(t, w))),
        dw: worst(Array.from(dw.dataSync()), differences(w, (t) => loss(x, t))),
        scale: Math.max(...dw.dataSync().map(Math.abs)),
      });
    }
  }
  console.log(JSON.stringify(results));
}
main();`;

describe('nn/wasm-kernels', () => {
  it('gives the gradients of convolutions and depthwise convolutions', () => {
    const output = execFileSync(process.execPath, ['-r', 'ts-node/register/transpile-only', '-e', script], { encoding: 'utf8' });
    const results: { name: string; dx: number; dw: number; scale: number }[] = JSON.parse(output);
    assert.equal(results.length, 12);
    for (const { name, dx, dw, scale } of results) {
      assert.ok(scale > 0.1, name);
      assert.ok(dx < 1e-4 && dw < 1e-4, `${name}: dx off by ${dx}, dw by ${dw}`);
    }
  });
});
