/* Runs the peers that a Python has (peers.py beside this file) on the bench's problems, and reads their published figures. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { hypervolume } from '../../src/moo';
import type { Params } from '../../src/space';
import { violation } from '../../src/study';
import type { Case, Run } from './optimizer-suite';

const script = join(__dirname, 'peers.py');

/** Methods that this Python can run; empty without Python. */
export function availablePeers(python: string): string[] {
  const { stdout, status } = spawnSync(python, [script, 'available'], { encoding: 'utf8' });
  return status === 0 ? (JSON.parse(stdout) as string[]) : [];
}

/** Numeric view of a case for the peers: choices as indices. */
function numeric(one: Case): { bounds: number[][]; integers: number[]; toParams: (x: number[]) => Params } {
  const entries = Object.entries(one.space.dimensions);
  const bounds = entries.map(([, d]) => ('choices' in d ? [0, d.choices.length - 1] : [d.low, d.high]));
  const integers = entries.flatMap(([, d], i) => (d.kind === 'real' ? [] : [i]));
  const toParams = (x: number[]): Params =>
    Object.fromEntries(entries.map(([name, d], i) => [name, 'choices' in d ? d.choices[Math.round(x[i])] : x[i]]));
  return { bounds, integers, toParams };
}

/** One run of a peer; its own CPU seconds, without our evaluations. */
export async function playPeer(python: string, method: string, one: Case, seed: number, at: readonly number[]): Promise<Omit<Run, 'history'>> {
  const total = Math.max(...at);
  const { bounds, integers, toParams } = numeric(one);
  const child = spawn(python, [script, method, String(total), String(seed)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const problem = { bounds, integers, objectives: one.objectives.length, constraints: one.constraints.length, reference: one.reference };
  child.stdin.write(`${JSON.stringify(problem)}\n`);
  const feasible: number[][] = [];
  const hypervolumes: number[] = [];
  let count = 0;
  let wasted = 0;
  let seconds = NaN;
  for await (const line of createInterface({ input: child.stdout })) {
    const message = JSON.parse(line) as { x?: number[]; done?: number };
    if (message.x === undefined) {
      seconds = message.done ?? NaN;
      break;
    }
    const { values, constraints } = one.evaluate(toParams(message.x));
    const g = one.constraints.map((constraint, i) => violation(constraint, constraints[i]));
    if (g.every((v) => v <= 0)) feasible.push(values);
    else if (one.constraints.some((c) => c.known)) wasted++;
    if (at.includes(++count)) hypervolumes.push(hypervolume(feasible, [...one.reference]));
    child.stdin.write(`${JSON.stringify({ f: values, g })}\n`);
  }
  child.stdin.end();
  return { hypervolumes, secondsPerStep: seconds / total, wasted };
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
