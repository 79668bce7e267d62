import { join, resolve } from 'node:path';
import { cacheFolder, DataError, packageRoot } from '../base';
import { fetchDataset, type FetchOptions } from './fetch/fetch-dataset';
import { isFolder, markedFolder } from './marked-folder';
import type { Manifest } from './manifest';
import type { LoadOptions } from './options';

/** Folders of data sets, in the order in which they are looked through. */
function dataRoots(): string[] {
  const named = process.env.PARETINO_DATA;
  return [...(named ? [resolve(named)] : []), resolve(packageRoot, '..', 'shared', 'data'), cacheFolder('datasets')];
}

function advice(manifest: Manifest): string {
  const size = manifest.files.reduce((sum, file) => sum + (file.bytes ?? 0), 0);
  const amount = size > 0 ? ` (${(size / 1e6).toFixed(0)} MB)` : '';
  const ways = [`give its folder as {folder: '…'}`, 'put it into a folder of data sets named by PARETINO_DATA'];
  if (manifest.files.length > 0) ways.push(`or pass {download: true}${amount} to fetch it from ${new URL(manifest.files[0].url).host}`);
  else ways.push(manifest.manual ?? `get it from ${manifest.home}`);
  return ways.join('; ');
}

/** The folder with the set's files where they are on this machine; never downloads. */
export function findDataset(manifest: Manifest, folder?: string): string | undefined {
  if (folder !== undefined) return markedFolder(resolve(folder), manifest);
  for (const root of dataRoots()) {
    const found = manifest.folders.map((name) => markedFolder(join(root, name), manifest)).find((path) => path !== undefined);
    if (found) return found;
  }
  return undefined;
}

/**
 * The folder with the set's files: what the user named, else PARETINO_DATA, shared/data beside the package, the cache,
 * and, where {download: true} allows it, a download into the cache.
 * @throws DataError that says where it looked and how to get the files.
 */
export async function locateDataset(manifest: Manifest, options: LoadOptions & FetchOptions): Promise<string> {
  const found = findDataset(manifest, options.folder);
  if (found !== undefined) return found;
  if (options.folder !== undefined) {
    const folder = resolve(options.folder);
    const problem = isFolder(folder) ? `holds no ${manifest.markers.join(' or ')}` : 'no such folder';
    throw new DataError(folder, undefined, `${problem}: ${manifest.title} needs ${manifest.format}`);
  }
  if (options.download && manifest.files.length > 0) {
    return fetchDataset(manifest, cacheFolder('datasets', manifest.folders[0]), options);
  }
  const places = dataRoots().map((root) => join(root, manifest.folders.length > 1 ? `{${manifest.folders.join(',')}}` : manifest.folders[0]));
  throw new DataError(manifest.title, undefined, `not on this machine. Looked in ${places.join(', ')}. To get it: ${advice(manifest)}`);
}
