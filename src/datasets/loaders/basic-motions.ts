import { join } from 'node:path';
import { DataError } from '../../base';
import { assemble, type RawPart } from '../assemble';
import type { Dataset } from '../dataset';
import { readBytes } from '../formats/bytes';
import { parseUea, type UeaSeries } from '../formats/uea';
import { locateDataset } from '../locate';
import { readManifest } from '../manifest';
import { checkLoadOptions, type LoadOptions } from '../options';
import { pictureParts } from './pictures';

function partOf(series: UeaSeries): RawPart {
  const size = series.length * series.dimensions;
  return { y: series.y, copy: (i, out, offset) => out.set(series.values.subarray(i * size, (i + 1) * size), offset) };
}

async function read(folder: string, part: 'TRAIN' | 'TEST'): Promise<UeaSeries> {
  const path = join(folder, `BasicMotions_${part}.ts`);
  return parseUea(new TextDecoder().decode(await readBytes(path)), path);
}

/**
 * BasicMotions of the UEA archive: a watch's accelerometer and gyroscope, 100 steps at 10 Hz, 6 channels, 4 classes,
 * 40 series for training (validationFraction of them, default a quarter, held out) and 40 for testing. The archive
 * does not say who recorded which series, so that people cannot be kept apart.
 */
export async function basicMotions(options: LoadOptions = {}): Promise<Dataset> {
  checkLoadOptions(options);
  const folder = await locateDataset(readManifest('basic-motions'), options);
  const [train, test] = [await read(folder, 'TRAIN'), await read(folder, 'TEST')];
  if (train.classes.join() !== test.classes.join() || train.length !== test.length || train.dimensions !== test.dimensions) {
    throw new DataError(folder, undefined, 'the training and test files differ in classes, length or dimensions');
  }
  return assemble({
    name: 'BasicMotions',
    inputShape: [train.length, train.dimensions],
    classes: train.classes.map((name) => name.toLowerCase()),
    channels: ['acc', 'gyro'].flatMap((sensor) => ['x', 'y', 'z'].map((axis) => `${sensor} ${axis}`)),
    sampleRate: 10,
    source: folder,
    parts: pictureParts(partOf(train), partOf(test), { validationFraction: 0.25, ...options }),
  }, options);
}
