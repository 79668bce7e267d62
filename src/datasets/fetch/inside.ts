import { isAbsolute, join, relative, resolve } from 'node:path';
import { DataError } from '../../base';

/** The path of an archive's member under `folder`. @throws DataError where its name would lead out of it. */
export function insideFolder(folder: string, name: string, archive: string): string {
  const path = resolve(join(folder, name.replace(/\\/g, '/')));
  const way = relative(resolve(folder), path);
  if (isAbsolute(name) || isAbsolute(way) || way === '' || way.split(/[\\/]/)[0] === '..') {
    throw new DataError(archive, undefined, `holds a file named ${JSON.stringify(name)}, outside of the archive's folder`);
  }
  return path;
}
