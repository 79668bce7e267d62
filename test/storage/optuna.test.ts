import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { defineSpace, integer, real } from '../../src/space';
import { createStudy, frontOf, isFeasible, type Study, type StudyStorage } from '../../src/study';
import { artifactStore, journalStorage, postgresStorage, sqliteStorage } from '../../src/storage';
import { fill, makeStudy, random } from '../support/optuna-study';
import { temporaryFolder } from '../support/folder';
import { needPython, runOptuna } from '../support/optuna';
import { freePort } from '../support/free-port';
import { startPostgres, type PostgresServer } from '../support/postgres';

/** Every trial of a study as Optuna has it. */
const ROWS = `
study = optuna.load_study(study_name=name, storage=storage)
finite = lambda values: None if values is None else [v if abs(v) < 1e308 else str(v) for v in values]
rows = [[t.number, t.state.name, finite(t.values) if t.state.name == "COMPLETE" else None, t.params, list(t.constraints.values()), t.user_attrs,
  {k: str(v) for k, v in t.intermediate_values.items()}, t.datetime_start and t.datetime_start.timestamp(), {k: str(d) for k, d in t.distributions.items()}] for t in study.trials]
`;

type Row = [number, string, (number | string)[] | null, object, number[], object, Record<string, string>, number | null, Record<string, string>];

/** `trials`: as many as Optuna writes in a few seconds. */
const kinds: Record<string, { make: (folder: string) => StudyStorage; address: (folder: string) => string; trials: number; start?: (test: Mocha.Context) => Promise<void> }> = {
  'the journal file': { make: (folder) => journalStorage(join(folder, 'journal.log')), address: (folder) => join(folder, 'journal.log'), trials: 1000 },
  'the SQLite file': { make: (folder) => sqliteStorage(join(folder, 'studies.db')), address: (folder) => `sqlite:///${join(folder, 'studies.db')}`, trials: 150 },
  'the PostgreSQL database': {
    make: (folder) => postgresStorage(databaseOf(folder)),
    address: databaseOf,
    trials: 100,
    async start(test) {
      needPython(test, 'psycopg');
      server = await startPostgres(test);
    },
  },
};

let server: PostgresServer | undefined;
function databaseOf(folder: string): string {
  return server!.databaseOf(folder);
}

describe('storage: Optuna itself', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();

  for (const [kind, { make, address, trials, start }] of Object.entries(kinds)) describe(kind, () => {
    before(async function () {
      await start?.(this);
    });
    after(() => {
      if (start) server?.stop();
    });

    it(`reads ${kind} to the same trials and files, and goes on in it`, async function () {
      const python = needPython(this, 'optuna');
      const study = await makeStudy(make(folder.path));
      const artifacts = artifactStore(join(folder.path, 'artifacts'));
      const figure = artifacts.put('curve.svg', '<svg/>');
      const first = await study.ask();
      await first.attach(figure);
      await first.attach({ ...figure, filename: 'again/curve.svg' });
      await study.tell(first, { accuracy: 0.5, latency: 1 });
      assert.deepEqual(study.artifacts(0), [figure, { ...figure, filename: 'again/curve.svg' }]);
      await fill(study, 9);
      await study.enqueue({ blocks: 5 });
      const before = study.trials;
      const seen = runOptuna<{ directions: string[]; names: string[]; rows: Row[]; front: number[]; files: unknown[] }>(python, address(folder.path), `
name = "ours"
${ROWS}
front = [t.number for t in study.best_trials]
from optuna.artifacts import FileSystemArtifactStore, get_all_artifact_meta, upload_artifact
import os
store = FileSystemArtifactStore(os.path.join(${JSON.stringify(folder.path)}, "artifacts"))
files = [[m.artifact_id, m.filename, m.mimetype, store.open_reader(m.artifact_id).read().decode()] for m in get_all_artifact_meta(study.trials[0], storage=storage)]
open("theirs.txt", "w").write("by Optuna")
def objective(trial):
    trial.suggest_float("rate", 1e-5, 0.1, log=True); b = trial.suggest_int("blocks", 1, 6); trial.suggest_int("even", 2, 30, step=2)
    if trial.suggest_categorical("op", ["conv", "dense", 3, True]) == "conv": trial.suggest_categorical("kernel", [3, 5, 7])
    if trial.number == 11: upload_artifact(study_or_trial=trial, file_path="theirs.txt", artifact_store=store)
    return 0.125, b * 100
study.optimize(objective, n_trials=3)
print(json.dumps({"directions": [d.name for d in study.directions], "names": study.metric_names, "rows": rows, "front": front, "files": files}))`, folder.path);
      assert.deepEqual(seen.files, ["curve.svg", "again/curve.svg"].map((name) => [figure.id, name, "image/svg+xml", "<svg/>"]));
      assert.deepEqual([seen.directions, seen.names], [['MAXIMIZE', 'MINIMIZE'], ['accuracy', 'rom']]);
      assert.deepEqual(seen.front.sort((a, b) => a - b), frontOf(study.objectives, before).map(({ number }) => number));
      // Pruned trials of several objectives would make Optuna's samplers stumble.
      const states: Record<string, string> = { complete: 'COMPLETE', failed: 'FAIL', pruned: 'FAIL', waiting: 'WAITING' };
      assert.equal(seen.rows.length, before.length);
      before.forEach((trial, i) => {
        const [number, state, values, params, constraints, attributes, intermediate, started, distributions] = seen.rows[i];
        assert.deepEqual([number, state, values ?? undefined, params], [trial.number, states[trial.state], trial.values, trial.params]);
        assert.deepEqual(constraints, trial.violations ?? []);
        assert.deepEqual(attributes, trial.attributes);
        if (trial.state === 'waiting') return;
        assert.deepEqual(intermediate, i === 0 ? {} : { 1: '0.25', 2: i % 3 === 1 ? 'nan' : 'inf' });
        assert.ok(Math.abs(started! * 1000 - trial.started!.getTime()) < 1, 'the same moment');
        assert.equal(distributions.rate, 'FloatDistribution(high=0.1, log=True, low=1e-05, step=None)');
        assert.equal(distributions.even, 'IntDistribution(high=30, log=False, low=2, step=2)');
      });
      // What Optuna added meanwhile, the enqueued trial among it, is read on by the study that was open all the time.
      await study.refresh();
      assert.equal(study.trials.length, 13);
      assert.equal(study.trials[10].params.blocks, 5);
      assert.deepEqual(study.trials.slice(10).map(({ state, values }) => [state, values![0]]), Array(3).fill(['complete', 0.125]));
      const [theirs] = study.artifacts(11);
      assert.deepEqual([theirs.filename, artifacts.get(theirs).toString()], ['theirs.txt', 'by Optuna']);
      await study.step(() => ({ accuracy: 0.5, latency: 1 }));
      assert.deepEqual((await makeStudy(make(folder.path))).trials, study.trials);
    });

    it(`wrote ${trials} trials with two objectives and constraints into ${kind}: they are read to the same`, async function () {
      const python = needPython(this, 'optuna');
      const theirs = runOptuna<{ rows: Row[]; front: number[] }>(python, address(folder.path), `
name = "theirs"
study = optuna.create_study(study_name=name, storage=storage, directions=["minimize", "maximize"])
study.set_metric_names(["loss", "gain"])
study.set_user_attr("who", "Optuna µ")
D = optuna.distributions
distributions = {"x": D.FloatDistribution(0, 1), "r": D.FloatDistribution(1e-4, 1, log=True), "n": D.IntDistribution(1, 99, step=7), "op": D.CategoricalDistribution(["a", None, 3, True])}
import random; rng = random.Random(5)
S = optuna.trial.TrialState
for i in range(${trials}):
    state = S.COMPLETE if i % 9 else (S.FAIL if i % 2 else S.RUNNING)
    values = [rng.random(), float("inf") if i % 100 == 50 else rng.gauss(0, 1)] if state == S.COMPLETE else None
    study.add_trial(optuna.trial.create_trial(state=state, values=values, params={"x": rng.random(), "r": 10 ** -rng.uniform(0, 4), "n": 1 + 7 * rng.randrange(15), "op": rng.choice(["a", None, 3, True])},
      distributions=distributions, user_attrs={"i": i}, constraints={"c0": rng.gauss(-1, 1), "c1": -0.5} if values else None))
${ROWS}
print(json.dumps({"rows": rows, "front": [t.number for t in study.best_trials]}))`);
      const study = (await make(folder.path).open('theirs'))!;
      assert.deepEqual([study.directions, study.attributes, study.trials.length], [['minimize', 'maximize'], { who: 'Optuna µ' }, trials]);
      const states: Record<string, string> = { COMPLETE: 'complete', FAIL: 'failed', RUNNING: 'running' };
      const number = (value: number | string): number => (value === 'inf' ? Infinity : (value as number));
      for (const [i, [at, state, values, params, constraints, attributes]] of theirs.rows.entries()) {
        const trial = study.trials[i];
        assert.deepEqual([trial.number, trial.state, trial.values, trial.params], [at, states[state], values?.map(number), params]);
        assert.deepEqual([trial.violations ?? [], trial.attributes], [constraints, attributes]);
      }
      const objectives = [{ name: 'loss', direction: 'minimize' as const }, { name: 'gain', direction: 'maximize' as const }];
      assert.ok(study.trials.some((trial) => trial.state === 'complete' && !isFeasible(trial)));
      assert.deepEqual(frontOf(objectives, study.trials).map((trial) => trial.number), theirs.front.sort((a, b) => a - b));
      // And on it goes here.
      const here = await createStudy({
        name: 'theirs',
        space: defineSpace({ x: real(0, 1), r: real(1e-4, 1, { log: true }), n: integer(1, 99, { step: 7 }) }),
        objectives,
        optimizer: random,
        storage: make(folder.path),
      });
      await here.run(() => [0.5, 1], { trials: 2 });
      assert.equal(here.trials.length, trials + 2);
    });

    it(`works on ${kind} at the same time: two processes of each lose nothing`, async function () {
      const python = needPython(this, 'optuna');
      const EACH = 12;
      const make2 = (): Promise<Study<{ x: number }>> =>
        createStudy({ name: 'live', space: defineSpace({ x: real(0, 1) }), objectives: [{ name: 'y', direction: 'minimize' }], optimizer: random, storage: make(folder.path), seed: 1 });
      const first = await make2();
      const program = `
import sys, optuna
optuna.logging.set_verbosity(optuna.logging.ERROR)
address = sys.argv[1]
storage = address if "://" in address else optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(address))
study = optuna.load_study(study_name="live", storage=storage, sampler=optuna.samplers.RandomSampler())
def objective(trial):
    x = trial.suggest_float("x", 0, 1); trial.report(x / 2, 1); trial.set_user_attr("by", sys.argv[2])
    return x
study.optimize(objective, n_trials=${EACH})`;
      const children = ['1', '2'].map((by) => spawn(python, ['-c', program, address(folder.path), by], { stdio: ['ignore', 'ignore', 'pipe'] }));
      let said = '';
      children.forEach((child) => child.stderr.on('data', (text) => (said += String(text))));
      const ended = children.map((child) => once(child, 'exit'));
      const second = await make2();
      const ours = (study: Study<{ x: number }>, by: string): Promise<unknown> =>
        study.run(async (trial) => {
          await trial.report(1, trial.params.x / 2);
          await trial.setAttribute('by', by);
          return trial.params.x;
        }, { trials: EACH });
      await Promise.all([ours(first, '3'), ours(second, '4')]);
      for (const [code] of await Promise.all(ended)) assert.equal(code, 0, said);
      await first.refresh();
      const complete = first.trials.filter(({ state }) => state === 'complete');
      const by = (who: string): number => complete.filter(({ attributes }) => attributes.by === who).length;
      // Those of ours count what others finish meanwhile: together they make at least what was asked for.
      assert.deepEqual([by('1'), by('2')], [EACH, EACH]);
      assert.ok(complete.length === first.trials.length && by('3') + by('4') >= 1);
      first.trials.forEach(({ number, values, params, intermediate }, i) => assert.deepEqual([number, values, intermediate], [i, [params.x], [[1, (params.x as number) / 2]]]));
      const there = runOptuna<{ rows: Row[] }>(python, address(folder.path), `name = "live"\n${ROWS}\nprint(json.dumps({"rows": rows}))`);
      assert.deepEqual(there.rows.map((row) => [row[0], row[2], row[3]]), first.trials.map(({ number, values, params }) => [number, values, params]));
    });

    it(`shows ${kind} in its dashboard`, async function () {
      const python = needPython(this, 'optuna_dashboard');
      const study = await makeStudy(make(folder.path));
      await fill(study, 10);
      const port = await freePort();
      const dashboard = spawn(python, ['-c', 'import sys; from optuna_dashboard._cli import main; main()', address(folder.path), '--port', String(port)], { stdio: ['ignore', 'pipe', 'pipe'] });
      let said = '';
      for (const stream of [dashboard.stdout, dashboard.stderr]) stream.on('data', (text) => (said += String(text)));
      try {
        const get = async (path: string): Promise<any> => {
          const response = await fetch(`http://127.0.0.1:${port}${path}`);
          assert.equal(response.status, 200, said);
          return response.json();
        };
        for (let i = 0; ; i++) {
          const up = await fetch(`http://127.0.0.1:${port}/api/meta`).then(() => true, () => false);
          if (up) break;
          assert.ok(i < 300 && dashboard.exitCode === null, `the dashboard did not start: ${said}`);
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        const { study_summaries: summaries } = await get('/api/studies');
        assert.deepEqual(summaries.map((one: any) => [one.study_name, one.directions]), [['ours', ['maximize', 'minimize']]]);
        const details = await get(`/api/studies/${summaries[0].study_id}`);
        assert.deepEqual(details.objective_names ?? details.metric_names, ['accuracy', 'rom']);
        assert.deepEqual(details.trials.map((trial: any) => [trial.number, trial.state]), study.trials.map(({ number, state }) => [number, state === 'complete' ? 'Complete' : 'Fail']));
        assert.deepEqual(details.trials[0].values, study.trials[0].values);
        assert.deepEqual(details.best_trials.map((trial: any) => trial.number ?? trial).length, study.front().length);
      } finally {
        dashboard.kill();
      }
    });
  });
});
