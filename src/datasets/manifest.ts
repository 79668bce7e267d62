import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataError, packageRoot } from '../base';

/** One file to fetch. */
export interface RemoteFile {
  /** Where it is fetched from. */
  readonly url: string;
  /** Name to store it under. */
  readonly name: string;
  /** Size in bytes; null where its source states none. */
  readonly bytes: number | null;
  /** Hexadecimal digests that its source or its users publish; null where none is known: then it is computed and shown. */
  readonly sha256: string | null;
  /** Looked at where there is no SHA-256. */
  readonly md5?: string | null;
  /** How to unpack it; without it the file is used as it is. */
  readonly unpack?: 'tar.gz' | 'zip';
}

/** What is known of a data set: datasets/<name>.json. */
export interface Manifest {
  /** Of the loader, and of the manifest's file. */
  readonly name: string;
  /** As people write it. */
  readonly title: string;
  /** The authors' page. */
  readonly home: string;
  /** As its authors state it. */
  readonly licence: string;
  /** What its authors ask to be cited. */
  readonly citation: string;
  /** Of its files, in words. */
  readonly format: string;
  /** Names that a folder of it goes by inside a folder of data sets. */
  readonly folders: readonly string[];
  /** Files of which one must be in the folder, for it to count as found (a .gz beside the name counts too). */
  readonly markers: readonly string[];
  /** Empty where the authors hand it out on request only. */
  readonly files: readonly RemoteFile[];
  /** How to get it by hand. */
  readonly manual?: string;
}

/** Reads datasets/<name>.json. @throws DataError */
export function readManifest(name: string): Manifest {
  const path = join(packageRoot, 'datasets', `${name}.json`);
  if (!existsSync(path)) throw new DataError(path, undefined, 'no such manifest');
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  } catch (error) {
    throw new DataError(path, undefined, `not JSON (${(error as Error).message})`);
  }
}
