/* Which process runs a trial, so that a later one can tell whether it still does. */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { isAlive } from '../base';

export interface Owner {
  readonly host: string;
  readonly pid: number;
  /** Start of the process in clock ticks since boot, where the system tells: ids are used again. */
  readonly started?: string;
}

function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses, and may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** This process. */
export function thisProcess(): Owner {
  const started = startOf(process.pid);
  return { host: hostname(), pid: process.pid, ...(started === undefined ? {} : { started }) };
}

/** True where the owner is known to have ended; false for one on another machine, of which nothing is known. */
export function hasEnded(owner: unknown): boolean {
  if (owner === null || typeof owner !== 'object') return false;
  const { host, pid, started } = owner as Partial<Owner>;
  if (host !== hostname() || typeof pid !== 'number') return false;
  if (!isAlive(pid)) return true;
  const now = startOf(pid);
  return started !== undefined && now !== undefined && now !== started;
}
