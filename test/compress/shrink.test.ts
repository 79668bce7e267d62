import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  channelGroups,
  countsOf,
  keptCount,
  keptCounts,
  mask,
  shrink,
  shrinkArchitecture,
  type Keep,
} from '../../src/compress';
import { createRng } from '../../src/base';
import { ArchitectureBuilder, countParameters, type Architecture } from '../../src/nn';
import { architectureSeeds, livedIn, randomArchitecture } from './random-architecture';
import { difference, logitsOf, samplesFor } from './run';
import { zoo } from './zoo';

function randomKeep(architecture: Architecture, seed: number): Keep {
  const rng = createRng(seed).fork('keep');
  return new Map(
    channelGroups(architecture).map(({ name, size }) => {
      const keep = Uint8Array.from({ length: size }, () => (rng.next() < 0.5 ? 1 : 0));
      keep[rng.integer(0, size - 1)] = 1;
      return [name, keep];
    }),
  );
}

async function shrunkEqualsMasked(architecture: Architecture, seed: number): Promise<void> {
  const network = livedIn(architecture, seed);
  const keep = randomKeep(architecture, seed);
  const x = samplesFor(architecture, 3, seed);
  const shrunk = shrink(network, keep);
  assert.deepEqual(
    shrunk.architecture,
    shrinkArchitecture(architecture, countsOf(keep)),
    'the shapes known beforehand',
  );
  const [a, b] = [await logitsOf(mask(network, keep), x, 3), await logitsOf(shrunk, x, 3)];
  assert.ok(difference(a, b) < 1e-5, `${architecture.name}: ${difference(a, b)}`);
}

describe('removing channels', () => {
  for (const architecture of zoo) {
    it(`leaves ${architecture.name} computing what the masked network does`, async () => {
      await shrunkEqualsMasked(architecture, 1);
      const smaller = shrinkArchitecture(architecture, keptCounts(architecture, 0.5));
      assert.ok(
        countParameters(smaller) < 0.5 * countParameters(architecture),
        `${countParameters(smaller)} parameters left`,
      );
    });
  }

  it('leaves random residual, depthwise, gated and concatenating networks computing what the masked ones do', async () => {
    await fc.assert(
      fc.asyncProperty(architectureSeeds, (seed) => shrunkEqualsMasked(randomArchitecture(seed), seed)),
      { numRuns: 60, seed: 7 },
    );
  });

  it('changes nothing where all is kept', async () => {
    const network = livedIn(randomArchitecture(5), 5);
    const all = new Map(
      channelGroups(network.architecture).map(({ name, size }) => [name, new Uint8Array(size).fill(1)]),
    );
    assert.deepEqual(shrink(network, all), network);
    assert.deepEqual(mask(network, all), network);
  });

  it('names group and argument in errors', () => {
    const network = livedIn(randomArchitecture(5), 5);
    assert.throws(() => shrink(network, new Map([['nobody', Uint8Array.of(1)]])), /keep: got 'nobody'.*stem/);
    const [{ name, size }] = channelGroups(network.architecture);
    assert.throws(() => shrink(network, new Map([[name, new Uint8Array(size)]])), /at least one unit/);
    assert.throws(() => keptCounts(network.architecture, { nobody: 0.5 }), /sparsity: got 'nobody'/);
    assert.throws(() => keptCounts(network.architecture, 1), /sparsity: got 1/);
  });
});

describe('channel groups', () => {
  it("couple a residual stage: stem, second convolutions and the sum's readers", () => {
    const groups = channelGroups(zoo[0]);
    const stage1 = groups[0];
    assert.deepEqual(
      stage1.producers.map((p) => p.layer),
      ['stem', 'stage1_block1_conv2', 'stage1_block2_conv2'],
    );
    assert.deepEqual(
      stage1.consumers.map((c) => c.layer),
      ['stage1_block1_conv1', 'stage1_block2_conv1', 'stage2_block1_conv1', 'stage2_block1_shortcut'],
    );
    assert.deepEqual(
      stage1.carriers.map((c) => c.layer),
      ['stem_bn', 'stage1_block1_conv2_bn', 'stage1_block2_conv2_bn'],
    );
  });

  it('couple a squeeze-and-excite block with the channels it scales', () => {
    const b = new ArchitectureBuilder('se', [8, 2]);
    let x = b.convBnAct(b.input, 6, 'relu', { name: 'wide' });
    x = b.squeezeExcite(b.depthwiseBnAct(x, 'relu', { name: 'dw' }), 6, 3, 'se');
    const groups = channelGroups(b.build(b.classifier(b.globalAveragePool(x), 2)));
    assert.deepEqual(
      groups.map((g) => [g.name, g.size, g.producers.map((p) => p.layer)]),
      [
        ['wide', 6, ['wide', 'se_expand']],
        ['se_reduce', 3, ['se_reduce']],
      ],
    );
    assert.deepEqual(
      groups[0].carriers.map((c) => c.layer),
      ['wide_bn', 'dw', 'dw_bn'],
    );
  });

  it('repeat channels through flatten', () => {
    const b = new ArchitectureBuilder('flat', [2, 2, 1]);
    const x = b.conv(b.input, 3, { name: 'c' });
    const [group] = channelGroups(b.build(b.classifier(b.flatten(x), 2)));
    assert.deepEqual(group.consumers, [
      {
        layer: 'logits',
        channels: [
          [0, 3, 6, 9],
          [1, 4, 7, 10],
          [2, 5, 8, 11],
        ],
      },
    ]);
  });

  it('never hold channels of the input or the output', () => {
    const b = new ArchitectureBuilder('io', [4, 4, 3]);
    const x = b.sum([b.input, b.conv(b.input, 3, { name: 'tied to the input' })]);
    const architecture = b.build(b.classifier(b.globalAveragePool(x), 2));
    assert.deepEqual(channelGroups(architecture), []);
  });
});

describe('keptCount', () => {
  it('rounds, keeps one, and takes multiples where asked', () => {
    assert.deepEqual(
      [0, 0.5, 0.52, 0.99].map((s) => keptCount(48, s)),
      [48, 24, 23, 1],
    );
    assert.deepEqual(
      [0, 0.5, 0.52, 0.99].map((s) => keptCount(48, s, 4)),
      [48, 24, 24, 4],
    );
    assert.deepEqual(
      [0, 0.5].map((s) => keptCount(3, s, 4)),
      [3, 2],
    );
    assert.equal(keptCount(10, 0, 4), 10);
  });
});
