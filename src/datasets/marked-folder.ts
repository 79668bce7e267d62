import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { plainOrGzip } from './formats/bytes';
import type { Manifest } from './manifest';

/** True for a folder that is there. */
export const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

/** The folder itself, or one of the set's own folders within it, that holds one of the marker files. */
export function markedFolder(base: string, manifest: Manifest): string | undefined {
  const inner = ['', ...manifest.folders].flatMap((outer) => ['', ...manifest.folders].map((name) => join(base, outer, name)));
  return [...new Set(inner)].find(
    (folder) => isFolder(folder) && manifest.markers.some((marker) => plainOrGzip(join(folder, marker)) !== undefined),
  );
}
