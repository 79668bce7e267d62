import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { createRng } from '../../src/base';
import {
  ArchitectureBuilder, batchTensor, forward, initialNetwork, inputShapeOf, loadBackend, mobilenetV3Small1d, recalibrateBatchNorm, tensorsOf, type Network,
} from '../../src/nn';
import { sines, smallNet } from './support';

/** Outputs of the last layer for all samples at once. */
function outputs({ architecture, weights }: Network, x: Float32Array, n: number, training: boolean): Float32Array {
  return tf.tidy(() => {
    const [value] = forward(architecture, tensorsOf({ architecture, weights }), batchTensor(x, inputShapeOf(architecture), 0, n), { training }).values();
    return value.dataSync<'float32'>().slice();
  });
}

/** Most of every kernel set to zero: many channels are constant then. */
function withoutMost({ architecture, weights }: Network, share: number): Network {
  const rng = createRng(5);
  return {
    architecture,
    weights: new Map([...weights].map(([layer, own]) => [layer, own.kernel ? { ...own, kernel: own.kernel.map((w) => (rng.next() < share ? 0 : w)) } : own])),
  };
}

describe('recalibrateBatchNorm', () => {
  before(() => loadBackend());

  for (const [name, architecture] of [
    ['a small network', smallNet()],
    ['MobileNetV3', mobilenetV3Small1d({ inputShape: [32, 3], classes: 3, width: 0.25 })],
  ] as const) {
    it(`gives ${name} with most weights gone the outputs that the batch's own statistics give`, async () => {
      const { x, n } = sines(256);
      const pruned = withoutMost(initialNetwork(architecture, 3), 0.8);
      const network = await recalibrateBatchNorm(pruned, { x, n }, { batchSize: n });
      const wanted = outputs(network, x, n, true);
      const furthest = (of: Network): number => outputs(of, x, n, false).reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i])), 0);
      // Not exactly: the moving variance is the unbiased one.
      assert.ok(furthest(network) < 0.01, `${furthest(network)}`);
      assert.ok(furthest(pruned) > 0.05, `${furthest(pruned)}`);
    });
  }

  it('puts batches together to the moments of all samples', async () => {
    const { x, n } = sines(96);
    const network = initialNetwork(smallNet(), 1);
    const { weights } = await recalibrateBatchNorm(network, { x, n }, { batchSize: 16 });
    const norm = network.architecture.layers.find(({ kind }) => kind === 'batchNorm')!;
    tf.tidy(() => {
      const input = batchTensor(x, inputShapeOf(network.architecture), 0, n);
      const seen = forward(network.architecture, tensorsOf(network), input, { outputs: norm.inputs }).get(norm.inputs[0]) as tf.Tensor;
      const { mean, variance } = tf.moments(seen, [0, 1, 2]);
      mean.dataSync().forEach((m, c) => assert.ok(Math.abs(m - weights.get(norm.name)!.mean[c]) < 1e-5));
      variance.dataSync().forEach((v, c) => assert.ok(Math.abs(v - weights.get(norm.name)!.variance[c]) < 5e-3 * v));
    });
  });

  it('reads streams too, leaves tensors behind nowhere and touches nothing else', async () => {
    const { x, y, n } = sines(40);
    const network = initialNetwork(smallNet(), 1);
    const tensors = tf.memory().numTensors;
    const options = { batchSize: 16, most: 33, seed: 4 };
    const fromMemory = await recalibrateBatchNorm(network, { x, n }, options);
    const stream = { n, async *batches() { yield { x, y, n }; } };
    assert.deepEqual((await recalibrateBatchNorm(network, stream, options)).weights, fromMemory.weights);
    assert.equal(tf.memory().numTensors, tensors);
    for (const [layer, own] of network.weights)
      for (const [role, values] of Object.entries(own))
        if (role !== 'mean' && role !== 'variance') assert.equal((fromMemory.weights.get(layer) as Record<string, Float32Array>)[role], values);
    await assert.rejects(recalibrateBatchNorm(network, { x: x.slice(1), n }), /samples\.x/);
    const b = new ArchitectureBuilder('plain', [4]);
    const plain = initialNetwork(b.build(b.classifier(b.input, 3)), 1);
    assert.equal(await recalibrateBatchNorm(plain, { x, n }), plain);
  });
});
