/**
 * CIFAR-10 and CIFAR-100 in their binary formats (Krizhevsky 2009): records of label bytes, then the red, green and
 * blue planes of a 32 × 32 picture, row by row.
 */
import { join } from 'node:path';
import { breathe, DataError } from '../../base';
import type { Dataset } from '../dataset';
import { plainOrGzip, readBytes } from '../formats/bytes';
import { locateDataset } from '../locate';
import { readManifest } from '../manifest';
import { checkLoadOptions, type LoadOptions } from '../options';
import { assemble, type RawPart } from '../assemble';
import { pictureParts } from './pictures';

const plane = 32 * 32;
export const cifarPixels = 3 * plane;

export interface CifarFormat {
  /** Bytes before the pixels: 1 for CIFAR-10; 2 (coarse, fine) for CIFAR-100. */
  readonly labelBytes: number;
  /** Which of them is the label. */
  readonly labelAt: number;
  readonly classes: number;
}

export interface CifarRecords {
  readonly y: Int32Array;
  /** n × 3072 as in the file: planes R, G, B. */
  readonly copy: RawPart['copy'];
}

/** Planes to interleaved channels, as convolutions here want them: [row, column, channel]. */
export function copyPlanes(bytes: Uint8Array, from: number, out: Float32Array, offset: number): void {
  for (let p = 0, o = offset; p < plane; p++) {
    out[o++] = bytes[from + p];
    out[o++] = bytes[from + plane + p];
    out[o++] = bytes[from + 2 * plane + p];
  }
}

/** Checks the size and labels of one file's bytes and gives its records. @throws DataError naming file and record. */
function parseCifar(bytes: Uint8Array, file: string, format: CifarFormat): CifarRecords {
  const record = format.labelBytes + cifarPixels;
  if (bytes.length === 0 || bytes.length % record !== 0) {
    const rest = bytes.length === 0 ? '' : ` (record ${Math.floor(bytes.length / record)} is cut off after ${bytes.length % record} bytes)`;
    throw new DataError(file, undefined, `${bytes.length} bytes, wanted a multiple of ${record}${rest}`);
  }
  const n = bytes.length / record;
  const y = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    y[i] = bytes[i * record + format.labelAt];
    if (y[i] >= format.classes) {
      throw new DataError(file, `record ${i}`, `label ${y[i]}, wanted 0 to ${format.classes - 1}`);
    }
  }
  return { y, copy: (i, out, offset) => copyPlanes(bytes, i * record + format.labelBytes, out, offset) };
}

/** One after the other, as a single part. */
function joinRecords(files: readonly CifarRecords[]): RawPart {
  const total = files.reduce((sum, file) => sum + file.y.length, 0);
  const y = new Int32Array(total);
  const home = new Int32Array(total);
  const local = new Int32Array(total);
  let at = 0;
  files.forEach((file, f) => {
    y.set(file.y, at);
    home.fill(f, at, at + file.y.length);
    for (let i = 0; i < file.y.length; i++) local[at + i] = i;
    at += file.y.length;
  });
  return { y, copy: (i, out, offset) => files[home[i]].copy(local[i], out, offset) };
}

/** Reads those of the named files that are there. @throws DataError where none is. */
export async function readCifarFiles(
  folder: string, names: readonly string[], format: CifarFormat, options: LoadOptions,
): Promise<{ part: RawPart; sizes: number[] }> {
  const files: CifarRecords[] = [];
  for (const name of names) {
    const path = plainOrGzip(join(folder, name));
    if (path === undefined) continue;
    files.push(parseCifar(await readBytes(path), path, format));
    options.onProgress?.({ path: ['read'], done: files.length, total: names.length, unit: 'file' });
    await breathe(options.signal, 'loading');
  }
  if (files.length === 0) throw new DataError(folder, undefined, `holds no ${names.join(' or ')}`);
  return { part: joinRecords(files), sizes: files.map((file) => file.y.length) };
}

const cifar10Classes = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'] as const;
export const cifar10Format: CifarFormat = { labelBytes: 1, labelAt: 0, classes: 10 };
export const cifar10TrainFiles = [1, 2, 3, 4, 5].map((k) => `data_batch_${k}.bin`);

/**
 * CIFAR-10: 32 × 32 × 3 pictures, 10 classes; 50,000 for training (10 % of them held out for validation) and 10,000
 * for testing. Batches shorter than the official 10,000 are read as they are, and noted.
 * @throws DataError for a file cut off within a record, a label above 9, or a missing folder.
 */
export async function cifar10(options: LoadOptions = {}): Promise<Dataset> {
  checkLoadOptions(options);
  const folder = await locateDataset(readManifest('cifar10'), options);
  const train = await readCifarFiles(folder, cifar10TrainFiles, cifar10Format, options);
  const test = await readCifarFiles(folder, ['test_batch.bin'], cifar10Format, options);
  const full = train.part.y.length === 50000 && test.part.y.length === 10000;
  return assemble({
    name: 'CIFAR-10',
    inputShape: [32, 32, 3],
    classes: cifar10Classes,
    channels: ['red', 'green', 'blue'],
    source: folder,
    parts: pictureParts(train.part, test.part, options),
    ...(full ? {} : { notes: [`short batches: ${train.part.y.length} of 50,000 training and ${test.part.y.length} of 10,000 test pictures`] }),
  }, options);
}
