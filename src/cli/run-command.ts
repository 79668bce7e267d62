import { constants } from 'node:os';
import { extname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { ParetinoError } from '../base';
import { endedTrials, shortNumber, type Study, type TrialRecord } from '../study';
import { ARTIFACTS_VARIABLE, loadTask, MODULE_VARIABLE, type Task } from './load-task';
import { Ended } from './outcome';
import { print, printRows } from './output';
import { addStopOptions, stopCriteria, type StopOptions } from './stop-options';
import { positive, wholeNumber } from './usage';

interface RunCommandOptions extends StopOptions {
  readonly trials?: string;
  readonly workers?: string;
  readonly timeout?: string;
  readonly memory?: string;
  readonly artifacts?: string;
  readonly json?: boolean;
}

/** The numbers of the options; without criteria to stop by, ten trials. @throws UsageError */
function limitsOf(options: RunCommandOptions): { trials?: number; workers?: number; seconds?: number; mebibytes?: number } {
  const criteria = stopCriteria(options);
  return {
    trials: wholeNumber('--trials', options.trials ?? (criteria.length === 0 ? '10' : undefined), 0),
    workers: wholeNumber('--workers', options.workers, 1),
    seconds: positive('--timeout', options.timeout),
    mebibytes: positive('--memory', options.memory),
  };
}

/** Runs the trials here, or in processes of their own where any of their options is given. Gives the reason, where a criterion or an exhausted space ended it. */
async function runTrials(file: string, { study, objective }: Task, options: RunCommandOptions, signal: AbortSignal, onTrial: (trial: TrialRecord) => void): Promise<string | undefined> {
  const { trials, workers, seconds, mebibytes } = limitsOf(options);
  const common = { trials, stop: stopCriteria(options, study.objectives), signal, onTrial, onFailure: 'continue' as const };
  if (workers === undefined && seconds === undefined && mebibytes === undefined) {
    return study.run(objective, common);
  }
  // Loaded late: behind it lies TensorFlow.js.
  const { processPool, runParallel } = await import('../experiment');
  process.env[MODULE_VARIABLE] = resolve(file);
  if (options.artifacts === undefined) delete process.env[ARTIFACTS_VARIABLE];
  else process.env[ARTIFACTS_VARIABLE] = resolve(options.artifacts);
  const pool = processPool({
    module: join(__dirname, `run-worker${extname(__filename)}`),
    workers: workers ?? 1,
    timeoutMs: seconds === undefined ? undefined : seconds * 1000,
    memoryBytes: mebibytes === undefined ? undefined : mebibytes * 1024 * 1024,
  });
  try {
    return await runParallel(study, pool, common);
  } finally {
    await pool.close();
  }
}

function line(study: Study, trial: TrialRecord): string {
  const values = trial.values?.map((value, j) => `${study.objectives[j].name} ${shortNumber(value)}`).join(', ');
  const more = values ?? (trial.attributes.reason as string | undefined);
  return `trial ${trial.number} ${trial.state}${more === undefined ? '' : `: ${more}`}`;
}

/** Has all that `work` writes to standard output go to standard error: what a module logs is no JSON. */
async function besideJson<T>(json: boolean | undefined, work: () => Promise<T>): Promise<T> {
  if (!json) return work();
  const { write } = process.stdout;
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof write;
  try {
    return await work();
  } finally {
    process.stdout.write = write;
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Loads the module and runs its study until the trials are done or a signal comes. */
async function run(file: string, options: RunCommandOptions): Promise<{ study: Study; before: number; ended: TrialRecord[]; reason?: string; signal?: (typeof SIGNALS)[number] }> {
  const task = await loadTask(file, options.artifacts);
  const before = endedTrials(task.study.trials).length;
  const control = new AbortController();
  const ended: TrialRecord[] = [];
  let came: (typeof SIGNALS)[number] | undefined;
  // Once: a second one ends the process at once.
  const stop = (signal: (typeof SIGNALS)[number]): void => {
    came = signal;
    control.abort();
  };
  let reason: string | undefined;
  for (const signal of SIGNALS) process.once(signal, stop);
  try {
    reason = await runTrials(file, task, options, control.signal, (trial) => {
      ended.push(trial);
      process.stderr.write(`${line(task.study, trial)}\n`);
    });
  } catch (error) {
    if (came === undefined) throw error;
    process.stderr.write('Stopped; run again to go on.\n');
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, stop);
  }
  return { study: task.study, before, ended, reason, signal: came };
}

/** Adds `run`: a study without a notebook. An interrupt ends it cleanly; running it again goes on. */
export function addRunCommand(program: Command): void {
  const command = program
    .command('run <module>')
    .description('runs the study of a module (its default export: {study, objective} or {study, task}) and prints the front')
    .option('--trials <n>', 'further trials, at most (default: 10, or with a --stop option as many as it takes)')
    .option('--workers <n>', 'processes that evaluate at the same time (default: none, one trial after the other in this one)')
    .option('--timeout <seconds>', 'what one trial may take; a longer one fails, and its process is replaced')
    .option('--memory <MiB>', 'what one worker process may take; a trial that takes more fails')
    .option('--artifacts <folder>', "keep each trial's network, C project and report there, as artifacts of the trial (a module with a task)")
    .option('--json', 'the front as JSON; progress goes to standard error');
  addStopOptions(command).action(async (file: string, options: RunCommandOptions) => {
      const { trials } = limitsOf(options);
      const { study, before, ended, reason, signal } = await besideJson(options.json, () => run(file, options));
      printRows(study.toRows(study.front()), options.json, 'No feasible trial yet.');
      if (!options.json) print(`${study.trials.length} trials in all`);
      if (signal !== undefined) throw new Ended(128 + constants.signals[signal]);
      if (reason !== undefined) process.stderr.write(`Stopped: ${reason}.\n`);
      // Others may work on the same study: their trials count.
      else if (trials === undefined) process.stderr.write(`${ended.length} trials: the space holds no further point.\n`);
      else if (endedTrials(study.trials).length - before < trials) process.stderr.write(`${ended.length} of ${trials} trials: the space holds no further point.\n`);
      if (ended.length > 0 && ended.every(({ state }) => state === 'failed')) throw new ParetinoError(`Each of the ${ended.length} trials failed.`);
    });
}
