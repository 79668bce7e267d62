import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { applyMasks, calibrate, elementMasks, prepareNetwork, quantize, simulate } from '../../src/compress';
import { createRng } from '../../src/base';
import { batchTensor, forward, inputShapeOf, loadBackend, mobilenetV3Small1d, tensorsOf, type Architecture, type Network } from '../../src/nn';
import { livedIn } from './random-architecture';
import { logitsOf, samplesFor } from './run';

const n = 64;

/** The network with the moving statistics that training would have left: those of the samples, layer by layer. */
function withStatistics({ architecture, weights }: Network, x: Float32Array): Network {
  const own = new Map(weights);
  for (const layer of architecture.layers) {
    if (layer.kind !== 'batchNorm') continue;
    const statistics = tf.tidy(() => {
      const input = batchTensor(x, inputShapeOf(architecture), 0, n);
      const outputs = forward(architecture, tensorsOf({ architecture, weights: own }), input, { outputs: layer.inputs });
      const { mean, variance } = tf.moments(outputs.get(layer.inputs[0]) as tf.Tensor, [0, 1, 2]);
      return { mean: mean.dataSync<'float32'>().slice(), variance: variance.dataSync<'float32'>().slice() };
    });
    own.set(layer.name, { ...own.get(layer.name), ...statistics });
  }
  return { architecture, weights: own };
}

/** A network that lost a share of the weights of each kernel, chosen at random, and was normalised since. */
function pruned(architecture: Architecture, sparsity: number, x: Float32Array): Network {
  const network = livedIn(architecture, 1);
  const rng = createRng(2);
  const scores = [...network.weights].flatMap(([layer, { kernel }]) =>
    kernel ? [[layer, kernel.map(() => rng.next())] as const] : []);
  const masks = elementMasks(new Map(scores), new Map(scores.map(([layer]) => [layer, sparsity])), false);
  return withStatistics({ architecture, weights: applyMasks(network.weights, masks) }, x);
}

/** Error of the integer network's logits, over their deviation. */
async function relativeError(network: Network, x: Float32Array, correctBiases: ('int8' | 'uint8')[]): Promise<number> {
  const model = quantize(network, await calibrate(network, x, n, { correctBiases }), 'int8');
  const output = await simulate({ ...model, operations: model.operations.slice(0, -1), output: 'logits' }, x, n);
  const wanted = await logitsOf(network, x, n);
  const mean = wanted.reduce((sum, v) => sum + v, 0) / wanted.length;
  const square = (of: (v: number, i: number) => number): number => wanted.reduce((sum, v, i) => sum + of(v, i) ** 2, 0);
  return Math.sqrt(square((v, i) => output[i] - v) / square((v) => v - mean));
}

describe('quantisation of networks with few weights left', () => {
  before(loadBackend);

  it('keeps what channels that became constant add, whatever batch norm multiplies them by', async () => {
    const architecture = mobilenetV3Small1d({ inputShape: [64, 6], classes: 4, width: 0.5, hidden: 64 });
    const x = samplesFor(architecture, n);
    const network = pruned(architecture, 0.8, x);
    const prepared = prepareNetwork(network);
    const largest = Math.max(...[...prepared.weights.values()].map(({ kernel }) => kernel.reduce((m, w) => Math.max(m, Math.abs(w)), 0)));
    assert.ok(largest > 10, `batch norm multiplies by ${largest} at most: no case of what is tested`);
    const [plain, corrected] = [await relativeError(network, x, []), await relativeError(network, x, ['int8'])];
    assert.ok(plain > 0.5, `without correction the error is ${plain}: no case of what is tested`);
    assert.ok(corrected < 0.25, `${corrected}, without correction ${plain}`);
  });
});
