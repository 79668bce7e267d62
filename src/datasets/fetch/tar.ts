/** Unpacks .tar.gz as a stream (ustar, GNU and pax long names): the memory used does not grow with the archive. */
import { createReadStream } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createGunzip } from 'node:zlib';
import { DataError, throwIfCancelled, type LongWork } from '../../base';
import { insideFolder } from './inside';

const block = 512;

const textAt = (header: Buffer, from: number, length: number): string => {
  const end = header.indexOf(0, from);
  return header.toString('utf8', from, end === -1 || end > from + length ? from + length : end);
};

/** Sizes are octal text, or, from 8 GiB on, big-endian with the top bit set. */
function sizeAt(header: Buffer, archive: string): number {
  if (header[124] & 0x80) return Number(header.readBigUInt64BE(128));
  const size = parseInt(textAt(header, 124, 12).trim() || '0', 8);
  if (!Number.isFinite(size)) throw new DataError(archive, undefined, 'damaged tar header (size)');
  return size;
}

function checksumHolds(header: Buffer): boolean {
  let sum = 0;
  for (let i = 0; i < block; i++) sum += i >= 148 && i < 156 ? 32 : header[i];
  return sum === parseInt(textAt(header, 148, 8).trim(), 8);
}

/** The path of a pax header, a list of "length key=value\n". */
const paxPath = (body: Buffer): string | undefined => /(?:^|\n)\d+ path=([^\n]*)/.exec(body.toString('utf8'))?.[1];

/** Unpacks the files of `archive` into `folder`; links and devices are passed over. @throws DataError */
export async function unpackTarGz(archive: string, folder: string, { signal, onProgress }: LongWork = {}): Promise<void> {
  let pending: Buffer = Buffer.alloc(0);
  let left = 0;
  let padding = 0;
  let kind: 'file' | 'name' | 'pax' | 'skip' = 'skip';
  let collected: Buffer[] = [];
  let longName: string | undefined;
  let output: FileHandle | undefined;
  let files = 0;
  let ended = false;

  const finish = async (): Promise<void> => {
    await output?.close();
    output = undefined;
    if (kind === 'name') longName = Buffer.concat(collected).toString('utf8').replace(/\0.*$/s, '');
    if (kind === 'pax') longName = paxPath(Buffer.concat(collected)) ?? longName;
    collected = [];
  };
  const begin = async (header: Buffer): Promise<void> => {
    if (!checksumHolds(header)) throw new DataError(archive, undefined, 'damaged tar header (checksum)');
    left = sizeAt(header, archive);
    padding = (block - (left % block)) % block;
    const type = String.fromCharCode(header[156]);
    kind = type === '0' || type === '\0' ? 'file' : type === 'L' ? 'name' : type === 'x' ? 'pax' : 'skip';
    if (kind === 'name' || kind === 'pax') return;
    const prefix = textAt(header, 257, 5) === 'ustar' ? textAt(header, 345, 155) : '';
    const name = longName ?? (prefix === '' ? textAt(header, 0, 100) : `${prefix}/${textAt(header, 0, 100)}`);
    longName = undefined;
    if (kind === 'skip') return;
    const path = insideFolder(folder, name, archive);
    await mkdir(dirname(path), { recursive: true });
    output = await open(path, 'w');
    onProgress?.({ path: ['unpack'], done: ++files, unit: 'file' });
  };

  const consume = async (chunk: Buffer): Promise<void> => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    let at = 0;
    for (;;) {
      if (left > 0) {
        const piece = pending.subarray(at, Math.min(pending.length, at + left));
        if (piece.length === 0) break;
        if (output) await output.write(piece);
        else if (kind !== 'skip') collected.push(Buffer.from(piece));
        left -= piece.length;
        at += piece.length;
        if (left === 0) await finish();
      } else if (padding > 0) {
        const piece = Math.min(padding, pending.length - at);
        if (piece === 0) break;
        padding -= piece;
        at += piece;
      } else {
        if (pending.length - at < block) break;
        const header = pending.subarray(at, at + block);
        at += block;
        if (header.every((byte) => byte === 0)) {
          ended = true;
          continue;
        }
        await begin(header);
        if (left === 0) await finish();
      }
    }
    pending = pending.subarray(at);
  };

  // Not stream.pipeline: it would report its own AbortError in place of what is thrown here.
  const packed = createReadStream(archive, { highWaterMark: 1 << 18 });
  const plain = createGunzip();
  packed.on('error', (error) => plain.destroy(error));
  try {
    for await (const chunk of packed.pipe(plain)) {
      throwIfCancelled(signal, 'unpacking');
      await consume(chunk as Buffer);
    }
  } catch (error) {
    if (/^Z_|unexpected end of file/.test((error as NodeJS.ErrnoException).code ?? (error as Error).message)) {
      throw new DataError(archive, undefined, `damaged gzip (${(error as Error).message})`);
    }
    throw error;
  } finally {
    packed.destroy();
    await (output as FileHandle | undefined)?.close();
  }
  if (left > 0 || !ended) throw new DataError(archive, undefined, 'cut-off tar archive');
}
