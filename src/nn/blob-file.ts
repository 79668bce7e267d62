/**
 * A file of named float32 arrays: 8 bytes of magic, the header's length (uint32, little-endian), a JSON header
 * padded with spaces to a multiple of 4 bytes, then the arrays one after the other, little-endian.
 * Written beside its place and moved there, so that a kill never leaves half a file.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DataError } from '../base';

const magic = 'PRTNBLB1';

export interface BlobFile<Header> {
  readonly header: Header;
  readonly arrays: ReadonlyMap<string, Float32Array>;
}

export function writeBlobFile<Header>(path: string, { header, arrays }: BlobFile<Header>): void {
  const index = [...arrays].map(([name, values]) => [name, values.length]);
  let json = JSON.stringify({ header, index });
  json += ' '.repeat((4 - (Buffer.byteLength(json) % 4)) % 4);
  const text = Buffer.from(json);
  const start = Buffer.alloc(12);
  start.write(magic, 'latin1');
  start.writeUInt32LE(text.length, 8);
  const parts = [...arrays.values()].map((a) => Buffer.from(a.buffer, a.byteOffset, a.byteLength));
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.part`;
  try {
    writeFileSync(temporary, Buffer.concat([start, text, ...parts]));
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** @throws DataError where the file is not one of these, or is cut off. */
export function readBlobFile<Header>(path: string): BlobFile<Header> {
  const bytes = readFileSync(path);
  if (bytes.length < 12 || bytes.toString('latin1', 0, 8) !== magic) {
    throw new DataError(path, 'byte 0', 'not a file that saveNetwork or a checkpoint wrote');
  }
  const length = bytes.readUInt32LE(8);
  let parsed: { header: Header; index: [string, number][] };
  try {
    parsed = JSON.parse(bytes.toString('utf8', 12, 12 + length)) as typeof parsed;
  } catch (error) {
    throw new DataError(path, 'byte 12', `its header can't be read (${(error as Error).message})`);
  }
  const arrays = new Map<string, Float32Array>();
  let offset = 12 + length;
  for (const [name, size] of parsed.index) {
    if (offset + 4 * size > bytes.length) {
      throw new DataError(path, `byte ${bytes.length}`, `ends in '${name}': ${offset + 4 * size - bytes.length} bytes are missing`);
    }
    const values = new Float32Array(size);
    bytes.copy(Buffer.from(values.buffer), 0, offset, offset + 4 * size);
    arrays.set(name, values);
    offset += 4 * size;
  }
  return { header: parsed.header, arrays };
}
