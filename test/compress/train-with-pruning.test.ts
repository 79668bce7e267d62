import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import {
  agp,
  keptCounts,
  oneShot,
  shrinkArchitecture,
  taylor,
  trainWithPruning,
  type PrunedNetwork,
} from '../../src/compress';
import { CancelledError } from '../../src/base';
import {
  ArchitectureBuilder,
  countParameters,
  evaluate,
  loadBackend,
  modelOf,
  recalibrateBatchNorm,
  type Architecture,
  type Network,
} from '../../src/nn';
import { toySignals } from './toy-data';
import { difference, logitsOf } from './run';

const data = { train: toySignals(240, 1), validation: toySignals(90, 2) };

function architecture(): Architecture {
  const b = new ArchitectureBuilder('toy', [16, 2]);
  let x = b.convBnAct(b.input, 8, 'relu', { name: 'stem' });
  const y = b.convBnAct(b.depthwiseBnAct(x, 'relu', { kernel: 5, name: 'dw' }), 8, undefined, {
    kernel: 1,
    name: 'project',
  });
  x = b.activation(b.sum([x, b.squeezeExcite(y, 8, 4, 'se')]), 'relu');
  return b.build(b.classifier(b.globalAveragePool(b.convBnAct(x, 12, 'relu', { name: 'last' })), 3));
}

async function accuracy(network: Network): Promise<number> {
  const model = modelOf(network);
  const result = await evaluate(model, data.validation, { architecture: network.architecture });
  model.dispose();
  return result.accuracy;
}

async function checkPair({ network, masked }: PrunedNetwork): Promise<void> {
  const [a, b] = [await logitsOf(masked, data.validation.x, 90), await logitsOf(network, data.validation.x, 90)];
  assert.ok(difference(a, b) < 1e-5, `shrunk and masked differ by ${difference(a, b)}`);
}

describe('training with pruning', () => {
  before(() => loadBackend());

  it('reaches the sparsity asked for, in the shapes known beforehand, and still learns', async () => {
    const net = architecture();
    const result = await trainWithPruning(net, data, {
      sparsity: 0.5,
      epochs: 12,
      batchSize: 16,
      seed: 1,
      learningRate: 0.01,
    });
    assert.deepEqual(result.network.architecture, shrinkArchitecture(net, keptCounts(net, 0.5)));
    await checkPair(result);
    assert.ok((await accuracy(result.network)) > 0.85, `accuracy ${await accuracy(result.network)}`);
    assert.equal(result.parametersAfter, countParameters(result.network.architecture));
    assert.deepEqual(
      result.layers.map(({ layer, asked, got, kept }) => [layer, asked, got, kept]),
      [
        ['stem', 0.5, 0.5, 4],
        ['dw', 0.5, 0.5, 4],
        ['project', 0.5, 0.5, 4],
        ['se_reduce', 0.5, 0.5, 2],
        ['se_expand', 0.5, 0.5, 4],
        ['last', 0.5, 0.5, 6],
      ],
    );
  });

  it('prunes by group, in one shot, after a warm-up, by a heuristic that looks at data', async () => {
    const net = architecture();
    const sparsity = { last: 0.75 };
    const result = await trainWithPruning(net, data, {
      sparsity,
      heuristic: taylor,
      pruningSchedule: oneShot({ at: 0.2 }),
      warmupEpochs: 1,
      epochs: 3,
      seed: 2,
    });
    assert.deepEqual(
      result.layers.map(({ layer, got }) => [layer, got]).filter(([, got]) => got !== 0),
      [['last', 0.75]],
    );
    await checkPair(result);
  });

  it('removes the least important of the whole network where the scope is global', async () => {
    const result = await trainWithPruning(architecture(), data, { sparsity: 0.4, scope: 'global', epochs: 2, seed: 3 });
    const units = [...(result.keep ?? new Map<string, Uint8Array>()).values()].flatMap((own) => [...own]);
    assert.equal(units.length, 24);
    assert.equal(
      units.reduce((sum, k) => sum + k, 0),
      Math.round(0.6 * 24),
    );
    await checkPair(result);
  });

  it('prunes single weights, and holds them at zero', async () => {
    const net = architecture();
    for (const scope of ['group', 'global'] as const) {
      const result = await trainWithPruning(net, data, {
        sparsity: 0.8,
        structured: false,
        scope,
        pruningSchedule: agp({ begin: 0, end: 0.5 }),
        epochs: 4,
        seed: 4,
        learningRate: 0.01,
      });
      assert.deepEqual(result.network.architecture, net);
      let [zeros, all] = [0, 0];
      for (const own of result.network.weights.values()) {
        zeros += own.kernel?.filter((w) => w === 0).length ?? 0;
        all += own.kernel?.length ?? 0;
      }
      assert.ok(Math.abs(zeros / all - 0.8) < 0.02, `${zeros} of ${all}`);
      assert.equal(result.parametersAfter, result.parametersBefore - zeros);
      if (scope === 'group')
        result.layers.forEach(({ layer, got, size }) => assert.ok(Math.abs(got - 0.8) <= 0.5 / size + 1e-9, layer));
    }
  });

  it('leaves the batch norms with the statistics of the weights that it leaves', async () => {
    for (const structured of [true, false]) {
      const { masked } = await trainWithPruning(architecture(), data, { sparsity: 0.8, epochs: 2, batchSize: 16, seed: 1, structured });
      assert.deepEqual(await recalibrateBatchNorm(masked, data.train, { seed: 1 }), masked);
    }
  });

  it('starts from a trained network, and reaches the sparsity with no epoch at all', async () => {
    const first = await trainWithPruning(architecture(), data, {
      sparsity: 0,
      epochs: 4,
      batchSize: 16,
      seed: 5,
      learningRate: 0.01,
    });
    const second = await trainWithPruning(first.network, data, { sparsity: 0.25, epochs: 0 });
    assert.ok(second.layers.every(({ got }) => got === 0.25));
    await checkPair(second);
  });

  it('gives the same for the same seed, leaks no tensor, and stops when told', async () => {
    const options = { sparsity: 0.5, epochs: 2, seed: 6, heuristic: taylor };
    await trainWithPruning(architecture(), data, options);
    const before = tf.memory().numTensors;
    const [a, b] = [
      await trainWithPruning(architecture(), data, options),
      await trainWithPruning(architecture(), data, options),
    ];
    assert.equal(tf.memory().numTensors, before);
    assert.deepEqual(a.keep, b.keep);
    const stop = new AbortController();
    const onStep = ({ step }: { step: number }) => {
      if (step === 5) stop.abort();
    };
    await assert.rejects(
      trainWithPruning(architecture(), data, { ...options, signal: stop.signal, onStep }),
      CancelledError,
    );
    assert.equal(tf.memory().numTensors, before);
  });

  it('names the argument that is wrong, before any training', async () => {
    const net = architecture();
    await assert.rejects(trainWithPruning(net, data, { sparsity: 1 }), /sparsity: got 1/);
    await assert.rejects(trainWithPruning(net, data, { sparsity: { nobody: 0.5 } }), /names of groups: stem/);
    await assert.rejects(trainWithPruning(net, data, { sparsity: { stem: 0.5 }, scope: 'global' }), /one number/);
    const broken = { name: 'broken', score: () => Float32Array.of(NaN) };
    await assert.rejects(
      trainWithPruning(net, data, { sparsity: 0.5, heuristic: broken, epochs: 0 }),
      /heuristic 'broken'/,
    );
    await assert.rejects(
      trainWithPruning(net, data, { sparsity: 0.5, heuristic: broken, structured: false, epochs: 0 }),
      /scoreWeights/,
    );
  });
});
