/* Places that refuse to be written: a disk that is full, a folder of somebody else. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { skip } from './skip';

const NOBODY = 65534;

/** A small disk of its own mounted at `<folder>/disk`, ended after the running test; skips it where mounting is not allowed. */
export function smallDisk(test: Mocha.Context, folder: string, kib: number): { path: string; fill(leave: number): void; free(): void } {
  const path = join(folder, 'disk');
  mkdirSync(path);
  if (process.platform !== 'linux' || spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', path]).status !== 0) skip(test, 'mounting a small disk is not allowed here');
  const ballast = join(path, 'ballast');
  return {
    path,
    /** Fills it up to `leave` bytes, in whole blocks. */
    fill(leave) {
      writeFileSync(ballast, '');
      const { bavail, bsize } = statfsSync(path);
      writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - leave), 1));
    },
    /** Empties it, so that it may be used again. */
    free() {
      writeFileSync(ballast, '');
    },
  };
}

/** Ends a small disk. */
export function endDisk(folder: string): void {
  spawnSync('umount', ['-l', join(folder, 'disk')], { stdio: 'ignore' });
}

/** Runs `work` without the rights of the superuser, for whom nothing is read-only. */
export async function unprivileged(work: () => Promise<void>): Promise<void> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid!(NOBODY);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid!(0);
  }
}
