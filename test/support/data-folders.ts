import { join } from 'node:path';
import { temporaryFolder } from './folder';

/** A temporary folder with the places where data sets are looked for within it: data/ and cache/datasets/. */
export function emptyDataFolders(): ReturnType<typeof temporaryFolder> {
  const folder = temporaryFolder();
  const kept = { ...process.env };
  beforeEach(() => {
    process.env.PARETINO_DATA = join(folder.path, 'data');
    process.env.PARETINO_CACHE = join(folder.path, 'cache');
  });
  afterEach(() => {
    for (const name of ['PARETINO_DATA', 'PARETINO_CACHE']) {
      if (kept[name] === undefined) delete process.env[name];
      else process.env[name] = kept[name];
    }
  });
  return folder;
}
