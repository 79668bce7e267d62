import { existsSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ArgumentError, DataError } from '../base';
import type { ObjectiveFunction, Study } from '../study';

/** What a module given to `paretino run` exports as its default: a study and what to evaluate. */
export interface Task {
  readonly study: Study;
  readonly objective: ObjectiveFunction;
}

/** `import()` as it stands: TypeScript would turn it into `require`, which loads no ECMAScript module on Node 20. */
const importModule = new Function('specifier', 'return import(specifier)') as (specifier: string) => Promise<object>;

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

/**
 * Loads a task: a CommonJS, ECMAScript or TypeScript module whose default export is a Task or a function that makes one.
 * @throws DataError where there is no such file; ArgumentError where the module exports something else
 */
export async function loadTask(name: string): Promise<Task> {
  const file = resolve(name);
  if (!existsSync(file)) throw new DataError(name, undefined, 'no such file');
  const outer = (await loadModule(file)).default;
  // A CommonJS module that sets `exports.default` arrives with one default inside the other.
  const given = outer !== null && typeof outer === 'object' && 'default' in outer ? outer.default : outer;
  const task = (typeof given === 'function' ? await (given as () => unknown)() : given) as Partial<Task> | undefined;
  if (typeof task?.study?.run !== 'function' || typeof task.objective !== 'function') {
    throw new ArgumentError(name, task, 'a module whose default export is {study, objective} or a function that gives it');
  }
  return task as Task;
}
