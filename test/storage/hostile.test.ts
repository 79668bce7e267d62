import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { DataError } from '../../src/base';
import { defineSpace, real, sample } from '../../src/space';
import { createStudy, type Optimizer, type Study, type StudyStorage } from '../../src/study';
import { journalStorage, sqliteStorage } from '../../src/storage';
import { temporaryFolder } from '../support/folder';
import { endDisk, smallDisk, unprivileged } from '../support/hostile';

const random: Optimizer = { name: 'random', suggest: async ({ space, rng }) => [{ params: sample(space, rng) }] };

const kinds: Record<string, (folder: string) => StudyStorage> = {
  journal: (folder) => journalStorage(join(folder, 'journal.log')),
  'SQLite file': (folder) => sqliteStorage(join(folder, 'studies.db')),
};

for (const [kind, make] of Object.entries(kinds)) {
  describe(`storage: ${kind} in a bad place`, () => {
    // Before the folder goes.
    afterEach(() => endDisk(folder.path));
    const folder = temporaryFolder();
    const open = (at: string): Promise<Study<{ x: number }>> =>
      createStudy({ name: 's', space: defineSpace({ x: real(0, 1) }), objectives: [{ name: 'y', direction: 'minimize' }], optimizer: random, storage: make(at), seed: 1 });

    it('a disk that fills up costs the running trial at most, and the study goes on when there is room', async function () {
      const disk = smallDisk(this, folder.path, 512);
      const study = await open(disk.path);
      await study.run(({ params }) => params.x, { trials: 3 });
      let told = 3;
      disk.fill(8192);
      // A learning curve as long as it takes.
      const filling = study.run(async (trial) => {
        for (let step = 0; step < 500; step++) await trial.report(step, trial.params.x);
        return trial.params.x;
      }, { trials: 50, onTrial: ({ state }) => void (state === 'complete' && told++) });
      await assert.rejects(filling, (error: Error) => error instanceof DataError && /(cannot be written: )?the disk is full; nothing was written/.test(error.message));
      const complete = (one: Study<{ x: number }>): number => one.trials.filter(({ state }) => state === 'complete').length;
      assert.equal(complete(study), told);
      // Whoever opens it reads all that was told, on the full disk.
      const there = (await make(disk.path).open('s'))!;
      assert.deepEqual(there.trials, study.trials);
      disk.free();
      const again = await open(disk.path);
      await again.recover('all');
      await again.run(({ params }) => params.x, { trials: 2 });
      assert.equal(complete(again), told + 2);
      await study.refresh();
      assert.deepEqual(study.trials, again.trials);
    });

    it('a folder that is read-only: what is there can be looked at, writing is refused in one line', async () => {
      const study = await open(folder.path);
      await study.run(({ params }) => params.x, { trials: 2 });
      for (const name of fs.readdirSync(folder.path)) fs.chmodSync(join(folder.path, name), 0o444);
      fs.chmodSync(folder.path, 0o555);
      try {
        await unprivileged(async () => {
          const there = (await make(folder.path).open('s'))!;
          assert.deepEqual(there.trials, study.trials);
          const before = fs.readdirSync(folder.path);
          await assert.rejects(there.setAttribute('a', 1), (error: Error) => error instanceof DataError && /no permission to write there|permission is missing/.test(error.message));
          await assert.rejects(open(folder.path).then((one) => one.ask()), DataError);
          assert.deepEqual(fs.readdirSync(folder.path), before);
        });
      } finally {
        fs.chmodSync(folder.path, 0o755);
      }
    });
  });
}
