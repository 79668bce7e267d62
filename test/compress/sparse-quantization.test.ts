import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {
  applyMasks, calibrate, elementMasks, preparedArchitecture, prepareNetwork, quantize, rescaled, simulate, type CalibrateOptions,
} from '../../src/compress';
import { rescalableLayers } from '../../src/compress/quantize/rescale';
import { createRng } from '../../src/base';
import {
  ArchitectureBuilder, batchTensor, forward, inputShapeOf, loadBackend, mobilenetV3Small1d, tensorsOf, type Architecture, type Network,
} from '../../src/nn';
import { architectureSeeds, livedIn, randomArchitecture } from './random-architecture';
import { difference, logitsOf, samplesFor } from './run';
import { zoo } from './zoo';

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
async function relativeError(network: Network, x: Float32Array, options: CalibrateOptions): Promise<number> {
  const model = quantize(network, await calibrate(network, { x, n }, options), 'int8');
  const output = await simulate({ ...model, operations: model.operations.slice(0, -1), output: 'logits' }, { x, n });
  const wanted = await logitsOf(network, x, n);
  const mean = wanted.reduce((sum, v) => sum + v, 0) / wanted.length;
  const square = (of: (v: number, i: number) => number): number => wanted.reduce((sum, v, i) => sum + of(v, i) ** 2, 0);
  return Math.sqrt(square((v, i) => output[i] - v) / square((v) => v - mean));
}

describe('rescaling of channels', () => {
  before(loadBackend);

  it('changes nothing of what random networks and the zoo compute, and makes channels even', async () => {
    const check = async (network: Network, seed: number): Promise<number> => {
      const prepared = prepareNetwork(network);
      const x = samplesFor(network.architecture, 4, seed);
      const { factors } = await calibrate(network, { x, n: 4 }, { correctBiases: [] });
      const [wanted, got] = [await logitsOf(prepared, x, 4), await logitsOf(rescaled(prepared, factors), x, 4)];
      assert.ok(difference(wanted, got) < 1e-4, `${network.architecture.name}, ${seed}: ${difference(wanted, got)}`);
      return factors.size;
    };
    for (const architecture of zoo) assert.ok((await check(livedIn(architecture, 1), 1)) > 0, architecture.name);
    await fc.assert(
      fc.asyncProperty(architectureSeeds, async (seed) => void (await check(livedIn(randomArchitecture(seed), seed), seed))),
      { numRuns: 15, seed: 4 },
    );
  });

  it('goes through squeeze-and-excite and sums', () => {
    const b = new ArchitectureBuilder('gates', [8, 2]);
    const x = b.convBnAct(b.input, 4, 'relu', { name: 'stem' });
    const gated = b.squeezeExcite(x, 4, 2, 'se');
    const sum = b.sum([b.convBnAct(gated, 4, undefined, { kernel: 1, name: 'a' }), b.convBnAct(gated, 4, undefined, { kernel: 1, name: 'b' })], 'sum');
    const classes = rescalableLayers(preparedArchitecture(b.build(b.classifier(b.globalAveragePool(b.activation(sum, 'hardSwish', 'act')), 3))));
    const named = (name: string): readonly string[] => classes.find((names) => names.includes(name)) ?? [];
    for (const name of ['stem_relu', 'se_pool', 'se_scale']) assert.ok(named('stem').includes(name), name);
    assert.deepEqual(named('sum'), [], 'hard-swish reads it');
    assert.deepEqual([...named('se_gate'), ...named('logits'), ...named('softmax')], []);
  });
});

describe('quantisation of networks with few weights left', () => {
  before(loadBackend);

  it('keeps what channels that became constant add, whatever batch norm multiplies them by', async () => {
    const architecture = mobilenetV3Small1d({ inputShape: [64, 6], classes: 4, width: 0.5, hidden: 64 });
    const x = samplesFor(architecture, n);
    const network = pruned(architecture, 0.8, x);
    const prepared = prepareNetwork(network);
    const largest = Math.max(...[...prepared.weights.values()].map(({ kernel }) => kernel.reduce((m, w) => Math.max(m, Math.abs(w)), 0)));
    assert.ok(largest > 10, `batch norm multiplies by ${largest} at most: no case of what is tested`);
    const [plain, corrected] = [await relativeError(network, x, { rescale: false, correctBiases: [] }), await relativeError(network, x, {})];
    assert.ok(plain > 0.5, `without correction the error is ${plain}: no case of what is tested`);
    assert.ok(corrected < 0.25, `${corrected}, without correction ${plain}`);
  });
});
