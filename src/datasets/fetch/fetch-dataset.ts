import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError, nested, type LongWork } from '../../base';
import { markedFolder } from '../marked-folder';
import type { Manifest, RemoteFile } from '../manifest';
import { downloadFile, isDiskFull, type Downloaded, type DownloadOptions } from './download';
import { LockedError, withLock } from './lock';
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

/** What to do about a failed fetch: another folder where this one cannot be written, else the file by hand. */
function advice(manifest: Manifest, problem: string, file: RemoteFile, path: string): string {
  if (/\((ENOSPC|EDQUOT|EACCES|EROFS|EPERM|ENOTDIR|EEXIST)\)/.test(problem)) return 'PARETINO_CACHE names another folder for downloads';
  return `By hand: get ${file.url} (see ${manifest.home}), save it as ${path} and load again`;
}

/**
 * Downloads and unpacks all files of a manifest into `target`, which appears only when everything is there, checked, and
 * holds one of the set's markers. Parts of interrupted downloads stay beside it (<target>.downloads) and are gone on with
 * by the next call. SOURCE.json in `target` keeps addresses, sizes and the SHA-256 digests of what came.
 * @returns the folder in `target` that has the markers
 * @throws DataError that names the set, the address, what is wrong and what to do; CancelledError
 */
export async function fetchDataset(manifest: Manifest, target: string, options: FetchOptions = {}): Promise<string> {
  const { signal, stallMs, attempts } = options;
  const downloads = `${target}.downloads`;
  const staging = `${target}.staging`;
  const pathOf = (file: RemoteFile): string => join(downloads, file.name);
  const workOn = (file: RemoteFile): LongWork => ({ signal, onProgress: nested(options.onProgress, `${manifest.title}: ${file.name}`) });
  let current = manifest.files[0];

  const download = async (): Promise<Downloaded[]> => {
    const done: Downloaded[] = [];
    for (current of manifest.files) {
      const { url, bytes, sha256, md5 } = current;
      done.push(await downloadFile({ ...workOn(current), stallMs, attempts, url, target: pathOf(current), bytes, sha256, md5 }));
    }
    return done;
  };
  const unpack = async (done: Downloaded[]): Promise<void> => {
    await mkdir(staging, { recursive: true });
    for (current of manifest.files) {
      if (current.unpack === 'tar.gz') await unpackTarGz(pathOf(current), staging, workOn(current));
      else if (current.unpack === 'zip') await unpackZip(pathOf(current), staging, workOn(current));
      else await rename(pathOf(current), join(staging, current.name));
      if (current.unpack === 'zip') await unpackInner(staging, workOn(current));
    }
    await unwrap(staging);
    if (markedFolder(staging, manifest) === undefined) throw new DataError(current.url, undefined, `holds no ${manifest.markers.join(' or ')}`);
    await writeFile(join(staging, 'SOURCE.json'), `${JSON.stringify({ name: manifest.name, licence: manifest.licence, files: done }, undefined, 2)}\n`);
    await rm(target, { recursive: true, force: true });
    await rename(staging, target);
  };

  try {
    await withLock(`${target}.lock`, async () => {
      await rm(staging, { recursive: true, force: true });
      const done = await download();
      try {
        await unpack(done);
      } catch (error) {
        await rm(staging, { recursive: true, force: true });
        // A damaged archive must not be taken for a good one the next time.
        if (error instanceof DataError) await rm(downloads, { recursive: true, force: true });
        const { code } = error as NodeJS.ErrnoException;
        throw isDiskFull(code) ? new DataError(target, undefined, `the disk is full (${code})`) : error;
      }
      await rm(downloads, { recursive: true, force: true });
    });
  } catch (error) {
    if (!(error instanceof DataError) || error instanceof LockedError) throw error;
    // The address says more than the name of the file that it was to become.
    const said = error.problem.includes(current.url) ? error.problem : error.message;
    throw new DataError(manifest.title, undefined, `${said}. ${advice(manifest, said, current, pathOf(current))}`);
  }
  return markedFolder(target, manifest) ?? target;
}
