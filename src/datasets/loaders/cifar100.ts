/**
 * CIFAR-100. Source: the binary version as described on the set's page (Krizhevsky): a record is the coarse label (0–19), the
 * fine label (0–99) and 3,072 pixels as in CIFAR-10; train.bin has 50,000 records, test.bin 10,000; the names of the labels
 * are a line each in coarse_label_names.txt and fine_label_names.txt.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check, DataError } from '../../base';
import { assemble } from '../assemble';
import type { Dataset } from '../dataset';
import { locateDataset } from '../locate';
import { readManifest } from '../manifest';
import { checkLoadOptions, type LoadOptions } from '../options';
import { readCifarFiles } from './cifar10';
import { pictureParts } from './pictures';

export interface Cifar100Options extends LoadOptions {
  /** The 100 fine or the 20 coarse labels. Default 'fine'. */
  labels?: 'fine' | 'coarse';
}

async function classNames(folder: string, labels: 'fine' | 'coarse', count: number): Promise<string[]> {
  const path = join(folder, `${labels}_label_names.txt`);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return Array.from({ length: count }, (_, i) => `${labels} ${i}`);
  const names = text.split(/\r?\n/).map((name) => name.trim()).filter((name) => name !== '');
  if (names.length !== count) throw new DataError(path, undefined, `${names.length} names, wanted ${count}`);
  return names;
}

/**
 * CIFAR-100 (Krizhevsky 2009): as CIFAR-10, with two label bytes a record (coarse, fine) in train.bin and test.bin.
 * @throws DataError as cifar10
 */
export async function cifar100(options: Cifar100Options = {}): Promise<Dataset> {
  checkLoadOptions(options);
  const labels = options.labels ?? 'fine';
  check(labels === 'fine' || labels === 'coarse', 'labels', labels, "'fine' or 'coarse'");
  const folder = await locateDataset(readManifest('cifar100'), options);
  const format = { labelBytes: 2, labelAt: labels === 'fine' ? 1 : 0, classes: labels === 'fine' ? 100 : 20 };
  const train = await readCifarFiles(folder, ['train.bin'], format, options);
  const test = await readCifarFiles(folder, ['test.bin'], format, options);
  return assemble({
    name: labels === 'fine' ? 'CIFAR-100' : 'CIFAR-100 (coarse)',
    inputShape: [32, 32, 3],
    classes: await classNames(folder, labels, format.classes),
    channels: ['red', 'green', 'blue'],
    source: folder,
    parts: pictureParts(train.part, test.part, options),
  }, options);
}
