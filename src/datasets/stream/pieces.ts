import { createReadStream, type ReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { breathe, DataError } from '../../base';

/** The bytes of a file piece by piece, unpacked where its first two bytes say gzip. @throws DataError */
export async function* readPieces(path: string, signal?: AbortSignal, pieceBytes = 1 << 20): AsyncGenerator<Buffer> {
  const start = Buffer.alloc(2);
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new DataError(path, undefined, `cannot be read (${error.code})`);
  });
  try {
    await file.read(start, 0, 2, 0);
  } finally {
    await file.close();
  }
  const raw: ReadStream = createReadStream(path, { highWaterMark: pieceBytes });
  const gunzip = start[0] === 0x1f && start[1] === 0x8b ? createGunzip({ chunkSize: Math.max(64, pieceBytes) }) : undefined;
  if (gunzip) raw.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const piece of gunzip ? raw.pipe(gunzip) : raw) {
      yield piece as Buffer;
      await breathe(signal, 'reading');
    }
  } catch (error) {
    if (/^Z_/.test((error as NodeJS.ErrnoException).code ?? '')) throw new DataError(path, undefined, `damaged gzip (${(error as Error).message})`);
    throw error;
  } finally {
    raw.destroy();
  }
}

/** A file's header, then its records of equal size, `count` at a time. @throws DataError where the last one is cut off */
export async function* readRecords(
  path: string, format: { headerBytes: number; recordBytes: number; onHeader?: (header: Buffer) => void }, count: number, signal?: AbortSignal,
): AsyncGenerator<{ bytes: Buffer; first: number }> {
  const { headerBytes, recordBytes, onHeader } = format;
  let pending: Buffer = Buffer.alloc(0);
  let headerDone = headerBytes === 0;
  let first = 0;
  let total = 0;
  for await (const piece of readPieces(path, signal)) {
    total += piece.length;
    pending = pending.length === 0 ? piece : Buffer.concat([pending, piece]);
    if (!headerDone) {
      if (pending.length < headerBytes) continue;
      onHeader?.(pending.subarray(0, headerBytes));
      pending = pending.subarray(headerBytes);
      headerDone = true;
    }
    while (pending.length >= recordBytes * count) {
      yield { bytes: pending.subarray(0, recordBytes * count), first };
      first += count;
      pending = pending.subarray(recordBytes * count);
    }
  }
  if (!headerDone) {
    onHeader?.(pending);
    throw new DataError(path, undefined, `only ${total} bytes, a header has ${headerBytes}`);
  }
  if (pending.length % recordBytes !== 0) {
    const header = headerBytes > 0 ? `${headerBytes} and ` : '';
    throw new DataError(path, undefined, `${total} bytes, wanted ${header}a multiple of ${recordBytes}`);
  }
  if (pending.length > 0) yield { bytes: pending, first };
}
