import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createRng, type Rng } from '../../src/base';
import { dropIdentities, dropUnused, elements, fuseActivations, fusePads, fuseReshapes, interpret, simplify, type Graph, type Op } from '../../src/deploy';
import type { Tensor } from '../../src/deploy/graph';
import { randomBytes, randomGraph } from '../support/random-graph';

const identity = Int8Array.from({ length: 256 }, (_, i) => i - 128);
const clamp = (min: number, max: number): Int8Array => identity.map((value) => Math.min(max, Math.max(min, value)));

/** The graph with ops between its own that leave values alone, clamp them, pad by nothing or are read by nobody. */
function cluttered(rng: Rng, graph: Graph): Graph {
  const tensors: Tensor[] = [...graph.tensors];
  const like = (id: number): number => tensors.push({ ...tensors[id] }) - 1;
  const ops = graph.ops.flatMap((op): Op[] => {
    if (op.output === graph.output || rng.next() < 0.5) return [op];
    const inner = like(op.output);
    const at = { name: `${op.name} aside`, inputs: [inner], output: op.output };
    const low = rng.integer(-128, 127);
    const aside: Op[] = rng.choice<() => Op[]>([
      () => [{ ...at, kind: 'lookup', table: identity }],
      () => [{ ...at, kind: 'lookup', table: clamp(low, rng.integer(low, 127)) }],
      () => [{ ...at, kind: 'lookup', table: randomBytes(rng, 256) }],
      () => [{ ...at, kind: 'pad', padding: [0, 0, 0, 0] }],
      () => [{ ...at, kind: 'reshape' }],
      () => [{ ...at, kind: 'maxPool', kernel: [1, 1], strides: [1, 1], padding: [0, 0, 0, 0], min: -128, max: 127 }],
      () => [{ ...at, kind: 'reshape' }, { ...at, kind: 'lookup', table: identity, output: like(op.output) }],
    ])();
    return [{ ...op, output: inner }, ...aside];
  });
  return { ...graph, tensors, ops };
}

function graphOf(shapes: readonly (readonly [number, number, number])[], ops: readonly Op[], zeroPoint = -3): Graph {
  const tensors = shapes.map((shape, i) => ({ name: `t${i}`, shape, scale: 0.5, zeroPoint }));
  return { name: 'small', tensors, ops, input: 0, output: shapes.length - 1, boundary: 'int8' };
}

const conv = (name: string, input: number, output: number): Op => ({
  kind: 'conv2d', name, inputs: [input], output, kernel: [3, 3], strides: [2, 2], padding: [0, 0, 0, 0], weights: Int8Array.from({ length: 9 }, (_, i) => i * 7 - 30),
  weightZeroPoint: 0, bias: Int32Array.of(100), multipliers: Int32Array.of(2 ** 30), shifts: Int32Array.of(-3), min: -128, max: 127,
});
const pad = (name: string, input: number, output: number, padding: readonly [number, number, number, number]): Op => ({ kind: 'pad', name, inputs: [input], output, padding });
const kinds = (graph: Graph): string => graph.ops.map(({ kind }) => kind).join(' ');

describe('deploy/passes: simplify', () => {
  it('changes no byte of any output, and leaves nothing to simplify', () => {
    let fewer = 0;
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 8 }), (seed, operators) => {
        const rng = createRng(seed);
        const graph = cluttered(rng, randomGraph(rng, operators, 'int8'));
        const simple = simplify(graph);
        const input = randomBytes(rng, elements(graph.tensors[graph.input].shape));
        assert.deepEqual(interpret(simple, input), interpret(graph, input));
        assert.equal(simplify(simple), simple);
        fewer += graph.ops.length - simple.ops.length;
      }),
      { numRuns: Number(process.env.PARETINO_RANDOM_PLANS ?? 300) },
    );
    assert.ok(fewer > 300, `${fewer} ops fewer in all`);
  });

  it('fuses pads of pads into all convolutions that read them, and leaves one that a pool reads', () => {
    const shapes = [[4, 4, 1], [5, 5, 1], [6, 7, 1], [2, 3, 1]] as const;
    const graph = graphOf(shapes, [pad('a', 0, 1, [1, 0, 0, 1]), pad('b', 1, 2, [0, 1, 2, 0]), conv('c', 2, 3)]);
    const fused = fusePads(graph);
    assert.equal(kinds(fused), 'conv2d');
    assert.deepEqual((fused.ops[0] as { padding: unknown }).padding, [1, 1, 2, 1]);
    const input = Int8Array.from({ length: 16 }, (_, i) => i * 11 - 80);
    assert.deepEqual(interpret(fused, input), interpret(graph, input));
    const pool: Op = { kind: 'maxPool', name: 'p', inputs: [1], output: 2, kernel: [2, 2], strides: [1, 1], padding: [0, 0, 0, 0], min: -128, max: 127 };
    const pooled = graphOf([[4, 4, 1], [5, 5, 1], [4, 4, 1]], [pad('a', 0, 1, [1, 0, 0, 1]), pool]);
    assert.equal(fusePads(pooled), pooled);
  });

  it('moves a clamp into the layer before, composes tables, and keeps what another reads too', () => {
    const shape = [4, 4, 1] as const;
    const table = (name: string, input: number, output: number, values: Int8Array): Op => ({ kind: 'lookup', name, inputs: [input], output, table: values });
    const layer = { ...conv('c', 0, 1), strides: [1, 1], padding: [1, 1, 1, 1], max: 90 } as Op;
    const relu = graphOf([shape, shape, shape], [layer, table('relu', 1, 2, clamp(-3, 127))]);
    const fused = fuseActivations(relu);
    assert.equal(kinds(fused), 'conv2d');
    assert.deepEqual([(fused.ops[0] as { min: number }).min, (fused.ops[0] as { max: number }).max], [-3, 90]);
    const random = randomBytes(createRng(3), 256);
    const two = graphOf([shape, shape, shape], [table('a', 0, 1, random), table('b', 1, 2, random)]);
    assert.equal(kinds(fuseActivations(two)), 'lookup');
    const add: Op = { kind: 'mul', name: 'm', inputs: [1, 2], output: 3, multipliers: Int32Array.of(2 ** 30), shifts: Int32Array.of(-6), min: -128, max: 127 };
    const branched = graphOf([shape, shape, shape, shape], [layer, table('relu', 1, 2, clamp(-3, 127)), add]);
    assert.equal(fuseActivations(branched), branched);
  });

  it('drops what nobody reads and what does nothing; keeps an output apart from the input', () => {
    const shape = [2, 2, 1] as const;
    const copy: Op = { kind: 'reshape', name: 'r', inputs: [0], output: 1 };
    const only = graphOf([shape, shape], [copy]);
    assert.equal(simplify(only), only);
    const dead = graphOf([shape, shape, shape], [copy, { ...copy, output: 2 }]);
    assert.equal(dropUnused(dead).ops.length, 1);
    assert.equal(dropUnused(dead).tensors.length, 2);
    const chain = graphOf([shape, [1, 1, 4], [4, 1, 1]], [copy, { ...copy, inputs: [1], output: 2 }]);
    assert.equal(fuseReshapes(chain).ops.length, 1);
    assert.equal(dropIdentities(chain), chain);
  });
});
