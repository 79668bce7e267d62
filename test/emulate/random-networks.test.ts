import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRng } from '../../src/base';
import { boards, elements, interpret, plan } from '../../src/deploy';
import { build, findCommand, runnerFor } from '../../src/emulate';
import { randomBytes, randomGraph } from '../support/random-graph';

/** Networks for each board and type: more of them in a longer run. */
const NETWORKS = Number(process.env.PARETINO_RANDOM_NETWORKS ?? 6);

describe('random networks', function () {
  this.timeout(600_000);
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'paretino-random-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const board of Object.values(boards)) {
    for (const boundary of ['int8', 'uint8'] as const) {
      it(`${board.name} gives the interpreter's bytes, ${boundary}`, async function () {
        const runner = runnerFor(board);
        const missing = findCommand(board.compilers) ? runner.missing() : `no ${board.compilers.join(' or ')}`;
        if (missing) {
          console.log(`      skipped: ${missing}`);
          this.skip();
        }
        for (let seed = 0; seed < NETWORKS; seed++) {
          const rng = createRng(`networks/${boundary}/${seed}`);
          const graph = randomGraph(rng, 7, boundary);
          const size = elements(graph.tensors[graph.input].shape);
          const inputs = Array.from({ length: 4 }, () => randomBytes(rng, size)).map((x) =>
            boundary === 'int8' ? x : new Uint8Array(x.buffer),
          );
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
