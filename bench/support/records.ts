/*
 * What the optimisers' bench has measured, one JSON object a line: a bench that was stopped goes on where it was, and a
 * study whose code or package has not changed is not run again.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import type { Checkpoint } from './optimizer-suite';

export interface BenchRecord extends Checkpoint {
  readonly method: string;
  /** Of a peer its package's version, of ours a digest of the sources. */
  readonly version: string;
  readonly problem: string;
  readonly seed: number;
  readonly machine: string;
}

/** Records of a file, each study's once; a last line that was cut short is left out. */
export function readRecords(file: string): BenchRecord[] {
  if (!existsSync(file)) return [];
  const records = new Map<string, BenchRecord>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    try {
      if (!line.trim()) continue;
      const record = JSON.parse(line) as BenchRecord;
      const { method, version, problem, seed, at } = record;
      records.set(JSON.stringify([method, version, problem, seed, at]), record);
    } catch {
      // Cut short as it was written.
    }
  }
  return [...records.values()];
}

export function appendRecord(file: string, record: BenchRecord): void {
  // A line of its own even after one that was cut short; empty ones are skipped.
  appendFileSync(file, `\n${JSON.stringify(record)}`);
}

/** The layers that a suggestion depends on. */
const LAYERS = ['base', 'math', 'moo', 'optimize', 'problems', 'space', 'study'];

/** Digest of the sources of our optimisers. */
export function sourceDigest(): string {
  const hash = createHash('sha256');
  for (const layer of LAYERS) {
    const folder = resolve(__dirname, '..', '..', 'src', layer);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
    for (const name of files) if (['.ts', '.js'].includes(extname(name))) hash.update(name).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex').slice(0, 10);
}
