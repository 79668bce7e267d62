import assert from 'node:assert/strict';
import { createRng } from '../../src/base';
import { calibrate, evaluateQuantized, minMax, quantize, scoreGroups, channelGroups, PruningContext, simulate, taylor, l1, trainQuantized, trainWithPruning } from '../../src/compress';
import { loadBackend, networkOf, toLayersModel, type Network, type Samples, type TrainingData } from '../../src/nn';
import { sines, smallNet } from '../nn/support';
import { streamOf, trainingOrder } from '../support/stream';

const architecture = smallNet();
const [samples, validation] = [sines(122), sines(60, 2)];
const seed = 5;
const mixed = trainingOrder(seed, samples.n);
const here: TrainingData = { train: samples, validation };

function streams(told = { read: 0, open: 0 }): TrainingData {
  return { train: streamOf(samples, mixed, told), validation: streamOf(validation) };
}

function untrained(): Network {
  const model = toLayersModel(architecture, { seed: 1 });
  try {
    return networkOf(model, architecture);
  } finally {
    model.dispose();
  }
}

const options = { epochs: 3, batchSize: 16, learningRate: 0.01, seed };

describe('compression of samples from a stream', () => {
  before(async () => void (await loadBackend()));

  for (const [what, own] of [
    ['channels by what data say', { heuristic: taylor, sparsity: 0.5 }],
    ['channels by weights', { heuristic: l1, sparsity: 0.5 }],
    ['single weights', { heuristic: taylor, sparsity: 0.7, structured: false }],
  ] as const) {
    it(`prunes ${what} as from memory`, async () => {
      const told = { read: 0, open: 0 };
      const wanted = await trainWithPruning(architecture, here, { ...options, ...own, scoringSamples: 20 });
      const got = await trainWithPruning(architecture, streams(told), { ...options, ...own, scoringSamples: 20 });
      assert.deepEqual(got.network, wanted.network);
      assert.deepEqual(got.layers, wanted.layers);
      assert.equal(told.open, 0);
      // Three epochs, then the batch norms' statistics: the heuristic itself reads none where it needs none.
      if (own.heuristic === l1) assert.equal(told.read, 4 * samples.n);
    });
  }

  it('calibrates, corrects biases and trains with rounding as from memory', async () => {
    const network = untrained();
    const told = { read: 0, open: 0 };
    for (const most of [undefined, 50]) {
      const ranges = await calibrate(network, streams(told).train, { most, observer: minMax() });
      assert.deepEqual(ranges, await calibrate(network, samples, { most, observer: minMax() }));
    }
    const [got, wanted] = [await trainQuantized(network, streams(told), options), await trainQuantized(network, here, options)];
    assert.deepEqual(got.model, wanted.model);
    assert.deepEqual(got.network, wanted.network);
    assert.equal(told.open, 0);
  });

  it('runs the quantised model as from memory', async () => {
    const network = untrained();
    const model = quantize(network, await calibrate(network, samples), 'int8');
    const stream = streamOf(validation);
    assert.deepEqual(await simulate(model, stream, { batchSize: 7 }), await simulate(model, validation, { batchSize: 7 }));
    const evaluation = await evaluateQuantized(model, stream);
    assert.deepEqual(evaluation, await evaluateQuantized(model, validation));
    assert.equal(evaluation.predictions.length, validation.n);
    await assert.rejects(evaluateQuantized(model, { x: validation.x, n: 60 } as Samples), /samples\.y: got undefined/);
    await assert.rejects(simulate(model, { ...stream, n: 70 }), /stream\.n: got 70/);
  });

  it('scores for heuristics as from memory', async () => {
    const network = untrained();
    const scores = (data: TrainingData['train']): Promise<unknown> => scoreGroups(channelGroups(architecture), taylor, new PruningContext(network, data, createRng(1)));
    assert.deepEqual(await scores(streamOf(samples)), await scores(samples));
  });
});
