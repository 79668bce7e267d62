import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { createRng } from '../../src/base';
import { defineSpace, integer, real } from '../../src/space';
import { createStudy, memoryStorage, type Optimizer } from '../../src/study';
import { journalStorage, postgresStorage, sqliteStorage } from '../../src/storage';
import { startPostgres, type PostgresServer } from '../support/postgres';

const KILLS = Number(process.env.PARETINO_KILLS ?? 50);

/** The sources as plain JavaScript: a process that has to compile them first takes ten times as long to start. */
function compiled(folder: string): string {
  const root = resolve(__dirname, '..', '..');
  const files = ['base', 'moo', 'space', 'study', 'storage'].flatMap((name) =>
    readdirSync(join(root, 'src', name), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join('src', name, file)),
  );
  for (const file of [...files, join('test', 'storage', 'worker.ts')]) {
    const { outputText } = transpileModule(readFileSync(join(root, file), 'utf8'), {
      compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true },
    });
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file.replace(/\.ts$/, '.js')), outputText);
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return join(folder, 'test', 'storage', 'worker.js');
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const kinds = {
  journal: { at: async (_: Mocha.Context, folder: string) => join(folder, 'journal.log'), open: journalStorage, kills: KILLS },
  // Each commit of these two waits for the disk.
  'SQLite file': { at: async (_: Mocha.Context, folder: string) => join(folder, 'studies.db'), open: sqliteStorage, kills: Math.ceil(KILLS / 5) },
  'PostgreSQL database': {
    async at(test: Mocha.Context) {
      server = await startPostgres(test);
      return server.database();
    },
    open: postgresStorage,
    kills: Math.ceil(KILLS / 5),
  },
};
let server: PostgresServer | undefined;

for (const [kind, { at, open, kills }] of Object.entries(kinds)) {
  describe(`storage: processes on one ${kind}`, () => {
    after(() => {
      server?.stop();
      server = undefined;
    });

    it(`four of them, killed ${kills} times in all: nothing told is lost or doubled, the file stays readable`, async function () {
      this.timeout(60_000 + kills * 10_000);
      const folder = mkdtempSync(join(tmpdir(), 'paretino-kill-'));
      const path = await at(this, folder);
      const script = compiled(folder);
      const rng = createRng(1);
      const errors: string[] = [];
      const files: string[] = [];
      const ended = new WeakSet<ChildProcess>();
      const start = (): ChildProcess => {
        const told = join(folder, `told-${files.length}`);
        files.push(told);
        const child = spawn(process.execPath, [script, path, told]);
        child.stderr!.on('data', (text) => errors.push(String(text)));
        child.on('exit', () => ended.add(child));
        return child;
      };
      const toldBy = (file: string): string[] => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []);
      const workers = Array.from({ length: 4 }, start);
      const own = workers.map((_, i) => i);
      for (let kill = 0; kill < kills; kill++) {
        const which = rng.integer(0, 3);
        // Each has told something before it is killed.
        const file = files[own[which]];
        for (let wait = 0; toldBy(file).length < 2 && wait < 600 && errors.length === 0; wait++) await pause(25);
        await pause(rng.integer(0, 40));
        workers[which].kill('SIGKILL');
        while (!ended.has(workers[which])) await pause(2);
        own[which] = files.length;
        if (kill < kills - 4) workers[which] = start();
        else workers[which] = workers[(which + 1) % 4];
        if (workers[which] === workers[(which + 1) % 4]) own[which] = own[(which + 1) % 4];
      }
      for (const worker of new Set(workers)) {
        worker.kill('SIGKILL');
        while (!ended.has(worker)) await pause(2);
      }
      assert.deepEqual(errors, []);
      const study = (await open(path).open('shared'))!;
      const told = files.flatMap(toldBy).map((line) => line.split(' ').map(Number));
      assert.equal(new Set(told.map(([number]) => number)).size, told.length, 'a trial told twice');
      assert.ok(told.length > kills);
      for (const [number, value] of told) {
        const trial = study.trials[number];
        assert.deepEqual([trial.state, trial.values], ['complete', [value]]);
        assert.deepEqual(trial.intermediate, [[1, trial.params.x]]);
      }
      const complete = study.trials.filter((trial) => trial.state === 'complete');
      assert.ok(complete.length - told.length <= files.length, 'told, but not noted');
      // No two suggestions are the same: each had a place of its own in the random stream.
      assert.equal(new Set(complete.map((trial) => trial.params.x)).size, complete.length);
      const next = await createStudy({
        name: 'shared',
        space: defineSpace({ x: real(0, 1), n: integer(1, 9) }),
        objectives: [{ name: 'y', direction: 'minimize' }],
        optimizer: { name: 'none', suggest: async () => [{ params: { x: 0.5, n: 1 } }] },
        storage: open(path),
      });
      assert.ok(next.trials.every((trial) => trial.state === 'complete' || trial.attributes.interrupted === true));
      await next.step((trial) => trial.params.x);
      rmSync(folder, { recursive: true });
    });
  });
}

describe('storage: 10,000 trials', () => {
  it('are read back whole, and asking goes on', async function () {
    this.timeout(120_000);
    const folder = mkdtempSync(join(tmpdir(), 'paretino-many-'));
    const path = join(folder, 'journal.log');
    const space = defineSpace({ x: real(0, 1), n: integer(1, 9) });
    const fixed: Optimizer = { name: 'fixed', suggest: async ({ rng }) => [{ params: { x: rng.next(), n: 1 } }] };
    const objectives = [{ name: 'y', direction: 'minimize' as const }, { name: 'z', direction: 'maximize' as const }];
    await createStudy({ name: 'many', space, objectives, optimizer: fixed, storage: journalStorage(path) });
    // Written at one go, as a process would have over days.
    const { appendFileSync } = await import('node:fs');
    const lines: string[] = [];
    for (let i = 0; i < 10_000; i++) {
      const float = '{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}';
      const int = '{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 9}}';
      const worker_id = 'w';
      lines.push(JSON.stringify({ op_code: 4, worker_id, study_id: 0, datetime_start: '2026-01-01T00:00:00.000001+00:00' }));
      lines.push(JSON.stringify({ op_code: 5, worker_id, trial_id: i, param_name: 'x', param_value_internal: i / 10_000, distribution: float }));
      lines.push(JSON.stringify({ op_code: 5, worker_id, trial_id: i, param_name: 'n', param_value_internal: 1 + (i % 9), distribution: int }));
      lines.push(JSON.stringify({ op_code: 6, worker_id, trial_id: i, state: 1, values: [i, -i], datetime_complete: '2026-01-01T00:00:01+00:00' }));
    }
    appendFileSync(path, `${lines.join('\n')}\n`);
    const study = await createStudy({ name: 'many', space, objectives, optimizer: fixed, storage: journalStorage(path) });
    assert.equal(study.trials.length, 10_000);
    const trial = await study.ask();
    assert.equal(trial.number, 10_000);
    assert.equal((await study.tell(trial, [1, 2])).state, 'complete');
    assert.equal(study.context().history.length, 10_001);
    rmSync(folder, { recursive: true });
  });

  it('memory keeps as many', async () => {
    const store = (await memoryStorage().open('m', { directions: ['minimize'], system: {} }))!;
    for (let i = 0; i < 500; i++) await store.createTrial(() => ({ state: 'running' }));
    assert.equal(store.trials.length, 500);
  });
});
