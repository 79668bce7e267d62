import { spawn, spawnSync, type ChildProcessWithoutNullStreams, type SpawnSyncReturns } from 'node:child_process';
import { join, resolve } from 'node:path';
import { commandLine, createProgram } from '../../src/cli';

export interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** What `work` writes to standard output and standard error. */
async function captured<T>(work: () => Promise<T>): Promise<{ result: T; out: string; err: string }> {
  const said = { stdout: '', stderr: '' };
  const kept = { stdout: process.stdout.write, stderr: process.stderr.write };
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].write = ((text: string) => {
      said[name] += text;
      return true;
    }) as typeof process.stdout.write;
  }
  try {
    return { result: await work(), out: said.stdout, err: said.stderr };
  } finally {
    process.stdout.write = kept.stdout;
    process.stderr.write = kept.stderr;
  }
}

/** A command in this process, which saves its start: what it wrote to standard output. */
export async function paretino(...words: string[]): Promise<string> {
  return (await captured(() => createProgram().parseAsync(words, { from: 'user' }))).out;
}

/** The same to its end: the status, and all that it wrote. */
export async function toTheEnd(...words: string[]): Promise<Ended> {
  const { result, out, err } = await captured(() => commandLine(words));
  return { status: result, out, err };
}

const root = resolve(__dirname, '..', '..');
// The command line as source, compiled on the way: what is tested does not depend on an earlier build.
const source = ['--require', join(root, 'node_modules', 'ts-node', 'register', 'transpile-only'), join(root, 'src', 'cli', 'main.ts')];
const env = { ...process.env, TS_NODE_PROJECT: join(root, 'tsconfig.json') };

/** A command as a process of its own, in `folder`, to its end. */
export function processOfItsOwn(folder: string, ...words: string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [...source, ...words], { encoding: 'utf8', env, cwd: folder });
}

/** A command as a process of its own, in `folder`, begun. */
export function startParetino(folder: string, ...words: string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [...source, ...words], { env, cwd: folder });
}
