/* Runs the peers that a Python has (peers.py beside this file) on the bench's problems, and reads their published figures. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Params } from '../../src/space';
import { violation, type TrialRecord } from '../../src/study';
import { Tally, type Case, type Checkpoint } from './optimizer-suite';

const script = join(__dirname, 'peers.py');

/** One thread each: what stands beside ours is CPU time, and several may run at once. */
const env = { ...process.env, OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };

/** Methods that this Python can run, and the versions of their packages; empty without Python. */
export function availablePeers(python: string): Record<string, string> {
  const { stdout, status } = spawnSync(python, [script, 'available'], { encoding: 'utf8' });
  return status === 0 ? (JSON.parse(stdout) as Record<string, string>) : {};
}

/** A case in numbers, as the peers see it: choices as indices. Nothing in it is known in advance. */
function numeric(one: Case): { line: string; toParams: (x: readonly number[]) => Params; toRow: (params: Params) => number[] } {
  const entries = Object.entries(one.space.dimensions);
  const places = (is: (kind: string, choices: boolean) => boolean): number[] =>
    entries.flatMap(([, d], i) => (is(d.kind, 'choices' in d) ? [i] : []));
  const problem = {
    bounds: entries.map(([, d]) => ('choices' in d ? [0, d.choices.length - 1] : [d.low, d.high])),
    integers: places((kind, choices) => kind !== 'real' && !choices),
    categories: places((_, choices) => choices),
    objectives: one.objectives.length,
    constraints: one.constraints.length,
    reference: one.reference,
  };
  return {
    line: `${JSON.stringify(problem)}\n`,
    toParams: (x) =>
      Object.fromEntries(entries.map(([name, d], i) => [name, 'choices' in d ? d.choices[Math.round(x[i])] : x[i]])),
    toRow: (params) =>
      entries.map(([name, d]) => ('choices' in d ? d.choices.findIndex((c) => c === params[name]) : (params[name] as number))),
  };
}

function start(python: string, args: readonly string[], signal?: AbortSignal): { child: ChildProcess; ended: Promise<void> } {
  const child = spawn(python, [script, ...args], { stdio: ['pipe', 'pipe', 'pipe'], env, signal });
  let errors = '';
  child.stderr?.on('data', (text) => (errors = `${errors}${String(text)}`.slice(-2000)));
  child.stdin?.on('error', () => undefined);
  const ended = new Promise<void>((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => (code === 0 ? done() : failed(new Error(`${args.join(' ')} ended with ${code}: ${errors}`))));
  });
  ended.catch(() => undefined);
  return { child, ended };
}

/** One run of a peer. Seconds are its own CPU time, without our evaluations and its imports. */
export async function playPeer(
  python: string,
  method: string,
  one: Case,
  seed: number,
  at: readonly number[],
  onCheckpoint: (checkpoint: Checkpoint) => void,
): Promise<void> {
  const { line, toParams } = numeric(one);
  const { child, ended } = start(python, ['run', method, String(Math.max(...at)), String(seed)]);
  child.stdin?.write(line);
  const tally = new Tally(one, at, onCheckpoint);
  for await (const text of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    const { x, cpu } = JSON.parse(text) as { x: number[]; cpu: number };
    const { values, violations } = tally.add(toParams(x), cpu);
    child.stdin?.write(`${JSON.stringify({ f: values, g: violations })}\n`);
  }
  await ended;
}

/** CPU seconds of one suggestion after `history`, for each of `repeats` seeds: of a study that goes on, and of one just read. */
export async function peerStep(
  python: string,
  method: string,
  one: Case,
  history: readonly TrialRecord[],
  repeats: number,
): Promise<{ next: number[]; cold: number[] }> {
  const { line, toRow } = numeric(one);
  const { child, ended } = start(python, ['step', method, String(repeats)]);
  const g = history.map(({ params }) => one.constraints.map((c, i) => violation(c, one.evaluate(params).constraints[i])));
  const rows = { x: history.map(({ params }) => toRow(params)), f: history.map(({ values }) => values), g };
  child.stdin?.write(`${line}${JSON.stringify(rows)}\n`);
  let times: { next: number[]; cold: number[] } = { next: [], cold: [] };
  for await (const text of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    times = JSON.parse(text) as typeof times;
  }
  await ended;
  return times;
}

export interface Published {
  readonly method: string;
  readonly seeds: string;
  readonly at60: string;
  readonly at100: string;
}

/** Rows of the baselines kept beside the checkout, where they are. */
export function published(heading: string): Published[] {
  const file = resolve(__dirname, '..', '..', '..', 'shared', 'oracle', 'baselines.md');
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  const from = text.indexOf(`**${heading}**`);
  if (from < 0) return [];
  const rows: Published[] = [];
  let inside = false;
  for (const line of text.slice(from).split('\n').slice(1)) {
    if (line.startsWith('|')) {
      inside = true;
      const [method, seeds, at60, at100] = line.split('|').slice(1).map((cell) => cell.trim());
      if (method !== 'method' && !method.startsWith('---')) rows.push({ method, seeds, at60, at100 });
    } else if (inside) break;
  }
  return rows;
}
