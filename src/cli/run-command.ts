import { extname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { check } from '../base';
import { frontOf, shortNumber, type Study, type TrialRecord } from '../study';
import { ARTIFACTS_VARIABLE, loadTask, MODULE_VARIABLE, type Task } from './load-task';
import { print, printRows } from './output';
import { rowsOf } from './stored-study';

interface RunCommandOptions {
  readonly trials: string;
  readonly workers?: string;
  readonly timeout?: string;
  readonly memory?: string;
  readonly artifacts?: string;
  readonly json?: boolean;
}

function positive(name: string, text: string | undefined): number | undefined {
  const value = text === undefined ? undefined : Number(text);
  check(value === undefined || value > 0, name, text, 'a number above 0');
  return value;
}

/** Runs the trials here, or in processes of their own where any of their options is given. */
async function runTrials(file: string, { study, objective }: Task, options: RunCommandOptions, signal: AbortSignal): Promise<void> {
  const trials = Number(options.trials);
  const onTrial = (trial: TrialRecord): void => void process.stderr.write(`${line(study, trial)}\n`);
  const common = { trials, signal, onTrial, onFailure: 'continue' as const };
  const workers = positive('workers', options.workers);
  const seconds = positive('timeout', options.timeout);
  const mebibytes = positive('memory', options.memory);
  if (workers === undefined && seconds === undefined && mebibytes === undefined) {
    await study.run(objective, common);
    return;
  }
  // Loaded late: behind it lies TensorFlow.js.
  const { processPool, runParallel } = await import('../experiment');
  process.env[MODULE_VARIABLE] = resolve(file);
  if (options.artifacts !== undefined) process.env[ARTIFACTS_VARIABLE] = resolve(options.artifacts);
  const pool = processPool({
    module: join(__dirname, `run-worker${extname(__filename)}`),
    workers: workers ?? 1,
    timeoutMs: seconds === undefined ? undefined : seconds * 1000,
    memoryBytes: mebibytes === undefined ? undefined : mebibytes * 1024 * 1024,
  });
  try {
    await runParallel(study, pool, common);
  } finally {
    await pool.close();
  }
}

function line(study: Study, trial: TrialRecord): string {
  const values = trial.values?.map((value, j) => `${study.objectives[j].name} ${shortNumber(value)}`).join(', ');
  return `trial ${trial.number} ${trial.state}${values === undefined ? '' : `: ${values}`}`;
}

/** Adds `run`: a study without a notebook. An interrupt ends it cleanly; running it again goes on. */
export function addRunCommand(program: Command): void {
  program
    .command('run <module>')
    .description('runs the study of a module (its default export: {study, objective} or {study, task}) and prints the front')
    .option('--trials <n>', 'further trials', '10')
    .option('--workers <n>', 'processes that evaluate at the same time (default: none, one trial after the other in this one)')
    .option('--timeout <seconds>', 'what one trial may take; a longer one fails, and its process is replaced')
    .option('--memory <MiB>', 'what one worker process may take; a trial that takes more fails')
    .option('--artifacts <folder>', "keep each trial's network, C project and report there, as artifacts of the trial (a module with a task)")
    .option('--json', 'the front as JSON; progress goes to standard error')
    .action(async (file: string, options: RunCommandOptions) => {
      const trials = Number(options.trials);
      check(Number.isInteger(trials) && trials >= 0, 'trials', options.trials, 'a whole number');
      for (const name of ['workers', 'timeout', 'memory'] as const) positive(name, options[name]);
      const task = await loadTask(file, options.artifacts);
      const { study } = task;
      const control = new AbortController();
      const stop = (): void => control.abort();
      process.once('SIGINT', stop);
      try {
        await runTrials(file, task, options, control.signal);
      } catch (error) {
        if (!control.signal.aborted) throw error;
        process.stderr.write('Stopped; run again to go on.\n');
        process.exitCode = 130;
      } finally {
        process.removeListener('SIGINT', stop);
      }
      const { name, objectives, constraints } = study;
      printRows(
        rowsOf({ name, objectives, constraints, trials: study.trials }, frontOf(objectives, study.trials)),
        options.json,
        'No feasible trial yet.',
      );
      if (!options.json) print(`${study.trials.length} trials in all`);
    });
}
