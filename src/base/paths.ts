import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The package's own root: holds templates/ and datasets/, in a checkout and when installed alike. */
export const packageRoot = resolve(__dirname, '..', '..');

/** Where downloads and builds are kept between runs: PARETINO_CACHE, else XDG_CACHE_HOME/paretino, else ~/.cache/paretino. */
export function cacheFolder(...parts: string[]): string {
  const root = process.env.PARETINO_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'paretino');
  return join(root, ...parts);
}
