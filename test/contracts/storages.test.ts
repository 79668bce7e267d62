import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as storage from '../../src/storage';
import { parse, stringify, type LogRecord } from '../../src/storage/optuna-format';
import { categorical, defineSpace, integer, real } from '../../src/space';
import type { StudyStorage } from '../../src/study';
import { startPostgres, type PostgresServer } from '../support/postgres';

/** A storage over the smallest possible log: what a user's own would be made with. */
function arrayLog(): StudyStorage {
  const lines: string[] = [];
  let read = 0;
  return storage.logStorage({
    description: 'array',
    read(apply) {
      while (read < lines.length) apply(parse(lines[read++]) as LogRecord, `record ${read}`);
    },
    exclusively: async (work) => work((records) => void lines.push(...records.map(stringify))),
  });
}

let server: PostgresServer | undefined;

const makers: Record<string, (folder: string) => StudyStorage> = {
  memoryStorage: () => storage.memoryStorage(),
  journalStorage: (folder) => storage.journalStorage(join(folder, 'journal.log')),
  sqliteStorage: (folder) => storage.sqliteStorage(join(folder, 'studies.db')),
  postgresStorage: (folder) => storage.postgresStorage(server!.databaseOf(folder)),
  logStorage: arrayLog,
};

const { dimensions } = defineSpace({ rate: real(1e-4, 1, { log: true }), n: integer(2, 9), op: categorical(['a', 'b']) });

describe('contract: every storage', () => {
  it('is tested here', () => {
    assert.deepEqual(Object.keys(storage).filter((name) => name.endsWith('Storage')).sort(), Object.keys(makers).sort());
  });

  for (const [name, make] of Object.entries(makers)) {
    describe(name, () => {
      let folder: string;
      let store: StudyStorage;
      before(async function () {
        this.timeout(60_000);
        if (name === 'postgresStorage') server = await startPostgres(this);
      });
      after(() => {
        if (name === 'postgresStorage') server?.stop();
      });
      beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), 'paretino-storage-'));
        store = make(folder);
      });
      afterEach(() => rmSync(folder, { recursive: true }));
      const open = async (): Promise<NonNullable<Awaited<ReturnType<StudyStorage['open']>>>> =>
        (await store.open('s', { directions: ['maximize', 'minimize'], system: { a: [1, { b: 'c' }] } }))!;

      it('creates a study once, finds it again, lists and deletes', async () => {
        assert.equal(await store.open('s'), undefined);
        assert.deepEqual(await store.studyNames(), []);
        const study = await open();
        assert.deepEqual([study.name, study.directions, study.system], ['s', ['maximize', 'minimize'], { a: [1, { b: 'c' }] }]);
        const again = (await store.open('s', { directions: ['minimize'], system: {} }))!;
        assert.deepEqual(again.directions, ['maximize', 'minimize']);
        assert.deepEqual(again.trials, []);
        await store.open('other', { directions: ['minimize'], system: {} });
        assert.deepEqual(await store.studyNames(), ['s', 'other']);
        await store.deleteStudy('s');
        assert.deepEqual(await store.studyNames(), ['other']);
        await assert.rejects(store.deleteStudy('s'), /name: got 's'/);
      });

      it('keeps a trial through its life', async () => {
        const study = await open();
        await study.createTrial(() => ({ state: 'running', system: { mine: 1 } }));
        const trial = await study.createTrial((trials) => ({ state: 'running', system: { before: trials.length } }));
        assert.deepEqual([trial.number, trial.state, trial.system], [1, 'running', { before: 1 }]);
        assert.ok(trial.started instanceof Date);
        const params = { rate: 0.012345678901234567, n: 7, op: 'b' };
        await study.setParams(1, params, dimensions, { why: { x: 2 } });
        await study.report(1, 5, 0.5);
        await study.report(1, 2, 0.25);
        await study.report(1, 5, 0.75);
        await study.setTrialAttribute(1, 'theirs', '"x"', 'system');
        await study.setTrialAttribute(1, 'note', { µ: ['"', '\n', null, true] });
        assert.equal(await study.finish(1, { state: 'complete', values: [0.1 + 0.2, -3], violations: [-1, 2.5], attributes: { extra: 4 } }), true);
        const [first, second] = study.trials;
        assert.equal(first.state, 'running');
        assert.deepEqual(second.params, params);
        assert.deepEqual(second.values, [0.1 + 0.2, -3]);
        assert.deepEqual(second.violations, [-1, 2.5]);
        assert.deepEqual(second.intermediate, [[2, 0.25], [5, 0.75]]);
        assert.deepEqual(second.attributes, { note: { µ: ['"', '\n', null, true] }, extra: 4 });
        assert.deepEqual([second.system?.why, second.system?.theirs], [{ x: 2 }, '"x"']);
        assert.equal(second.state, 'complete');
        assert.ok(second.finished! >= second.started!);
      });

      it('ends a trial once, and changes nothing after', async () => {
        const study = await open();
        await study.createTrial(() => ({ state: 'running' }));
        assert.equal(await study.finish(0, { state: 'failed', attributes: { reason: 'x' } }), true);
        assert.equal(await study.finish(0, { state: 'complete', values: [1, 2] }), false);
        await study.report(0, 1, 1);
        await study.setTrialAttribute(0, 'late', 1);
        const [trial] = study.trials;
        assert.deepEqual([trial.state, trial.values, trial.intermediate, trial.attributes], ['failed', undefined, [], { reason: 'x' }]);
        await assert.rejects(study.finish(9, { state: 'failed' }), /trial: got 9/);
      });

      it('hands out waiting trials in order, each once', async () => {
        const study = await open();
        for (let i = 0; i < 3; i++) await study.createTrial(() => ({ state: 'waiting', system: { fixed_params: { n: i } } }));
        const claimed = await Promise.all([0, 1, 2, 3].map(() => study.claimWaiting({ by: 'me' })));
        assert.deepEqual(claimed.map((trial) => trial?.number), [0, 1, 2, undefined]);
        assert.deepEqual(claimed[1]?.system, { fixed_params: { n: 1 }, by: 'me' });
        assert.ok(study.trials.every((trial) => trial.state === 'running' && trial.started !== undefined));
      });

      it('lets the parameters of a waiting and of a running trial be changed', async () => {
        const study = await open();
        await study.createTrial(() => ({ state: 'waiting', system: { fixed_params: { n: 2 }, other: 1 } }));
        await study.setParams(0, {}, dimensions, { fixed_params: { n: 5 } });
        assert.deepEqual([study.trials[0].state, study.trials[0].system], ['waiting', { fixed_params: { n: 5 }, other: 1 }]);
        assert.deepEqual((await study.claimWaiting({}))?.system, { fixed_params: { n: 5 }, other: 1 });
        await study.setParams(0, { rate: 0.5, n: 5, op: 'a' }, dimensions);
        await study.setParams(0, { rate: 0.25, n: 5, op: 'b' }, dimensions, { edited: true });
        assert.deepEqual(study.trials[0].params, { rate: 0.25, n: 5, op: 'b' });
        assert.equal(study.trials[0].system?.edited, true);
      });

      it('keeps the study attributes, and copies what it is given', async () => {
        const study = await open();
        const value = { list: [1] };
        await study.setAttribute('data', value);
        value.list.push(2);
        assert.deepEqual(study.attributes, { data: { list: [1] } });
      });

      it('gives the same list while nothing changes, another afterwards', async () => {
        const study = await open();
        await study.createTrial(() => ({ state: 'running' }));
        const before = study.trials;
        assert.equal(study.trials, before);
        await study.report(0, 1, 2);
        assert.notEqual(study.trials, before);
        assert.deepEqual(before[0].intermediate, []);
      });

      it('serves calls made at once', async () => {
        const study = await open();
        const made = await Promise.all(Array.from({ length: 20 }, () => study.createTrial((trials) => ({ state: 'running', system: { at: trials.length } }))));
        assert.deepEqual(made.map((trial) => trial.number), Array.from({ length: 20 }, (_, i) => i));
        assert.deepEqual(study.trials.map((trial) => trial.system?.at), Array.from({ length: 20 }, (_, i) => i));
      });
    });
  }
});
