import assert from 'node:assert/strict';
import * as compress from '../../src/compress';
import {
  apoz,
  channelGroups,
  deepLift,
  integratedGradients,
  l1,
  l2,
  lrp,
  obd,
  PruningContext,
  random,
  scoreGroups,
  taylor,
  type ChannelGroup,
  type PruningHeuristic,
} from '../../src/compress';
import { createRng } from '../../src/base';
import { scoredMembers } from '../../src/compress/prune/scored-members';
import { GradientGraphs } from '../../src/compress/prune/gradient-graphs';
import { ArchitectureBuilder, type Network, type Weights } from '../../src/nn';
import { livedIn, randomArchitecture } from './random-architecture';
import { logitsOf, samplesFor } from './run';

const all: PruningHeuristic[] = [l1, l2, taylor, apoz, deepLift, integratedGradients(), lrp, obd, random];
const n = 6;

/** A chain: every path from input to output goes through layer 'middle'. */
function chain(): Network {
  const b = new ArchitectureBuilder('chain', [4, 4, 2]);
  let x = b.convBnAct(b.input, 4, 'relu', { name: 'first' });
  x = b.convBnAct(x, 5, 'hardSwish', { name: 'middle' });
  x = b.squeezeExcite(x, 5, 2, 'se');
  return livedIn(b.build(b.classifier(b.globalAveragePool(x), 3)), 3);
}

function contextOf(network: Network, seed: number | string = 1): PruningContext {
  const x = samplesFor(network.architecture, n);
  return new PruningContext(network, { x, y: Int32Array.from({ length: n }, (_, i) => i % 3), n }, createRng(seed));
}

/** The network with some weights replaced. */
function changed(
  network: Network,
  layer: string,
  change: (role: string, values: Float32Array) => Float32Array,
): Network {
  const weights = new Map(network.weights);
  weights.set(
    layer,
    Object.fromEntries(Object.entries(weights.get(layer) ?? {}).map(([role, values]) => [role, change(role, values)])),
  );
  return { ...network, weights };
}

describe('pruning heuristics', () => {
  for (const heuristic of all) {
    it(`${heuristic.name} gives every channel and weight of random networks a finite score of at least 0, the same for the same seed`, async () => {
      for (const seed of [11, 13]) {
        const network = livedIn(randomArchitecture(seed), seed);
        const [context, again] = [contextOf(network), contextOf(network)];
        for (const layer of network.architecture.layers) {
          if (!['conv2d', 'depthwiseConv2d', 'dense'].includes(layer.kind)) continue;
          const scores = await heuristic.score(layer.name, context);
          assert.equal(scores.length, context.kernelOf(layer.name).channels);
          assert.ok(
            scores.every((s) => s >= 0 && Number.isFinite(s)),
            `${layer.name}: ${scores}`,
          );
          assert.deepEqual(await heuristic.score(layer.name, again), scores);
          // One for channels alone has none.
          if (heuristic.scoreWeights === undefined) continue;
          const weights = await heuristic.scoreWeights(layer.name, context);
          assert.equal(weights.length, context.kernelOf(layer.name).kernel.length);
          assert.ok(weights.every((s) => s >= 0 && Number.isFinite(s)));
        }
      }
    });
  }

  it('score as graphs, kept from one scoring to the next, as they do operation by operation', async () => {
    const architecture = randomArchitecture(11);
    const graphs = new GradientGraphs(architecture, 1000);
    for (const seed of [1, 2]) {
      const network = livedIn(architecture, seed);
      const { samples } = contextOf(network);
      const plain = contextOf(network);
      const kept = new PruningContext(network, samples, createRng(1), undefined, graphs);
      for (const heuristic of [taylor, deepLift, obd]) {
        for (const { name, kind } of architecture.layers) {
          if (kind !== 'conv2d' && kind !== 'dense') continue;
          const wanted = await heuristic.score(name, plain);
          const got = await heuristic.score(name, kept);
          wanted.forEach((score, i) => assert.ok(Math.abs(got[i] - score) <= 1e-3 * (1e-3 + score), `${heuristic.name} ${name}: ${got[i]}, ${score}`));
        }
      }
    }
    graphs.dispose();
  });
  for (const heuristic of [l1, l2]) {
    it(`${heuristic.name} hears who reads a channel, too: a unit that is read with small weights goes before those of shorter filters`, async () => {
      const network = chain();
      const groups = channelGroups(network.architecture);
      const [{ layer, channels }] = (groups.find(({ name }) => name === 'first') as ChannelGroup).consumers;
      assert.equal(layer, 'middle');
      const quiet = changed(network, layer, (role, values) =>
        role === 'kernel' ? values.map((w, i) => (Math.floor(i / 5) % 4 === channels[2][0] ? 1e-3 * w : w)) : values,
      );
      const scores = (await scoreGroups(groups, heuristic, contextOf(quiet))).get('first') as Float64Array;
      const before = (await scoreGroups(groups, heuristic, contextOf(network))).get('first') as Float64Array;
      assert.ok(scores[2] < 0.8 * before[2], `${before[2]}, then ${scores[2]}`);
      const inputs = (await heuristic.scoreInputs?.(layer, contextOf(quiet))) as Float32Array;
      assert.equal(inputs.length, 4);
      assert.equal(inputs.indexOf(Math.min(...inputs)), channels[2][0]);
    });
  }

  it('hear depthwise convolutions, not the gates of squeeze-and-excite', () => {
    const b = new ArchitectureBuilder('block', [8, 8, 2]);
    let x = b.convBnAct(b.input, 6, 'relu', { name: 'expand' });
    x = b.depthwiseBnAct(x, 'relu', { kernel: 3, name: 'depthwise' });
    x = b.squeezeExcite(x, 6, 2, 'se');
    x = b.convBnAct(x, 4, undefined, { name: 'project' });
    const architecture = b.build(b.classifier(b.globalAveragePool(x), 3));
    const groups = channelGroups(architecture);
    const members = scoredMembers(architecture, groups);
    assert.deepEqual(members.get('expand')?.map(({ layer }) => layer), ['expand', 'depthwise']);
    assert.ok(groups.find(({ name }) => name === 'expand')?.producers.some(({ layer }) => layer.startsWith('se_')));
    // What a gate is made of has scores of its own, and layers in front of a plain product are heard both.
    assert.ok([...members.values()].every((own) => own.length > 0));
    const two = new ArchitectureBuilder('product', [8, 8, 2]);
    const product = two.multiply([two.convBnAct(two.input, 5, 'relu', { name: 'left' }), two.convBnAct(two.input, 5, 'relu', { name: 'right' })]);
    const plain = two.build(two.classifier(two.globalAveragePool(product), 3));
    assert.deepEqual(scoredMembers(plain, channelGroups(plain)).get('left')?.map(({ layer }) => layer), ['left', 'right']);
  });

  it('stand in the catalogue', () => {
    for (const { name } of all) assert.ok(name in compress, name);
  });

  for (const heuristic of [taylor, deepLift, integratedGradients(), lrp]) {
    it(`${heuristic.name} gives a channel that nobody reads 0, and the others more`, async () => {
      const b = new ArchitectureBuilder('plain', [4, 4, 2]);
      const x = b.convBnAct(b.input, 4, 'relu', { name: 'first' });
      const network = livedIn(b.build(b.classifier(b.globalAveragePool(x), 3)), 3);
      const unread = changed(network, 'logits', (role, values) =>
        role === 'kernel' ? values.map((w, i) => (Math.floor(i / 3) === 2 ? 0 : w)) : values,
      );
      const scores = await heuristic.score('first', contextOf(unread));
      assert.equal(scores[2], 0);
      assert.ok(
        [0, 1, 3].every((c) => scores[c] > 1e-6),
        `${scores}`,
      );
    });
  }

  it("DeepLIFT's contributions add up to the logit's difference from the reference (summation to delta)", async () => {
    const network = chain();
    const context = contextOf(network);
    const contributions = await context.channelStatistic(
      'middle',
      'test',
      'deepLift',
      ({ activation, gradient, reference }) => activation.sub(reference).mul(gradient).sum([1, 2]),
    );
    const logits = await logitsOf(network, samplesFor(network.architecture, n), n);
    const reference = await logitsOf(network, new Float32Array(32), 1);
    for (let i = 0; i < n; i++) {
      const sum = contributions.subarray(5 * i, 5 * i + 5).reduce((a, c) => a + c, 0);
      const wanted = logits[3 * i + (i % 3)] - reference[i % 3];
      assert.ok(Math.abs(sum - wanted) < 1e-4, `sample ${i}: ${sum}, wanted ${wanted}`);
    }
  });

  it("integrated gradients' conductances come to the same difference as the steps grow", async () => {
    const network = chain();
    const logits = await logitsOf(network, samplesFor(network.architecture, n), n);
    const reference = await logitsOf(network, new Float32Array(32), 1);
    const errors = await Promise.all(
      [4, 64].map(async (steps) => {
        const path = Array.from({ length: steps }, (_, i) => (i + 1) / steps);
        const own = await contextOf(network).channelStatistic(
          'middle',
          'test',
          'logit',
          ({ activation, gradient, reference: zero }, previous) =>
            activation
              .sub(previous?.activation ?? zero)
              .mul(gradient)
              .sum([1, 2]),
          path,
        );
        return Math.max(
          ...Array.from({ length: n }, (_, i) => {
            const sum = own.subarray(5 * i, 5 * i + 5).reduce((a, c) => a + c, 0);
            return Math.abs(sum - (logits[3 * i + (i % 3)] - reference[i % 3]));
          }),
        );
      }),
    );
    assert.ok(errors[1] < 0.02 && errors[1] < errors[0], `${errors}`);
  });

  it('LRP conserves the logit through layers without biases', async () => {
    const b = new ArchitectureBuilder('lrp', [4, 4, 2]);
    let x = b.activation(b.conv(b.input, 4, { useBias: false, name: 'first' }), 'relu');
    x = b.activation(b.conv(x, 5, { useBias: false, name: 'middle' }), 'relu');
    const logits = b.dense(b.globalAveragePool(x), 3, { useBias: false });
    const network = livedIn(b.build(b.activation(logits, 'softmax')), 3);
    const context = contextOf(network);
    const relevance = await context.channelStatistic('first', 'test', 'lrp', ({ activation, gradient }) =>
      activation.mul(gradient).sum([1, 2]),
    );
    const wanted = await logitsOf(network, samplesFor(network.architecture, n), n);
    for (let i = 0; i < n; i++) {
      const sum = relevance.subarray(4 * i, 4 * i + 4).reduce((a, c) => a + c, 0);
      const logit = wanted[3 * i + (i % 3)];
      // The stabiliser takes its share of small pre-activations.
      assert.ok(Math.abs(sum - logit) < 0.05 * Math.abs(logit) + 0.01, `sample ${i}: ${sum}, wanted ${logit}`);
    }
  });

  it("Taylor's score of a weight is what finite differences say", async () => {
    const network = chain();
    const x = samplesFor(network.architecture, 1);
    const context = new PruningContext(network, { x, y: Int32Array.of(1), n: 1 }, createRng(1));
    const scores = await taylor.scoreWeights?.('middle', context);
    const loss = async (candidate: Network): Promise<number> => {
      const logits = await logitsOf(candidate, x, 1);
      return Math.log(logits.reduce((sum, z) => sum + Math.exp(z - logits[1]), 0));
    };
    const step = 1e-2;
    for (const index of [0, 17, 88]) {
      const move = (by: number) =>
        changed(network, 'middle', (role, values) =>
          values.map((w, i) => (role === 'kernel' && i === index ? w + by : w)),
        );
      const slope = ((await loss(move(step))) - (await loss(move(-step)))) / (2 * step);
      const wanted = Math.abs(slope * context.kernelOf('middle').kernel[index]);
      assert.ok(
        Math.abs((scores?.[index] ?? NaN) - wanted) < 0.05 * wanted + 1e-5,
        `${scores?.[index]}, wanted ${wanted}`,
      );
    }
  });

  it('APoZ counts zeros behind the ReLU', async () => {
    const b = new ArchitectureBuilder('apoz', [2, 2, 1]);
    const x = b.activation(b.conv(b.input, 2, { kernel: 1, useBias: false, name: 'c' }), 'relu');
    const { architecture } = livedIn(b.build(b.classifier(b.globalAveragePool(x), 3)), 3);
    const weights: Weights = new Map<string, Record<string, Float32Array>>([
      ['c', { kernel: Float32Array.of(1, -1) }],
      ['logits', { kernel: new Float32Array(6), bias: new Float32Array(3) }],
    ]);
    const samples = { x: Float32Array.of(1, 1, 1, -1, 1, 1, -1, -1), y: Int32Array.of(0, 0), n: 2 };
    const scores = await apoz.score('c', new PruningContext({ architecture, weights }, samples, createRng(1)));
    assert.deepEqual([...scores], [5 / 8, 3 / 8]);
  });
});
