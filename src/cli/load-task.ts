import { dirname, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ArgumentError, ParetinoError, importModule } from '../base';
import type { Task as Candidates } from '../experiment';
import type { ObjectiveFunction, Study } from '../study';
import { requireFile } from './input-file';
import { ownStack } from './outcome';
import { UsageError } from './usage';

/** A study and what to evaluate. */
export interface Task {
  readonly study: Study;
  readonly objective: ObjectiveFunction;
}

/** What a module given to `paretino run` exports as its default: a Task, or a study of the candidates that `defineTask` describes. */
export type RunModule = Task | { readonly study: Study; readonly task: Candidates };

/** Name the module, and the folder of artifacts if any, to worker processes, which inherit the environment. */
export const MODULE_VARIABLE = 'PARETINO_RUN_MODULE';
export const ARTIFACTS_VARIABLE = 'PARETINO_RUN_ARTIFACTS';

/** Has TypeScript compiled on the way, whatever the folder's own settings. @throws ArgumentError where ts-node is missing */
function registerCompiler(file: string): void {
  // Somebody did already: this very file is TypeScript.
  if (extname(__filename) === '.ts') return;
  let path: string;
  try {
    path = require.resolve('ts-node', { paths: [dirname(file), __dirname] });
  } catch {
    throw new ArgumentError('module', file, 'a JavaScript module, or ts-node beside a TypeScript one (npm install ts-node typescript)');
  }
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- where it lies is known only now
  const { register } = require(path) as { register(options: object): void };
  register({ transpileOnly: true, skipProject: true, compilerOptions: { module: 'commonjs', moduleResolution: 'node10', target: 'es2022', esModuleInterop: true } });
}

async function loadModule(file: string): Promise<{ default?: unknown }> {
  if (!['.ts', '.cts'].includes(extname(file))) return importModule(pathToFileURL(file).href);
  registerCompiler(file);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the path is known only now
  return require(file) as { default?: unknown };
}

/** The function that evaluates the candidates; what becomes of them is kept in the folder of artifacts. */
async function objectiveOf(task: Candidates, artifacts: string | undefined): Promise<ObjectiveFunction> {
  const [{ objectiveFunction }, { artifactStore }] = [await import('../experiment'), await import('../storage')];
  return objectiveFunction(artifacts === undefined ? task : { ...task, artifacts: artifactStore(artifacts) });
}

/**
 * Loads a task: a CommonJS, ECMAScript or TypeScript module whose default export is a RunModule or a function that makes one.
 * @param artifacts Folder that keeps each candidate's network, C project and report; only for a module that exports a `task`.
 * @throws DataError where there is no such file; ArgumentError where the module exports something else; UsageError where
 *   artifacts are asked for of a module without a task; ParetinoError with the user's own lines where it throws
 */
export async function loadTask(name: string, artifacts?: string): Promise<Task> {
  const file = resolve(name);
  requireFile(name);
  const own = async <T>(work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw error instanceof ParetinoError ? error : new ParetinoError(`${name} cannot be loaded: ${ownStack(error)}`, { cause: error });
    }
  };
  const outer = (await own(() => loadModule(file))).default;
  // A CommonJS module that sets `exports.default` arrives with one default inside the other.
  const given = outer !== null && typeof outer === 'object' && 'default' in outer ? outer.default : outer;
  const made = (typeof given === 'function' ? await own(given as () => unknown) : given) as Partial<Task & { task: Candidates }> | undefined;
  const { study, task } = made ?? {};
  if (artifacts !== undefined && task === undefined) throw new UsageError('--artifacts', artifacts, `a module that exports {study, task}: ${name} keeps what its own objective attaches`);
  const objective = task === undefined ? made?.objective : await objectiveOf(task, artifacts);
  if (typeof study?.run !== 'function' || typeof objective !== 'function') {
    throw new ArgumentError(name, made, 'a module whose default export is {study, objective}, {study, task} or a function that gives it');
  }
  return { study, objective };
}
