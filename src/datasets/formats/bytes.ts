import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { DataError } from '../../base';

const inflate = promisify(gunzip);

/** `path`, or `path` with .gz, whichever is there; undefined where neither is. */
export function plainOrGzip(path: string): string | undefined {
  return [path, `${path}.gz`].find((candidate) => existsSync(candidate));
}

/**
 * The bytes of a file, unpacked where its first two bytes say gzip.
 * @throws DataError where it cannot be read or its gzip stream is damaged.
 */
export async function readBytes(path: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new DataError(path, undefined, `cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return await inflate(bytes);
  } catch (error) {
    throw new DataError(path, undefined, `damaged gzip (${(error as Error).message}); ${bytes.length} bytes are there`);
  }
}
