import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { ArgumentError, check } from '../base';
import { frontOf, shortNumber, type ObjectiveFunction, type Study, type TrialRecord } from '../study';
import { print, printRows } from './output';
import { rowsOf } from './stored-study';

/** What a module given to `paretino run` exports as its default: a study and what to evaluate. */
export interface Task {
  readonly study: Study;
  readonly objective: ObjectiveFunction;
}

/** `import()` as it stands: TypeScript would turn it into `require`, which loads no ECMAScript module on Node 20. */
const importModule = new Function('specifier', 'return import(specifier)') as (
  specifier: string,
) => Promise<{ default?: unknown }>;

/**
 * Loads a task: a CommonJS or ECMAScript module whose default export is a Task or a function that makes one.
 * @throws ArgumentError where the module exports something else
 */
export async function loadTask(file: string): Promise<Task> {
  const loaded = await importModule(pathToFileURL(resolve(file)).href);
  // A CommonJS module that sets `exports.default` arrives with one default inside the other.
  const outer = loaded.default;
  const given = outer !== null && typeof outer === 'object' && 'default' in outer ? outer.default : outer;
  const task = (typeof given === 'function' ? await (given as () => unknown)() : given) as Partial<Task> | undefined;
  if (typeof task?.study?.run !== 'function' || typeof task.objective !== 'function') {
    throw new ArgumentError(
      file,
      task,
      'a module whose default export is {study, objective} or a function that gives it',
    );
  }
  return task as Task;
}

function line(study: Study, trial: TrialRecord): string {
  const values = trial.values?.map((value, j) => `${study.objectives[j].name} ${shortNumber(value)}`).join(', ');
  return `trial ${trial.number} ${trial.state}${values === undefined ? '' : `: ${values}`}`;
}

/** Adds `run`: a study without a notebook. An interrupt ends it cleanly; running it again goes on. */
export function addRunCommand(program: Command): void {
  program
    .command('run <module>')
    .description('runs the study of a module (its default export: {study, objective}) and prints the front')
    .option('--trials <n>', 'further trials', '10')
    .option('--json', 'the front as JSON; progress goes to standard error')
    .action(async (file: string, options: { trials: string; json?: boolean }) => {
      const trials = Number(options.trials);
      check(Number.isInteger(trials) && trials >= 0, 'trials', options.trials, 'a whole number');
      const { study, objective } = await loadTask(file);
      const control = new AbortController();
      const stop = (): void => control.abort();
      process.once('SIGINT', stop);
      try {
        const onTrial = (trial: TrialRecord): void => void process.stderr.write(`${line(study, trial)}\n`);
        await study.run(objective, { trials, signal: control.signal, onTrial, onFailure: 'continue' });
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
