import { statSync } from 'node:fs';
import { DataError } from '../base';

/** Checks that a command was given a file. @throws DataError */
export function requireFile(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new DataError(path, undefined, 'no such file');
  if (found.isDirectory()) throw new DataError(path, undefined, 'is a folder, wanted a file');
}
