import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { DataError } from '../../src/base';
import { defineSpace, real, sample } from '../../src/space';
import { createStudy, type Optimizer, type Study } from '../../src/study';
import { sqliteStorage } from '../../src/storage';
import { temporaryFolder } from '../support/folder';

const random: Optimizer = { name: 'random', suggest: async ({ space, rng }) => [{ params: sample(space, rng) }] };

interface Connection {
  exec(sql: string): void;
  close(): void;
}
/** The file as anybody may open it. */
function connect(path: string): Connection {
  const Driver = require('libsql') as new (path: string) => Connection;
  return new Driver(path);
}

describe('storage: SQLite file', () => {
  const folder = temporaryFolder();
  const file = (): string => join(folder.path, 'studies.db');
  const make = (graceMs?: number): Promise<Study<{ x: number }>> =>
    createStudy({
      name: 'ours', space: defineSpace({ x: real(0, 1) }), objectives: [{ name: 'y', direction: 'minimize' }], optimizer: random,
      storage: sqliteStorage(file(), { graceMs }), seed: 1,
    });
  const rejects = (work: Promise<unknown>, message: RegExp): Promise<void> =>
    assert.rejects(work, (error: Error) => error instanceof DataError && message.test(error.message));

  it('does not make a file to look into', async () => {
    assert.deepEqual(await sqliteStorage(file()).studyNames(), []);
    assert.equal(await sqliteStorage(file()).open('ours'), undefined);
    assert.ok(!fs.existsSync(file()));
    // What a process leaves that only wanted to look.
    folder.write('studies.db', '');
    assert.deepEqual(await sqliteStorage(file()).studyNames(), []);
    await (await make()).run(({ params }) => params.x, { trials: 1 });
  });

  it('refuses what is no such database, and says why', async () => {
    folder.write('studies.db', 'op_code: these are notes, and long enough to be taken for a header'.repeat(99));
    await rejects(make(), /studies\.db: is not an SQLite database/);
    fs.rmSync(file());
    const other = connect(file());
    other.exec('CREATE TABLE recipes (id INTEGER)');
    other.close();
    await rejects(make(), /studies\.db: is a database without studies/);
    fs.rmSync(file());
    await make();
    const later = connect(file());
    later.exec("UPDATE alembic_version SET version_num = 'v9.9.9.a'");
    later.close();
    await rejects(make(), /table alembic_version: holds v9\.9\.9\.a, wanted v3\.2\.0\.a/);
    await rejects(createStudy({ name: 'a', space: defineSpace({ x: real(0, 1) }), objectives: [{ name: 'y', direction: 'minimize' }], optimizer: random, storage: sqliteStorage(join(folder.path, 'none', 'a.db')) }), /cannot be opened: the folder does not exist/);
  });

  it('names the table and the trial of a row that makes no sense', async () => {
    const study = await make();
    await study.run(({ params }) => params.x, { trials: 2 });
    const other = connect(file());
    other.exec("UPDATE trial_params SET distribution_json = 'x' WHERE trial_id = 2");
    await rejects(make(), /table trial_params, trial_id 2: .*JSON/);
    other.exec("UPDATE trials SET state = 'LOST' WHERE trial_id = 1");
    other.close();
    await rejects(make(), /table trials, trial_id 1: 'LOST' is not a state/);
  });

  it('waits for another process that holds the file, though not for ever', async () => {
    const study = await make(400);
    const other = connect(file());
    other.exec('BEGIN IMMEDIATE');
    setTimeout(() => other.exec('COMMIT'), 150);
    await study.run(({ params }) => params.x, { trials: 1 });
    other.exec('BEGIN EXCLUSIVE');
    await rejects(study.ask(), /another process has held it for 0 s/);
    other.exec('COMMIT');
    other.close();
    await study.run(({ params }) => params.x, { trials: 1 });
    assert.deepEqual(study.trials.map(({ state }) => state), ['complete', 'complete']);
  });

  it('what does not fit on the disk is not there, here and in the file; what fits again is', async () => {
    const study = await make();
    await study.run(({ params }) => params.x, { trials: 2 });
    const before = study.trials;
    const trial = await study.ask();
    const full = connect(file());
    // SQLite's own limit stands in for the disk's: the same code comes back.
    const storage = sqliteStorage(file());
    const stored = (await storage.open('ours'))!;
    await limitPages(stored, 1);
    await rejects(stored.setTrialAttribute(trial.number, 'log', 'x'.repeat(1e6)), /the disk is full; nothing was written/);
    assert.deepEqual(stored.trials[2].attributes, {});
    await rejects(stored.createTrial(() => ({ state: 'running', system: { big: 'x'.repeat(1e6) } })), /the disk is full/);
    assert.equal(stored.trials.length, 3);
    await study.refresh();
    assert.deepEqual(study.trials.slice(0, 2), before);
    assert.equal(study.trials.length, 3);
    await limitPages(stored, 100_000);
    await stored.setTrialAttribute(trial.number, 'log', 'x'.repeat(1e6));
    full.close();
    await study.tell(trial, 0.5);
    assert.equal((await make()).trials[2].attributes.log, 'x'.repeat(1e6));
  });

  it('a study that somebody deleted is missed at the next call', async () => {
    const study = await make();
    await sqliteStorage(file()).deleteStudy('ours');
    await rejects(study.ask(), /study 'ours': was deleted/);
  });
});

/** Sets SQLite's limit on the connection that a stored study works with. */
async function limitPages(stored: unknown, pages: number): Promise<void> {
  const { database } = stored as { database: { read(work: (session: { all(sql: string): Promise<unknown> }) => Promise<unknown>): Promise<unknown> } };
  await database.read((session) => session.all(`PRAGMA max_page_count = ${pages}`));
}
