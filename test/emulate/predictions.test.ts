/** What the plan says before anything is compiled, beside what the linker says after. */
import assert from 'node:assert/strict';
import { createRng } from '../../src/base';
import { boards, measuredCompilers, plan } from '../../src/deploy';
import sizes from '../../src/deploy/predict/code-size-table.json';
import { build, findCommand } from '../../src/emulate';
import { compilerVersion, measureCodeSizes } from '../../src/emulate/measure-code';
import { isMeasured } from '../support/compilers';
import { temporaryFolder } from '../support/folder';
import { randomGraph } from '../support/random-graph';
import { skip } from '../support/skip';

/** Networks a board. */
const NETWORKS = Number(process.env.PARETINO_RANDOM_NETWORKS ?? 4);

describe('predictions of memory', function () {
  this.timeout(600_000);
  const folder = temporaryFolder();

  for (const board of Object.values(boards).filter(({ core }) => core !== 'host')) {
    const skipWithout = (test: Mocha.Context): void => {
      if (findCommand(board.compilers)) return;
      skip(test, `no ${board.compilers.join(' or ')}`);
    };

    it(`${board.name}: RAM and ROM exactly`, async function () {
      skipWithout(this);
      for (let seed = 0; seed < NETWORKS; seed++) {
        const graph = randomGraph(createRng(`predictions/${seed}`), 2 + 3 * seed, seed % 2 === 0 ? 'int8' : 'uint8');
        const memory = plan(graph, board, { check: false });
        const { romBytes, ramBytes } = await build(graph, board, folder.path, { memory });
        assert.equal(memory.ramBytes, ramBytes, `RAM of network ${seed}`);
        if (await isMeasured(board)) assert.equal(memory.romBytes, romBytes, `ROM of network ${seed}`);
        else assert.ok(Math.abs(memory.romBytes - romBytes) <= Math.max(512, romBytes / 50), `network ${seed}: ${memory.romBytes} B, linked ${romBytes}`);
      }
    });

    const isFirst = Object.values(boards).find(({ core }) => core === board.core) === board;
    if (isFirst) it(`${board.core}: the table of code sizes is what this compiler makes`, async function () {
      skipWithout(this);
      if (!(await isMeasured(board))) skip(this, `the table is of ${JSON.stringify(measuredCompilers)}, here is ${JSON.stringify(await compilerVersion(board))}`);
      const core = (sizes.cores as Record<string, unknown>)[board.core];
      assert.deepEqual(await measureCodeSizes(board, folder.path), core, 'run npx ts-node -T bench/code-sizes.ts');
    });
  }
});
