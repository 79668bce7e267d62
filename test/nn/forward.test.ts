import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { createRng } from '../../src/base';
import {
  activationGradients,
  ArchitectureBuilder,
  forward,
  hardSigmoid,
  hardSwish,
  initialNetwork,
  intermediateOutputs,
  loadBackend,
  modelOf,
  relu,
  relu6,
  tensorsOf,
  toLayersModel,
  weightsOf,
} from '../../src/nn';
import { batchNormTraining } from '../../src/nn/batch-norm';
import { sines, smallNet } from './support';

const rng = createRng(11);
const normals = (n: number): Float32Array => Float32Array.from({ length: n }, () => 3 * rng.normal());
const close = (a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number): void => {
  assert.equal(a.length, b.length);
  for (let i = 0; i < a.length; i++) assert.ok(Math.abs(a[i] - b[i]) <= tolerance, `[${i}] ${a[i]} against ${b[i]}`);
};

describe('nn/forward', () => {
  before(async () => void (await loadBackend()));

  const derivatives: [string, (x: tf.Tensor) => tf.Tensor, (x: number) => number, (x: number) => number][] = [
    ['relu', relu, (x) => Math.max(0, x), (x) => (x > 0 ? 1 : 0)],
    ['relu6', relu6, (x) => Math.min(6, Math.max(0, x)), (x) => (x > 0 && x < 6 ? 1 : 0)],
    ['hardSigmoid', hardSigmoid, (x) => Math.min(6, Math.max(0, x + 3)) / 6, (x) => (Math.abs(x) < 3 ? 1 / 6 : 0)],
    [
      'hardSwish',
      hardSwish,
      (x) => (x * Math.min(6, Math.max(0, x + 3))) / 6,
      (x) => (x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6),
    ],
  ];
  for (const [name, operation, value, derivative] of derivatives) {
    it(`${name} and its derivative`, () => {
      const x = normals(200);
      const dy = normals(200);
      tf.tidy(() => {
        close(operation(tf.tensor1d(x)).dataSync(), [...x].map(value), 1e-5);
        const gradient = tf.grad((t) => operation(t))(tf.tensor1d(x), tf.tensor1d(dy));
        close(gradient.dataSync(), [...x].map((v, i) => dy[i] * derivative(v)), 1e-4);
      });
    });
  }

  it('batch norm in training: value, statistics and gradients against tf\'s own differentiation', () => {
    tf.tidy(() => {
      const x = tf.tensor4d(normals(2 * 3 * 4 * 5), [2, 3, 4, 5]);
      const gamma = tf.tensor1d(normals(5));
      const beta = tf.tensor1d(normals(5));
      const dy = tf.tensor4d(normals(120), [2, 3, 4, 5]);
      const plain = (a: tf.Tensor, g: tf.Tensor, b: tf.Tensor): tf.Tensor => {
        const { mean, variance } = tf.moments(a, [0, 1, 2]);
        return tf.add(tf.mul(tf.mul(tf.sub(a, mean), tf.rsqrt(tf.add(variance, 1e-3))), g), b);
      };
      const ours = (a: tf.Tensor, g: tf.Tensor, b: tf.Tensor): tf.Tensor =>
        batchNormTraining(a as tf.Tensor4D, g as tf.Tensor1D, b as tf.Tensor1D, 1e-3).y;
      close(ours(x, gamma, beta).dataSync(), plain(x, gamma, beta).dataSync(), 1e-4);
      const a = tf.grads(ours)([x, gamma, beta], dy);
      const b = tf.grads(plain)([x, gamma, beta], dy);
      a.forEach((gradient, i) => close(gradient.dataSync(), b[i].dataSync(), 1e-3));
      const { mean, variance } = batchNormTraining(x, gamma, beta, 1e-3);
      const moments = tf.moments(x, [0, 1, 2]);
      close(mean.dataSync(), moments.mean.dataSync(), 1e-5);
      close(variance.dataSync(), tf.mul(moments.variance, 24 / 23).dataSync(), 1e-4);
      tf.dispose([mean, variance]);
    });
  });

  it('lets hooks replace weights and outputs', () => {
    const network = initialNetwork(smallNet(), 1);
    const { x } = sines(2);
    tf.tidy(() => {
      const input = tf.tensor4d(x, [2, 1, 32, 3]);
      const seen: string[] = [];
      const outputs = forward(network.architecture, tensorsOf(network), input, {
        outputs: ['stem', 'pool'],
        hooks: {
          weight: (layer, role, value) => (layer.name === 'stem' && role === 'kernel' ? tf.zerosLike(value) : value),
          output: (layer, value) => {
            seen.push(layer.name);
            return layer.name === 'pool' ? tf.add(value, 1) : value;
          },
        },
      });
      assert.deepEqual(seen, network.architecture.layers.map((layer) => layer.name));
      assert.ok(outputs.get('stem')?.dataSync().every((v) => v === 0));
      assert.deepEqual(outputs.get('pool')?.shape, [2, 1, 1, 8]);
      assert.ok(outputs.get('pool')?.dataSync().some((v) => v >= 1));
    });
  });

  it('gives outputs inside the network without leaving tensors behind', () => {
    const model = toLayersModel(smallNet(), { seed: 1 });
    const { x } = sines(4);
    const before = tf.memory().numTensors;
    const outputs = intermediateOutputs(model, ['input', 'stem', 'se_gate'], x);
    assert.equal(tf.memory().numTensors, before);
    assert.deepEqual([...outputs].map(([name, values]) => [name, values.length]), [['input', 4 * 96], ['stem', 4 * 16 * 8], ['se_gate', 4 * 8]]);
    assert.deepEqual(outputs.get('input'), x);
  });

  it('gives gradients with respect to activations: central differences through a bias', () => {
    // A bias adds the same to every position of a channel, so d loss / d bias is the sum of the gradient there.
    const b = new ArchitectureBuilder('net', [32, 3]);
    const conv = b.conv(b.input, 4, { kernel: 5, strides: 2, name: 'conv' });
    const pooled = b.globalAveragePool(b.activation(conv, 'tanh', 'tanh'), 'pool');
    const architecture = b.build(b.classifier(pooled, 3));
    const model = toLayersModel(architecture, { seed: 1 });
    const { x, y } = sines(6);
    const { gradient } = activationGradients(model, ['conv'], x, y).get('conv') as { gradient: Float32Array };
    const weights = weightsOf(model, architecture);
    const lossAt = (channel: number, shift: number): number => {
      const bias = Float32Array.from(weights.get('conv')?.bias as Float32Array);
      bias[channel] += shift;
      const moved = modelOf({ architecture, weights: new Map([...weights, ['conv', { ...weights.get('conv'), bias }]]) as never });
      const logits = intermediateOutputs(moved, ['softmax'], x).get('softmax') as Float32Array;
      moved.dispose();
      return y.reduce((sum, label, i) => sum - Math.log(logits[i * 3 + label]), 0);
    };
    for (let channel = 0; channel < 4; channel++) {
      let sum = 0;
      for (let i = channel; i < gradient.length; i += 4) sum += gradient[i];
      const difference = (lossAt(channel, 0.01) - lossAt(channel, -0.01)) / 0.02;
      assert.ok(Math.abs(sum - difference) < 2e-3 * Math.max(1, Math.abs(difference)), `${sum} against ${difference}`);
    }
  });
});
