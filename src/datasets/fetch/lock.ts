import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DataError, isAlive } from '../../base';

/** Another process holds the lock. */
export class LockedError extends DataError {}

/** Runs `work` while holding `path`; a lock left by a process that is no more is taken over. @throws LockedError where held; DataError where it cannot be made */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new DataError(dirname(path), undefined, `cannot be made (${error.code})`);
  });
  for (let attempt = 0; ; attempt++) {
    try {
      const file = await open(path, 'wx');
      await file.write(String(process.pid));
      await file.close();
      break;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST') throw new DataError(path, undefined, `cannot be written (${code})`);
      const holder = Number(await readFile(path, 'utf8').catch(() => ''));
      // An empty file belongs to somebody between open and write.
      if (attempt > 0 || !(holder > 0) || isAlive(holder)) {
        throw new LockedError(path, undefined, `process ${holder || '?'} is fetching this data set; wait for it, or remove this file if there is none`);
      }
      await rm(path, { force: true });
    }
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}
