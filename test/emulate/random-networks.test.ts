import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRng } from '../../src/base';
import { boards, elements, interpret, kernels, kernelSetOf, plan, type Graph, type Op } from '../../src/deploy';
import { build, findCommand, runnerFor } from '../../src/emulate';
import { randomBytes, randomGraph } from '../support/random-graph';
import { skip } from '../support/skip';

/** Networks for each board and type: more of them in a longer run. */
const NETWORKS = Number(process.env.PARETINO_RANDOM_NETWORKS ?? 6);
/** In each, beside those that bring it to its end. */
const OPERATORS = 14;

type Windowed = Extract<Op, { strides: readonly [number, number] }>;

describe('random networks', function () {
  this.timeout(600_000);
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'paretino-random-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const networkOf = (seed: number, boundary: 'int8' | 'uint8'): { graph: Graph; inputs: Int8Array[] } => {
    const rng = createRng(`random/${boundary}/${seed}`);
    const graph = randomGraph(rng, OPERATORS, boundary);
    return { graph, inputs: Array.from({ length: 4 }, () => randomBytes(rng, elements(graph.tensors[graph.input].shape))) };
  };

  it('have every kernel of every core in them, and the edges of what a layer may be', () => {
    const all = (['int8', 'uint8'] as const).flatMap((boundary) => Array.from({ length: NETWORKS }, (_, seed) => networkOf(seed, boundary)));
    for (const board of [boards.host, boards.nano33, boards.pico]) {
      const seen = new Set(all.flatMap(({ graph }) => plan(graph, board, { check: false }).kernels));
      const ours = kernels.filter(({ sets }) => sets?.includes(kernelSetOf(board)) ?? true);
      assert.deepEqual(ours.map(({ name }) => name).filter((name) => !seen.has(name)), [], board.name);
    }
    const windows = all.flatMap(({ graph }) => graph.ops).filter((op): op is Windowed => 'strides' in op);
    const tensors = all.flatMap(({ graph }) => graph.tensors);
    const facts: Record<string, boolean> = {
      'strides that differ': windows.some(({ strides: [y, x] }) => y !== x && y > 1),
      'padding that differs on all sides': windows.some(({ padding }) => new Set(padding).size > 2),
      'odd channels': tensors.some(({ shape }) => shape[2] % 2 === 1 && shape[2] > 4),
      'zero points at both ends': [-128, 127].every((end) => tensors.some(({ zeroPoint }) => zeroPoint === end)),
      'inputs at both ends': [-128, 127].every((end) => all.some(({ inputs }) => inputs.some((x) => x.every((value) => value === end)))),
    };
    assert.deepEqual(Object.keys(facts).filter((name) => !facts[name]), []);
  });

  for (const board of Object.values(boards)) {
    for (const boundary of ['int8', 'uint8'] as const) {
      it(`${board.name} gives the interpreter's bytes, ${boundary}`, async function () {
        const runner = runnerFor(board);
        const missing = findCommand(board.compilers) ? runner.missing() : `no ${board.compilers.join(' or ')}`;
        if (missing) skip(this, missing);
        for (let seed = 0; seed < NETWORKS; seed++) {
          const { graph, inputs: signed } = networkOf(seed, boundary);
          const inputs = signed.map((x) => (boundary === 'int8' ? x : new Uint8Array(x.buffer)));
          const firmware = await build(graph, board, folder, { memory: plan(graph, board, { check: false }) });
          const { outputs } = await runner.run(firmware, inputs);
          inputs.forEach((x, i) => {
            const wanted = interpret(graph, x);
            assert.deepEqual(outputs[i], wanted, `network ${seed}, input ${i}: ${graph.ops.map(({ kind }) => kind).join(' ')}`);
          });
        }
      });
    }
  }
});
