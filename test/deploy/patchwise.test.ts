import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ArgumentError, createRng } from '../../src/base';
import { skeleton } from '../../src/compress';
import {
  boards, elements, exportTflite, interpret, lower, macsOf, patchwise, plan, splitIntoPatches, splitPoints, waysToSplit, type Graph,
} from '../../src/deploy';
import { mobilenetV2, resnet8 } from '../../src/nn';
import { randomBytes, randomGraph } from '../support/random-graph';
import { randomSplit } from '../support/random-split';

const macs = (graph: Graph): number => graph.ops.reduce((sum, op) => sum + macsOf(graph, op), 0);
const small = lower(skeleton(mobilenetV2({ inputShape: [32, 32, 3], classes: 4, width: 0.35, depth: 0.5 }), 'int8'));

describe('deploy/passes: patch-wise execution', () => {
  it('changes no byte of any output, whatever is cut into whatever parts', () => {
    let cut = 0;
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 8 }), fc.constantFrom('int8' as const, 'uint8' as const), (seed, operators, boundary) => {
        const rng = createRng(seed);
        const graph = randomGraph(rng, operators, boundary);
        const split = randomSplit(rng, graph);
        if (!split) return;
        cut += split === graph ? 0 : 1;
        const bytes = randomBytes(rng, elements(graph.tensors[graph.input].shape));
        const input = boundary === 'int8' ? bytes : new Uint8Array(bytes.buffer);
        assert.deepEqual(interpret(split, input), interpret(graph, input));
      }),
      { numRuns: Number(process.env.PARETINO_RANDOM_PLANS ?? 300) },
    );
    assert.ok(cut > 50, `only ${cut} graphs were cut`);
  });

  it('takes far less RAM where the first layers rule the peak, as estimated; more parts, more computed anew', () => {
    const { arenaBytes } = plan(small, boards.nano33);
    const ways = waysToSplit(small, boards.nano33);
    assert.ok(ways.length > 3);
    ways.forEach((way, i) => {
      assert.ok(way.arenaBytes < arenaBytes && way.extraMacs <= 0.25);
      assert.ok(Math.abs(macs(way.graph) / macs(small) - 1 - way.extraMacs) < 1e-9, 'multiply-accumulates are not as estimated');
      if (i > 0) assert.ok(way.extraMacs >= ways[i - 1].extraMacs);
    });
    assert.ok(ways[ways.length - 1].arenaBytes < 0.5 * arenaBytes);
  });

  it('is asked for a limit: computes as little anew as that allows, nothing where there is no need', () => {
    const board = boards.nano33;
    const { ramBytes } = plan(small, board);
    assert.equal(patchwise(small, board, { enoughRamBytes: ramBytes }), small);
    const ways = waysToSplit(small, board);
    const limit = ways[2].ramBytes;
    const split = patchwise(small, board, { enoughRamBytes: limit });
    assert.ok(plan(split, board).ramBytes <= limit);
    const cheapest = ways.find((way) => way.ramBytes <= limit);
    assert.equal(macs(split), macs(cheapest?.graph as Graph));
    const best = patchwise(small, board);
    assert.ok(plan(best, board).ramBytes <= Math.min(...ways.map((way) => way.ramBytes)));
    // A limit beyond what splitting can do: as little as can be.
    assert.deepEqual(plan(patchwise(small, board, { enoughRamBytes: 1 }), board).ramBytes, plan(best, board).ramBytes);
    assert.equal(patchwise(small, board, { mostExtraMacs: 0 }), small);
  });

  it('shares weights and descriptors between the parts: flash grows by steps, not by layers', () => {
    const graph = lower(skeleton(resnet8({ inputShape: [32, 32, 3], classes: 10 }), 'int8'));
    const whole = plan(graph, boards.pico);
    const split = plan(splitIntoPatches(graph, splitPoints(graph)[0], [4, 4]), boards.pico);
    const steps = split.steps.length - whole.steps.length;
    assert.ok(steps >= 16);
    // 20 B a step, and at most nine shapes of part a layer: corners, edges and what lies between.
    assert.ok(split.constantBytes - whole.constantBytes <= 20 * steps + 9 * 3 * 52);
  });

  it('refuses what cannot be cut, naming what can', () => {
    const points = splitPoints(small);
    assert.throws(() => splitIntoPatches(small, small.ops.length - 1, [2, 2]), new RegExp(`until.*${points.join(', ')}`));
    assert.throws(() => splitIntoPatches(small, points[0], [0, 2]), ArgumentError);
    assert.throws(() => waysToSplit(small, boards.pico, { mostExtraMacs: -1 }), /mostExtraMacs/);
    assert.throws(() => exportTflite(splitIntoPatches(small, points[0], [2, 2])), /not split into patches/);
    const dense = randomGraph(createRng(1), 0, 'int8');
    assert.deepEqual(splitPoints(dense), []);
    assert.equal(patchwise(dense, boards.pico), dense);
  });
});
