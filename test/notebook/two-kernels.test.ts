import assert from 'node:assert/strict';
import { join } from 'node:path';
import { journalStorage } from '../../src/storage';
import { temporaryFolder } from '../support/folder';
import { jupyterPython, runCells, written, type Cell } from '../support/kernel';
import { skip } from '../support/skip';

const TRIALS = 30;

/** One notebook: it opens the study, waits until the other has done so, and runs its trials; it prints what it told, as [number, x, value]. */
function notebook(own: number, folder: string): Cell[] {
  const path = (name: string): string => JSON.stringify(join(folder, name));
  return [
    { code: "import { existsSync, writeFileSync } from 'fs'; import { createStudy } from 'paretino/dist/study'; import { journalStorage } from 'paretino/dist/storage'; import { defineSpace, real, sample } from 'paretino/dist/space';" },
    {
      code: `const optimizer = { name: 'random', suggest: async ({ space, rng }, n) => Array.from({ length: n }, () => ({ params: sample(space, rng) })) };
        const objectives = [{ name: 'loss', direction: 'minimize' as const }];
        const shared = await createStudy({ name: 'shared', space: defineSpace({ x: real(0, 1) }), objectives, optimizer, storage: journalStorage(${path('study.log')}) });`,
    },
    { code: `writeFileSync(${path(`open-${own}`)}, ''); while (!existsSync(${path(`open-${1 - own}`)})) await new Promise((r) => setTimeout(r, 5));`, limit: 120 },
    {
      code: `const told = [];
        for (let i = 0; i < ${TRIALS}; i++) {
          const trial = await shared.ask();
          await new Promise((r) => setTimeout(r, 10));
          await shared.tell(trial, trial.params.x + ${own});
          told.push([trial.number, trial.params.x, trial.params.x + ${own}]);
        }
        console.log(JSON.stringify(told));`,
      limit: 120,
    },
  ];
}

describe('two notebooks on one study', function () {
  this.timeout(240_000);
  const folder = temporaryFolder();

  it('ask and tell at once: no trial is lost, none is given out twice', async function () {
    const found = jupyterPython();
    if ('missing' in found) {
      skip(this, `what needs a real kernel (${found.missing})`);
      return;
    }
    const results = await Promise.all([0, 1].map((own) => runCells(found.python, notebook(own, folder.path))));
    for (const result of results.flat()) assert.equal(result.status, 'ok', written(result, 'stderr'));
    const told = results.map((cells) => JSON.parse(written(cells[3])) as [number: number, x: number, value: number][]);
    const numbers = told.flat().map(([number]) => number);
    assert.deepEqual([...numbers].sort((a, b) => a - b), Array.from({ length: 2 * TRIALS }, (_, i) => i));
    const [firsts, lasts] = [told.map((own) => own[0][0]), told.map((own) => own[TRIALS - 1][0])];
    assert.ok(Math.max(...firsts) < Math.min(...lasts), 'they worked at the same time');
    const { trials } = (await journalStorage(join(folder.path, 'study.log')).open('shared'))!;
    assert.equal(trials.length, 2 * TRIALS);
    for (const [number, x, value] of told.flat()) assert.deepEqual([trials[number].state, trials[number].params.x, trials[number].values], ['complete', x, [value]]);
    assert.equal(new Set(trials.map(({ params }) => params.x)).size, 2 * TRIALS, 'no point was suggested twice');
  });
});
