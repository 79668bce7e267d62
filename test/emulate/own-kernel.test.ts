/** A kernel that a notebook defines for itself: one value on a board, with no line anywhere else. */
import assert from 'node:assert/strict';
import { ArgumentError, createRng } from '../../src/base';
import { boards, elements, emit, emitArduino, interpret, kernels, plan, type Board, type Graph, type Kernel } from '../../src/deploy';
import { build, findCommand, runnerFor } from '../../src/emulate';
import { temporaryFolder } from '../support/folder';
import { randomBytes, randomGraph } from '../support/random-graph';
import { skip } from '../support/skip';

/** Global average pooling without the window's edges: a channel at a time. */
const globalPool: Kernel = {
  name: 'average_of_all',
  kinds: ['averagePool'],
  source: `#include "paretino.h"

PARETINO_KERNEL(average_of_all) {
  const paretino_pool *p = (const paretino_pool *)op;
  const int32_t channels = p->channels, positions = p->in_height * p->in_width;
  (void)x2;
  for (int32_t c = 0; c < channels; c++) {
    int32_t sum = 0;
    for (int32_t i = 0; i < positions; i++) sum += x[i * channels + c];
    y[c] = paretino_clamp((sum + (sum < 0 ? -(positions / 2) : positions / 2)) / positions, p->min, p->max);
  }
}
`,
  codeBytes: 256,
  prepare: (graph, op) => {
    if (op.kind !== 'averagePool' || op.padding.some((pad) => pad > 0)) return undefined;
    const [height, width] = graph.tensors[op.inputs[0]].shape;
    return op.kernel[0] === height && op.kernel[1] === width ? {} : undefined;
  },
};

function pooled(shape: readonly [number, number, number], kernel: readonly [number, number]): Graph {
  const out = [shape[0] - kernel[0] + 1, shape[1] - kernel[1] + 1, shape[2]] as const;
  const tensors = [shape, out].map((size, i) => ({ name: `t${i}`, shape: size, scale: 0.1, zeroPoint: -7 }));
  const op = { kind: 'averagePool', name: 'pool', inputs: [0], output: 1, kernel, strides: [1, 1], padding: [0, 0, 0, 0], min: -128, max: 100 } as const;
  return { name: 'pooled', tensors, ops: [op], input: 0, output: 1, boundary: 'int8' };
}

const withPool = (board: Board): Board => ({ ...board, ownKernels: [globalPool] });

describe('a kernel of one\'s own', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const whole = pooled([5, 3, 7], [5, 3]);

  for (const board of [boards.host, boards.nano33, boards.pico]) {
    it(`${board.name} uses it where it takes the op, with the interpreter's bytes`, async function () {
      const runner = runnerFor(board);
      const missing = findCommand(board.compilers) ? runner.missing() : `no ${board.compilers.join(' or ')}`;
      if (missing) skip(this, missing);
      for (const [graph, used] of [[whole, 'average_of_all'], [pooled([5, 3, 7], [2, 3]), 'average_pool']] as const) {
        const memory = plan(graph, withPool(board));
        assert.deepEqual(memory.kernels, [used]);
        const inputs = [0, 1, 2].map((i) => randomBytes(createRng(`pool ${i}`), elements(graph.tensors[0].shape)));
        const { outputs } = await runner.run(await build(graph, withPool(board), folder.path), inputs);
        inputs.forEach((input, i) => assert.deepEqual(outputs[i], interpret(graph, input)));
      }
    });
  }

  it('counts in the flash that is predicted, and goes into the sketch', () => {
    const board = withPool(boards.nano33);
    const roomy = { ...board, ownKernels: [{ ...globalPool, codeBytes: 1256 }] };
    assert.equal(plan(whole, roomy).romBytes - plan(whole, board).romBytes, 1000);
    assert.ok(plan(whole, { ...board, ownKernels: [{ ...globalPool, codeBytes: undefined }] }).romBytes > plan(whole, roomy).romBytes);
    assert.ok(emitArduino(whole, plan(whole, board), board).has('pooled/average_of_all.c'));
  });

  it('takes the place of ours of the same name, and leaves a network\'s name alone', () => {
    const board = { ...boards.nano33, ownKernels: [{ ...globalPool, name: 'average_pool' }] };
    assert.equal(emit(whole, plan(whole, board), board).get('average_pool.c'), globalPool.source);
    const named = { ...whole, name: 'average_of_all' };
    const files = emit(named, plan(named, withPool(boards.nano33)), withPool(boards.nano33));
    assert.ok(files.has('m_average_of_all.c') && files.get('average_of_all.c') === globalPool.source);
  });

  it('is refused with a name that is none in C, and for an operation without a descriptor', () => {
    const bad = (kernel: Partial<Kernel>): Board => ({ ...boards.nano33, ownKernels: [{ ...globalPool, prepare: () => ({}), ...kernel }] });
    assert.throws(() => plan(whole, bad({ name: 'a b' })), ArgumentError);
    const flat: Graph = { ...whole, ops: [{ kind: 'reshape', name: 'flat', inputs: [0], output: 1 }] };
    assert.throws(() => plan(flat, bad({ kinds: ['reshape'] })), ArgumentError);
  });

  it('kernels of the catalogue have names of their own, and every operation that computes has one for any core', () => {
    assert.equal(new Set(kernels.map(({ name }) => name)).size, kernels.length);
    for (let seed = 0; seed < 5; seed++) {
      const graph = randomGraph(createRng(`kinds ${seed}`), 12, 'int8');
      for (const { kind } of graph.ops) {
        if (!['reshape', 'concat', 'pad'].includes(kind)) assert.ok(kernels.some(({ kinds, sets }) => !sets && kinds.includes(kind)), kind);
      }
    }
  });
});
