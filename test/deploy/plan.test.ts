import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createRng } from '../../src/base';
import { boards, DoesNotFitError, elements, plan, romRange, type Board, type Graph, type MemoryPlan } from '../../src/deploy';
import { randomGraph } from '../support/random-graph';
import { randomSplit } from '../support/random-split';

const targets = Object.values(boards);

/** Ops that may write where they read, as long as each value is read before its place is written. */
const MAY_OVERWRITE = new Set(['reshape', 'lookup', 'add', 'mul', 'softmax', 'depthwiseConv2d', 'paste']);

/** Walks through the steps and keeps who wrote each byte of the arena last: nobody may read what another wrote over. */
function walk(graph: Graph, memory: MemoryPlan): void {
  const owner = new Int32Array(memory.arenaBytes).fill(-1);
  const at = (id: number): [number, number] => {
    const from = memory.offsets[id];
    return [from, from + elements(graph.tensors[id].shape)];
  };
  const take = (id: number): void => {
    const [from, to] = at(id);
    assert.ok(from >= 0 && to <= memory.arenaBytes, `tensor ${id} lies outside the arena`);
    owner.fill(id, from, to);
  };
  const overlaps = ([a, b]: [number, number], [c, d]: [number, number]): boolean => a < d && c < b;
  take(graph.input);
  for (const op of graph.ops) {
    for (const id of op.inputs) {
      const [from, to] = at(id);
      assert.ok(owner.subarray(from, to).every((value) => value === id), `${op.name} reads tensor ${id} after it was overwritten`);
      if (overlaps(at(id), at(op.output))) {
        assert.ok(MAY_OVERWRITE.has(op.kind), `${op.kind} writes over its input`);
        assert.equal(memory.offsets[id], memory.offsets[op.output], `${op.kind} writes over a part of its input`);
      }
    }
    memory.steps.forEach((step, i) => {
      const scratch = memory.scratchOffsets[i];
      if (step.op !== op) return;
      assert.equal(scratch === undefined, step.scratchBytes === 0);
      if (scratch === undefined) return;
      const place: [number, number] = [scratch, scratch + step.scratchBytes];
      assert.ok(scratch >= 0 && place[1] <= memory.arenaBytes, 'scratch memory outside the arena');
      for (const id of [...op.inputs, op.output]) assert.ok(!overlaps(place, at(id)), `scratch memory of ${op.name} over tensor ${id}`);
      owner.fill(-2, ...place);
    });
    take(op.output);
  }
  const [from, to] = at(graph.output);
  assert.ok(owner.subarray(from, to).every((value) => value === graph.output));
}

/** A fully connected layer of `inputs` × `units` weights, 0 all of them. */
function denseGraph(inputs: number, units: number, name = 'wide one'): Graph {
  const ones = (value: number): Int32Array => new Int32Array(units).fill(value);
  return {
    name: 'large',
    tensors: [inputs, units].map((channels, i) => ({ name: `t${i}`, shape: [1, 1, channels] as const, scale: 1, zeroPoint: 0 })),
    ops: [{
      kind: 'fullyConnected', name, inputs: [0], output: 1, weights: new Int8Array(inputs * units), weightZeroPoint: 0,
      bias: ones(0), multipliers: ones(2 ** 30), shifts: ones(-7), min: -128, max: 127,
    }],
    input: 0,
    output: 1,
    boundary: 'int8',
  };
}

describe('deploy/plan', () => {
  it('lets nobody read what another wrote over, in place or not, on every board', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 16 }), fc.constantFrom(...targets), (seed, operators, board) => {
        const rng = createRng(seed);
        const whole = randomGraph(rng, operators, 'int8');
        const graph = (rng.next() < 0.3 ? randomSplit(rng, whole) : undefined) ?? whole;
        const memory = plan(graph, board, { check: false });
        walk(graph, memory);
        assert.ok(memory.arenaBytes >= memory.boundBytes, 'below the bound');
        assert.ok(memory.blocks.every(({ offset }) => offset % 4 === 0), 'unaligned block');
        for (const [i, a] of memory.blocks.entries()) {
          for (const b of memory.blocks.slice(i + 1)) {
            const together = a.from <= b.to && b.from <= a.to;
            assert.ok(!together || a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset, 'two live blocks overlap');
          }
        }
      }),
      { numRuns: Number(process.env.PARETINO_RANDOM_PLANS ?? 300) },
    );
  });

  it('tells before training between which sizes the flash will lie, whatever weights and factors come out of it', () => {
    let widest = 0;
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 10 }), fc.constantFrom(...targets), (seed, operators, board) => {
        const drawn = randomGraph(createRng(seed), operators, 'int8');
        // Before training nothing is encoded: how much a code takes depends on the zeros.
        const graph: Graph = { ...drawn, ops: drawn.ops.map((op) => ('encoding' in op ? { ...op, encoding: undefined } : op)) };
        // The same shapes, other weights: small ones with small factors, which get the fastest kernels; and the largest.
        const others = [[3, -9], [-128, 1]].map(([weight, shift]): Graph => ({
          ...graph,
          ops: graph.ops.map((op) => ('weights' in op
            ? { ...op, weights: op.weights.map(() => weight), weightZeroPoint: op.weightZeroPoint, shifts: op.shifts.map(() => shift) }
            : op.kind === 'add' ? { ...op, shifts: op.shifts.map(() => (shift < 0 ? -2 : 1)) } : op)),
        }));
        const range = romRange(graph, board);
        for (const one of [graph, ...others]) {
          const { romBytes } = plan(one, board, { check: false, tries: 0 });
          assert.ok(range.least <= romBytes && romBytes <= range.most, `${romBytes} B, told ${range.least} to ${range.most}`);
          assert.deepEqual(romRange(one, board), range, 'the range depends on weights');
        }
        widest = Math.max(widest, range.most - range.least);
      }),
      { numRuns: Number(process.env.PARETINO_RANDOM_PLANS ?? 200) },
    );
    // All kernels of convolutions, depthwise convolutions of four sizes, dense layers and additions: that is what can differ.
    assert.ok(widest < 20_000, `${widest} B`);
  });

  it('gives the same plan for the same graph', () => {
    const planned = [0, 1].map(() => plan(randomGraph(createRng(7), 12, 'uint8'), boards.nano33, { check: false }));
    assert.deepEqual(planned[0], planned[1]);
  });

  it('refuses what the flash cannot hold, naming layer and excess, at exactly the byte', () => {
    const graph = denseGraph(1000, 300);
    const { romBytes } = plan(graph, boards.nano33);
    assert.doesNotThrow(() => plan(graph, { ...boards.nano33, flashBytes: romBytes }));
    assert.throws(
      () => plan(graph, { ...boards.nano33, flashBytes: romBytes - 5 }),
      (error) => {
        assert.ok(error instanceof DoesNotFitError);
        assert.deepEqual([error.memory, error.excess, error.layer], ['flash', 5, 'wide one']);
        return /5 B more/.test(error.message) && error.message.includes('wide one');
      },
    );
  });

  it('refuses what the RAM cannot hold, stack included', () => {
    const graph = denseGraph(30000, 4);
    const { ramBytes } = plan(graph, boards.pico);
    const board: Board = { ...boards.pico, ramBytes: ramBytes + boards.pico.stackBytes };
    assert.doesNotThrow(() => plan(graph, board));
    assert.throws(
      () => plan(graph, { ...board, ramBytes: board.ramBytes - 1 }),
      (error) => error instanceof DoesNotFitError && error.memory === 'RAM' && error.excess === 1 && error.layer === 'wide one',
    );
  });
});
