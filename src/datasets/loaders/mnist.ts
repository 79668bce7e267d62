/** MNIST and what shares its files: four idx files, plain or gzip, 28 × 28 × 1. */
import { join } from 'node:path';
import { breathe, DataError } from '../../base';
import { assemble, type RawPart } from '../assemble';
import type { Dataset } from '../dataset';
import { plainOrGzip, readBytes } from '../formats/bytes';
import { parseIdx } from '../formats/idx';
import { locateDataset } from '../locate';
import { readManifest } from '../manifest';
import { checkLoadOptions, type LoadOptions } from '../options';
import { pictureParts } from './pictures';

/** The path of an idx file, by either of the names in use: train-images-idx3-ubyte or train-images.idx3-ubyte. */
export function idxPath(folder: string, part: string, kind: string): string {
  const names = [`${part}-${kind}-ubyte`, `${part}.${kind}-ubyte`];
  const path = names.map((name) => plainOrGzip(join(folder, name))).find((found) => found !== undefined);
  if (path === undefined) throw new DataError(folder, undefined, `holds no ${names[0]} or ${names[0]}.gz`);
  return path;
}

/** Reads a file of pictures and its file of labels. @throws DataError */
async function readIdxPair(folder: string, prefix: 'train' | 't10k', classes: number): Promise<RawPart & { shape: number[] }> {
  const imagePath = idxPath(folder, `${prefix}-images`, 'idx3');
  const labelPath = idxPath(folder, `${prefix}-labels`, 'idx1');
  const images = parseIdx(await readBytes(imagePath), imagePath, 3);
  const labels = parseIdx(await readBytes(labelPath), labelPath, 1);
  const [n, height, width] = images.shape;
  if (labels.shape[0] !== n) throw new DataError(labelPath, undefined, `${labels.shape[0]} labels for ${n} pictures of ${imagePath}`);
  const wrong = labels.data.findIndex((label) => label >= classes);
  if (wrong !== -1) throw new DataError(labelPath, `record ${wrong}`, `label ${labels.data[wrong]}, wanted 0 to ${classes - 1}`);
  const size = height * width;
  return {
    y: Int32Array.from(labels.data),
    shape: [height, width],
    copy: (i, out, offset) => out.set(images.data.subarray(i * size, (i + 1) * size), offset),
  };
}

/** A set in MNIST's four files. */
export async function loadIdxDataset(
  about: { manifest: string; name: string; classes: readonly string[] }, options: LoadOptions,
): Promise<Dataset> {
  checkLoadOptions(options);
  const folder = await locateDataset(readManifest(about.manifest), options);
  const train = await readIdxPair(folder, 'train', about.classes.length);
  options.onProgress?.({ path: ['read'], done: 1, total: 2, unit: 'part' });
  await breathe(options.signal, 'loading');
  const test = await readIdxPair(folder, 't10k', about.classes.length);
  options.onProgress?.({ path: ['read'], done: 2, total: 2, unit: 'part' });
  if (train.shape.join() !== test.shape.join()) {
    throw new DataError(folder, undefined, `training pictures are ${train.shape.join(' × ')}, test pictures ${test.shape.join(' × ')}`);
  }
  return assemble({
    name: about.name,
    inputShape: [...train.shape, 1],
    classes: about.classes,
    channels: ['grey'],
    source: folder,
    parts: pictureParts(train, test, options),
  }, options);
}

/** MNIST (LeCun et al. 1998): handwritten digits, 60,000 for training (10 % held out for validation), 10,000 for testing. */
export function mnist(options: LoadOptions = {}): Promise<Dataset> {
  return loadIdxDataset({ manifest: 'mnist', name: 'MNIST', classes: Array.from({ length: 10 }, (_, digit) => String(digit)) }, options);
}
