/*
 * A study of 10,000 trials: how long it takes to open, to ask beyond the optimiser's own time and to tell, how much
 * memory it holds, from a journal file and from an SQLite file, beside Optuna on the same files (PARETINO_OPTUNA_PYTHON
 * or .venv names its Python).
 *
 *   npx ts-node -T bench/study-store.ts [trials]
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { withTemporaryFolder } from '../src/base';
import { categorical, defineSpace, integer, real, sample } from '../src/space';
import { createStudy, type Optimizer, type StudyStorage, textTable } from '../src/study';
import { journalStorage, sqliteStorage } from '../src/storage';
import { stringify } from '../src/storage/optuna-format';
import { cpuSeconds, median } from './support/statistics';

const TRIALS = Number(process.argv[2] ?? 10_000);
const STEPS = 10;

let optimizerMs = 0;
/** As good as free, and measured besides. */
const random: Optimizer = {
  name: 'random',
  suggest: async ({ space, rng }) => {
    const since = performance.now();
    const params = sample(space, rng);
    optimizerMs += performance.now() - since;
    return [{ params, explanation: { mean: [0.5], deviation: [0.1], acquisition: 1.25 } }];
  },
};

const space = defineSpace({ rate: real(1e-5, 0.1, { log: true }), sparsity: real(0, 0.9), filters: integer(4, 64), op: categorical(['conv', 'depthwise', 'dense']) });
const objectives = [
  { name: 'accuracy', direction: 'maximize' as const },
  ...['rom', 'ram', 'macs'].map((name) => ({ name, direction: 'minimize' as const, known: (p: { filters: number }) => p.filters * 100 })),
];

const open = (storage: StudyStorage): ReturnType<typeof createStudy<any>> =>
  createStudy<any>({ name: 'many', space, objectives, constraints: [{ name: 'rom', upper: 5000 }], optimizer: random, storage, seed: 1 });

/** The records of a study that had run for days: a learning curve and an explanation each. */
async function writeJournal(path: string): Promise<void> {
  await open(journalStorage(path));
  const floats = (low: number, high: number, log: boolean): string => stringify({ name: 'FloatDistribution', attributes: { step: null, low, high, log } });
  const distributions: Record<string, string> = {
    rate: floats(1e-5, 0.1, true),
    sparsity: floats(0, 0.9, false),
    filters: stringify({ name: 'IntDistribution', attributes: { log: false, step: 1, low: 4, high: 64 } }),
    op: stringify({ name: 'CategoricalDistribution', attributes: { choices: ['conv', 'depthwise', 'dense'] } }),
  };
  const lines: string[] = [];
  const worker_id = 'bench';
  const put = (record: object): void => void lines.push(`${stringify(record)}\n`);
  for (let i = 0; i < TRIALS; i++) {
    const at = new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString().replace('Z', '000+00:00');
    const internal: Record<string, number> = { rate: 1e-5 + (i % 997) / 1e4, sparsity: (0.9 * (i % 991)) / 991, filters: 4 + (i % 61), op: i % 3 };
    put({ op_code: 4, worker_id, study_id: 0, datetime_start: at, state: 0, value: null, values: null, distributions: {}, params: {}, user_attrs: {}, system_attrs: { 'paretino:stream': i }, intermediate_values: {} });
    for (const [name, value] of Object.entries(internal)) put({ op_code: 5, worker_id, trial_id: i, param_name: name, param_value_internal: value, distribution: distributions[name] });
    put({ op_code: 9, worker_id, trial_id: i, system_attr: { 'paretino:explanation': { mean: [0.5], deviation: [0.1], acquisition: 1.25 } } });
    for (let step = 1; step <= STEPS; step++) put({ op_code: 7, worker_id, trial_id: i, step, intermediate_value: 1 - 1 / (step + (i % 7)) });
    put({ op_code: 9, worker_id, trial_id: i, system_attr: { constraints: [internal.filters * 100 - 5000] } });
    put({ op_code: 6, worker_id, trial_id: i, state: 1, values: [Math.sin(i) / 2 + 0.5, internal.filters * 100, internal.filters * 100, internal.filters * 100], datetime_complete: at });
  }
  const { appendFileSync } = await import('node:fs');
  appendFileSync(path, lines.join(''));
}

/** The same study in the other store. */
async function copyToSqlite(journal: string, path: string): Promise<void> {
  const from = (await journalStorage(journal).open('many'))!;
  await sqliteStorage(path).open('many', { directions: from.directions, system: from.system });
  // Rows at one go, as no store writes them.
  const Driver = require('libsql') as new (path: string) => { exec(sql: string): void; prepare(sql: string): { run(values: unknown[]): void }; close(): void };
  const db = new Driver(path);
  db.exec('BEGIN');
  const statement = (table: string, columns: string): { run(values: unknown[]): void } =>
    db.prepare(`INSERT INTO ${table} (${columns}) VALUES (${columns.split(',').map(() => '?').join(',')})`);
  const trials = statement('trials', 'trial_id, number, study_id, state, datetime_start, datetime_complete');
  const params = statement('trial_params', 'trial_id, param_name, param_value, distribution_json');
  const values = statement('trial_values', 'trial_id, objective, value, value_type');
  const steps = statement('trial_intermediate_values', 'trial_id, step, intermediate_value, intermediate_value_type');
  const system = statement('trial_system_attributes', 'trial_id, "key", value_json');
  const { distributionOf, toInternal } = await import('../src/storage/optuna-format');
  const date = (at: Date): string => at.toISOString().replace('T', ' ').replace('Z', '000');
  for (const trial of from.trials) {
    const id = trial.number + 1;
    trials.run([id, trial.number, 1, 'COMPLETE', date(trial.started!), date(trial.finished!)]);
    for (const [name, value] of Object.entries(trial.params)) params.run([id, name, toInternal(space.dimensions[name], value), stringify(distributionOf(space.dimensions[name]))]);
    trial.values!.forEach((value, j) => values.run([id, j, value, 'FINITE']));
    for (const [step, value] of trial.intermediate) steps.run([id, step, value, 'FINITE']);
    for (const [key, value] of Object.entries(trial.system!)) system.run([id, key, stringify(value)]);
  }
  db.exec('COMMIT');
  db.close();
}

interface Measured {
  open: number;
  ask: number;
  tell: number;
  mb: number;
}

async function measureOurs(make: () => StudyStorage): Promise<Measured> {
  global.gc?.();
  const before = process.memoryUsage().heapUsed;
  let since = performance.now();
  const cpu = process.cpuUsage();
  const study = await open(make());
  const opened = performance.now() - since;
  const openCpu = 1000 * cpuSeconds(cpu);
  if (study.trials.length !== TRIALS) throw new Error(`${study.trials.length} trials`);
  global.gc?.();
  const mb = (process.memoryUsage().heapUsed - before) / 1e6;
  const asks: number[] = [];
  const tells: number[] = [];
  const askCpu: number[] = [];
  for (let i = 0; i < 20; i++) {
    optimizerMs = 0;
    const busy = process.cpuUsage();
    since = performance.now();
    const trial = await study.ask();
    asks.push(performance.now() - since - optimizerMs);
    askCpu.push(1000 * cpuSeconds(busy) - optimizerMs);
    since = performance.now();
    await study.tell(trial, { accuracy: 0.5 });
    tells.push(performance.now() - since);
  }
  console.log(`  open: ${openCpu.toFixed(0)} ms of processor time, an ask: ${median(askCpu).toFixed(1)} ms; first ask ${asks[0].toFixed(1)} ms, longest of the next 19: ${Math.max(...asks.slice(1)).toFixed(1)} ms`);
  return { open: opened, ask: median(asks), tell: median(tells), mb };
}

function measureOptuna(python: string, address: string): Measured {
  const code = `
import json, sys, time, optuna, resource
optuna.logging.set_verbosity(optuna.logging.ERROR)
address = sys.argv[1]
rss = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
before = rss()
t = time.perf_counter()
storage = optuna.storages.RDBStorage(address) if "://" in address else optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(address))
study = optuna.load_study(study_name="many", storage=storage, sampler=optuna.samplers.RandomSampler())
n = len(study.trials)
opened = time.perf_counter() - t
mb = rss() - before
asks, tells = [], []
for i in range(20):
    t = time.perf_counter()
    trial = study.ask()
    trial.suggest_float("rate", 1e-5, 0.1, log=True); trial.suggest_float("sparsity", 0, 0.9); trial.suggest_int("filters", 4, 64); trial.suggest_categorical("op", ["conv", "depthwise", "dense"])
    asks.append(time.perf_counter() - t)
    t = time.perf_counter()
    study.tell(trial, [0.5, 1, 1, 1])
    tells.append(time.perf_counter() - t)
median = lambda l: sorted(l)[len(l) // 2]
print(json.dumps({"open": opened * 1e3, "ask": median(asks) * 1e3, "tell": median(tells) * 1e3, "mb": mb}))`;
  return JSON.parse(execFileSync(python, ['-W', 'ignore', '-c', code, address], { encoding: 'utf8' })) as Measured;
}

async function main(folder: string): Promise<void> {
  const journal = join(folder, 'journal.log');
  const database = join(folder, 'studies.db');
  const own = resolve(__dirname, '..', '.venv', 'bin', 'python');
  const python = [process.env.PARETINO_OPTUNA_PYTHON, existsSync(own) ? own : undefined, 'python3'].find((one) => one !== undefined && spawnSync(one, ['-c', 'import optuna']).status === 0);
  writeFileSync(journal, '');
  await writeJournal(journal);
  await copyToSqlite(journal, database);
  const rows: Record<string, unknown>[] = [];
  for (const [name, file, make, address] of [
    ['journal', journal, () => journalStorage(journal), journal],
    ['SQLite', database, () => sqliteStorage(database), `sqlite:///${database}`],
  ] as const) {
    const size = statSync(file).size / 1e6;
    const theirs = python && measureOptuna(python, address);
    // Optuna left trials there: each measures the file as it was written.
    if (name === 'journal') {
      writeFileSync(journal, '');
      await writeJournal(journal);
    } else {
      rmSync(database);
      await copyToSqlite(journal, database);
    }
    const ours = await measureOurs(make);
    const put = (what: string, m: Measured): void => void rows.push({ store: name, 'file MB': size, with: what, 'open ms': m.open, 'ask ms': m.ask, 'tell ms': m.tell, 'memory MB': m.mb });
    put('Paretino', ours);
    if (theirs) {
      put('Optuna', theirs);
      rows.push({ store: name, with: 'ratio', 'open ms': theirs.open / ours.open, 'ask ms': theirs.ask / ours.ask, 'tell ms': theirs.tell / ours.tell });
    }
    if (name === 'journal') {
      writeFileSync(journal, '');
      await writeJournal(journal);
    }
  }
  console.log(`${TRIALS} trials of 4 parameters, 4 objectives, 1 constraint, ${STEPS} reported steps; medians of 20; memory: ours heap held, Optuna's growth of the process`);
  console.log(textTable(rows));
  if (!python) console.log('Optuna is not here: name its Python in PARETINO_OPTUNA_PYTHON.');
}

void withTemporaryFolder(main);
