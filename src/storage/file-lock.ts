/*
 * Optuna's lock beside a journal: whoever creates <journal>.lock may write (a symbolic link to the journal, or a plain
 * file where links are not allowed; both exclude each other). Optuna takes a lock that lasts 30 s without a write for
 * left behind. A link made here also tells who made it, in the spelling of its target, where '/' and '/./' mean the
 * same: so a lock whose process is gone is cleared at once, and Optuna still follows the link to the journal.
 */
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive } from '../base';
import { codeOf } from './file-error';

const PID_BITS = 32;
const HOST_BITS = 16;

function hostHash(): number {
  let hash = 5381;
  for (const character of hostname()) hash = (hash * 33 + character.charCodeAt(0)) & 0xffff;
  return hash;
}

const toBits = (value: number, count: number): string => value.toString(2).padStart(count, '0');

/** The path, spelt so that it names this process: one '/./' for each 1, one '//' for each 0. */
function signedTarget(path: string): string {
  const bits = toBits(process.pid, PID_BITS) + toBits(hostHash(), HOST_BITS);
  return `${dirname(path)}/${[...bits].map((bit) => (bit === '1' ? './' : '/')).join('')}${basename(path)}`;
}

/** True where the link names a process of this machine that no longer runs. */
function ownerIsGone(target: string, path: string): boolean {
  const middle = target.slice(dirname(path).length + 1, target.length - basename(path).length);
  const bits = (middle.match(/\.\/|\//g) ?? []).map((part) => (part === './' ? '1' : '0')).join('');
  if (bits.length !== PID_BITS + HOST_BITS || parseInt(bits.slice(PID_BITS), 2) !== hostHash()) return false;
  return !isAlive(parseInt(bits.slice(0, PID_BITS), 2));
}

/** Tries to create the lock; false where somebody has it. */
function tryAcquire(path: string, lock: string): boolean {
  try {
    fs.symlinkSync(signedTarget(path), lock);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (codeOf(error) !== 'EPERM' && codeOf(error) !== 'ENOTSUP' && codeOf(error) !== 'ENOSYS') throw error;
  }
  try {
    fs.closeSync(fs.openSync(lock, 'wx'));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Something that stays the same while the same holder has the lock and writes nothing. */
function fingerprint(lock: string): string | undefined {
  try {
    const own = fs.lstatSync(lock);
    const journal = fs.statSync(lock, { throwIfNoEntry: false });
    return `${own.ino}:${own.mtimeMs}:${journal?.mtimeMs ?? ''}`;
  } catch {
    return undefined;
  }
}

function goneByLink(path: string, lock: string): boolean {
  try {
    return ownerIsGone(fs.readlinkSync(lock), path);
  } catch {
    return false;
  }
}

function remove(lock: string): void {
  const aside = `${lock}${randomUUID()}.rename`;
  try {
    fs.renameSync(lock, aside);
    fs.unlinkSync(aside);
  } catch {
    // Somebody else was quicker.
  }
}

/** Removes a lock left behind; of several processes that see it so, one at a time, each looking again. */
function clear(path: string, lock: string, isStale: () => boolean): void {
  const guard = `${path}.lock.clearing`;
  try {
    fs.closeSync(fs.openSync(guard, 'wx'));
  } catch {
    const since = fs.statSync(guard, { throwIfNoEntry: false })?.mtimeMs;
    // Its maker died in these few microseconds.
    if (since !== undefined && Date.now() - since > 5000) fs.rmSync(guard, { force: true });
    return;
  }
  try {
    if (isStale()) remove(lock);
  } finally {
    fs.rmSync(guard, { force: true });
  }
}

/**
 * Runs `work` while holding the lock of the journal at `path` (absolute). Waits for other processes; takes over from
 * one that died, or that held on for `graceMs` without writing.
 */
export async function withFileLock<T>(path: string, graceMs: number, work: () => T): Promise<T> {
  const lock = join(dirname(path), `${basename(path)}.lock`);
  let wait = 1;
  let seen: string | undefined;
  let since = Date.now();
  while (!tryAcquire(path, lock)) {
    const now = fingerprint(lock);
    if (now !== seen) {
      seen = now;
      since = Date.now();
    }
    if (goneByLink(path, lock)) clear(path, lock, () => goneByLink(path, lock));
    else if (now !== undefined && Date.now() - since > graceMs) clear(path, lock, () => fingerprint(lock) === now);
    await pause(wait);
    wait = Math.min(wait * 2, 50);
  }
  try {
    return work();
  } finally {
    remove(lock);
  }
}
