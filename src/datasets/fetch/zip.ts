/** Unpacks .zip by its central directory (stored and deflated members, zip64 sizes), one member in memory at a time. */
import { mkdir, open, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { breathe, DataError, type LongWork } from '../../base';
import { insideFolder } from './inside';

const inflate = promisify(inflateRaw);
const [endSignature, end64Signature, memberSignature, localSignature] = [0x06054b50, 0x06064b50, 0x02014b50, 0x04034b50];

async function readAt(file: FileHandle, at: number, length: number, archive: string): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, at);
  if (bytesRead !== length) throw new DataError(archive, `byte ${at}`, 'cut-off zip archive');
  return buffer;
}

/** Where the central directory is, and how long. */
async function directoryOf(file: FileHandle, archive: string): Promise<{ at: number; bytes: number }> {
  const { size } = await file.stat();
  const tail = await readAt(file, Math.max(0, size - 65_557), Math.min(size, 65_557), archive);
  for (let i = tail.length - 22; i >= 0; i--) {
    if (tail.readUInt32LE(i) !== endSignature) continue;
    const [bytes, at] = [tail.readUInt32LE(i + 12), tail.readUInt32LE(i + 16)];
    if (at !== 0xffffffff && bytes !== 0xffffffff) return { at, bytes };
    const locator = i - 20;
    if (locator < 0) break;
    const end64 = await readAt(file, Number(tail.readBigUInt64LE(locator + 8)), 56, archive);
    if (end64.readUInt32LE(0) !== end64Signature) break;
    return { at: Number(end64.readBigUInt64LE(48)), bytes: Number(end64.readBigUInt64LE(40)) };
  }
  throw new DataError(archive, undefined, 'no zip directory: cut off, or not a zip archive');
}

interface Member {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

function members(directory: Buffer, archive: string): Member[] {
  const found: Member[] = [];
  for (let i = 0; i + 46 <= directory.length; ) {
    if (directory.readUInt32LE(i) !== memberSignature) throw new DataError(archive, undefined, 'damaged zip directory');
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((o) => directory.readUInt16LE(i + o));
    const name = directory.toString('utf8', i + 46, i + 46 + nameBytes);
    let [packed, size, at] = [directory.readUInt32LE(i + 20), directory.readUInt32LE(i + 24), directory.readUInt32LE(i + 42)];
    const extraEnd = i + 46 + nameBytes + extraBytes;
    for (let e = i + 46 + nameBytes; e + 4 <= extraEnd; e += 4 + directory.readUInt16LE(e + 2)) {
      if (directory.readUInt16LE(e) !== 1) continue;
      let field = e + 4;
      const next = (): number => Number(directory.readBigUInt64LE((field += 8) - 8));
      if (size === 0xffffffff) size = next();
      if (packed === 0xffffffff) packed = next();
      if (at === 0xffffffff) at = next();
    }
    found.push({ name, method: directory.readUInt16LE(i + 10), packed, size, at });
    i = extraEnd + commentBytes;
  }
  return found;
}

/** Unpacks `archive` into `folder`. @throws DataError for a damaged archive or a packing method other than deflate. */
export async function unpackZip(archive: string, folder: string, { signal, onProgress }: LongWork = {}): Promise<void> {
  const file = await open(archive, 'r');
  try {
    const { at, bytes } = await directoryOf(file, archive);
    const all = members(await readAt(file, at, bytes, archive), archive).filter((member) => !member.name.endsWith('/'));
    for (const [k, member] of all.entries()) {
      const path = insideFolder(folder, member.name, archive);
      const local = await readAt(file, member.at, 30, archive);
      if (local.readUInt32LE(0) !== localSignature) throw new DataError(archive, member.name, 'damaged zip member');
      const start = member.at + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
      const packed = await readAt(file, start, member.packed, archive);
      if (member.method !== 0 && member.method !== 8) throw new DataError(archive, member.name, `packing method ${member.method} is not supported`);
      const content = member.method === 0 ? packed : await inflate(packed).catch((error: Error) => {
        throw new DataError(archive, member.name, `damaged (${error.message})`);
      });
      if (content.length !== member.size) throw new DataError(archive, member.name, `${content.length} bytes, wanted ${member.size}`);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
      onProgress?.({ path: ['unpack'], done: k + 1, total: all.length, unit: 'file' });
      await breathe(signal, 'unpacking');
    }
  } finally {
    await file.close();
  }
}
