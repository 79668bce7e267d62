import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError, nested, type LongWork } from '../../base';
import type { Manifest } from '../manifest';
import { downloadFile, type Downloaded, type DownloadOptions } from './download';
import { withLock } from './lock';
import { unpackTarGz } from './tar';
import { unpackZip } from './zip';

export interface FetchOptions extends LongWork, Pick<DownloadOptions, 'stallMs' | 'attempts'> {}

/** Archives within the archive, as UCI's are. */
async function unpackInner(folder: string, work: LongWork): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.toLowerCase().endsWith('.zip')) continue;
    await unpackZip(join(folder, name), folder, work);
    await rm(join(folder, name));
  }
}

/** Takes the contents out of a single folder that holds everything, whatever the archive calls it. */
async function unwrap(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.length !== 1 || !entries[0].isDirectory()) return;
  const aside = `${folder}.inner`;
  await rm(aside, { recursive: true, force: true });
  await rename(join(folder, entries[0].name), aside);
  await rm(folder, { recursive: true });
  await rename(aside, folder);
}

/**
 * Downloads and unpacks all files of a manifest into `target`, which appears only when everything is there and
 * checked. Parts of interrupted downloads stay beside it (<target>.downloads) and are gone on with by the next call.
 * SOURCE.json in `target` keeps addresses, sizes and the SHA-256 digests of what came.
 * @throws DataError
 */
export async function fetchDataset(manifest: Manifest, target: string, options: FetchOptions = {}): Promise<void> {
  const { signal, stallMs, attempts } = options;
  await withLock(`${target}.lock`, async () => {
    const downloads = `${target}.downloads`;
    const staging = `${target}.staging`;
    await rm(staging, { recursive: true, force: true });
    const done: Downloaded[] = [];
    for (const file of manifest.files) {
      const path = join(downloads, file.name);
      const work = { signal, onProgress: nested(options.onProgress, `${manifest.title}: ${file.name}`) };
      done.push(await downloadFile({ ...work, stallMs, attempts, url: file.url, target: path, bytes: file.bytes, sha256: file.sha256, md5: file.md5 }));
    }
    try {
      await mkdir(staging, { recursive: true });
      for (const file of manifest.files) {
        const path = join(downloads, file.name);
        const work = { signal, onProgress: nested(options.onProgress, `${manifest.title}: ${file.name}`) };
        if (file.unpack === 'tar.gz') await unpackTarGz(path, staging, work);
        else if (file.unpack === 'zip') await unpackZip(path, staging, work);
        else await rename(path, join(staging, file.name));
        if (file.unpack === 'zip') await unpackInner(staging, work);
      }
      await unwrap(staging);
      await writeFile(join(staging, 'SOURCE.json'), `${JSON.stringify({ name: manifest.name, licence: manifest.licence, files: done }, undefined, 2)}\n`);
      if (existsSync(target)) await rm(target, { recursive: true });
      await rename(staging, target);
    } catch (error) {
      await rm(staging, { recursive: true, force: true });
      const { code } = error as NodeJS.ErrnoException;
      // A damaged archive must not be taken for a good one the next time.
      if (error instanceof DataError) await rm(downloads, { recursive: true, force: true });
      throw code === 'ENOSPC' || code === 'EDQUOT' ? new DataError(target, undefined, `the disk is full (${code})`) : error;
    }
    await rm(downloads, { recursive: true, force: true });
  });
}
