import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {
  calibrate,
  equalizeLayers,
  prepareNetwork,
  quantize,
  roundWeights,
  simulate,
  type Scheme,
} from '../../src/compress';
import { createRng } from '../../src/base';
import { ArchitectureBuilder, type Network } from '../../src/nn';
import { architectureSeeds, livedIn, randomArchitecture } from './random-architecture';
import { difference, logitsOf, samplesFor } from './run';
import { zoo } from './zoo';

/** A chain whose channels differ in range by factors of up to 100: bad for one scale a tensor. */
function uneven(): Network {
  const b = new ArchitectureBuilder('uneven', [6, 6, 2]);
  let x = b.convBnAct(b.input, 8, 'relu', { name: 'a' });
  x = b.depthwiseBnAct(x, 'relu', { name: 'b' });
  x = b.convBnAct(x, 8, 'relu', { kernel: 1, name: 'c' });
  const network = livedIn(b.build(b.classifier(b.globalAveragePool(x), 3)), 2);
  const rng = createRng(9);
  const weights = new Map(network.weights);
  for (const name of ['a_bn', 'b_bn']) {
    const own = weights.get(name) as Record<string, Float32Array>;
    const factors = own.gamma.map(() => 100 ** (rng.next() - 0.5));
    weights.set(name, {
      ...own,
      gamma: own.gamma.map((g, c) => g * factors[c]),
      beta: own.beta.map((g, c) => g * factors[c]),
    });
  }
  return { ...network, weights };
}

async function logitError(
  network: Network,
  scheme: Scheme,
  options: { correct?: boolean; against: Network },
): Promise<{ largest: number; mean: number }> {
  const n = 32;
  const x = samplesFor(network.architecture, n);
  const model = quantize(network, await calibrate(network, { x, n }, { rescale: false, correctBiases: options.correct ? [scheme] : [] }), scheme);
  const output = await simulate({ ...model, operations: model.operations.slice(0, -1), output: 'logits' }, { x, n });
  const wanted = await logitsOf(options.against, x, n);
  const shift = [0, 1, 2].map((c) => wanted.reduce((sum, v, i) => sum + (i % 3 === c ? output[i] - v : 0), 0) / n);
  return { largest: difference(wanted, output), mean: Math.max(...shift.map(Math.abs)) };
}

describe('cross-layer equalisation', () => {
  it('changes nothing of what random networks and the zoo compute', async () => {
    const check = async (network: Network, seed: number) => {
      const x = samplesFor(network.architecture, 3, seed);
      const [a, b] = [await logitsOf(network, x, 3), await logitsOf(equalizeLayers(network), x, 3)];
      assert.ok(difference(a, b) < 1e-4, `${network.architecture.name}: ${difference(a, b)}`);
    };
    for (const architecture of zoo) await check(livedIn(architecture, 1), 1);
    await fc.assert(
      fc.asyncProperty(architectureSeeds, (seed) => check(livedIn(randomArchitecture(seed), seed), seed)),
      { numRuns: 20, seed: 2 },
    );
  });

  it('makes ranges of channels even, and helps one scale a tensor', async () => {
    const network = uneven();
    const even = equalizeLayers(network);
    const spread = (own: Network, layer: string): number => {
      const kernel = own.weights.get(layer)?.kernel ?? new Float32Array();
      const ranges = Array.from({ length: 8 }, (_, c) =>
        Math.max(...[...kernel].filter((_w, i) => i % 8 === c).map(Math.abs)),
      );
      return Math.max(...ranges) / Math.min(...ranges);
    };
    assert.ok(
      spread(even, 'b') < 0.3 * spread(prepareNetwork(network), 'b'),
      `${spread(even, 'b')}, before ${spread(prepareNetwork(network), 'b')}`,
    );
    const [before, after] = [
      await logitError(network, 'uint8', { against: network }),
      await logitError(even, 'uint8', { against: network }),
    ];
    assert.ok(after.largest < 0.7 * before.largest, `${after.largest}, before ${before.largest}`);
  });
});

describe('bias correction', () => {
  it('takes the shift of the mean away', async () => {
    const network = uneven();
    const tensors = tf.memory().numTensors;
    const [before, after] = [
      await logitError(network, 'uint8', { against: network }),
      await logitError(network, 'uint8', { against: network, correct: true }),
    ];
    assert.equal(tf.memory().numTensors, tensors, 'no tensor left behind');
    assert.ok(after.mean < 0.5 * before.mean, `${after.mean}, before ${before.mean}`);
  });
});

describe('weights-only quantisation', () => {
  it('moves no weight by more than half a step, and gives uint8 at most 256 values a kernel', () => {
    const network = livedIn(zoo[4], 1);
    const prepared = prepareNetwork(network);
    for (const scheme of ['int8', 'uint8'] as Scheme[]) {
      const rounded = roundWeights(network, scheme);
      for (const [layer, own] of prepared.weights) {
        const largest = own.kernel.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
        const kernel = rounded.weights.get(layer)?.kernel ?? new Float32Array();
        own.kernel.forEach((w, i) =>
          assert.ok(Math.abs(w - kernel[i]) <= (largest / (scheme === 'int8' ? 127 : 127.5)) * 0.5001 + 1e-7, layer),
        );
        if (scheme === 'uint8') assert.ok(new Set(kernel).size <= 256, layer);
      }
      assert.notDeepEqual(rounded.weights.get('logits')?.kernel, prepared.weights.get('logits')?.kernel);
    }
  });
});
