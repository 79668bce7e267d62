import { join } from 'node:path';
import { check, DataError } from '../../base';
import { plainOrGzip } from '../formats/bytes';
import { locateDataset } from '../locate';
import { cifar10Format, cifar10TrainFiles, cifarPixels, copyPlanes } from '../loaders/cifar10';
import { readManifest } from '../manifest';
import { batchSizeOf, toBatches, type Batch, type StreamedSample, type StreamOptions } from './batches';
import { readRecords } from './pieces';

export interface PictureStreamOptions extends StreamOptions {
  /** Default 'train': all training files, in order, nothing held out. */
  part?: 'train' | 'test';
}

/**
 * CIFAR-10 in batches of n × 32 × 32 × 3, read as they are asked for: memory for a few batches only.
 * @throws DataError as cifar10, when the stream reaches the fault
 */
export async function* streamCifar10(options: PictureStreamOptions = {}): AsyncGenerator<Batch> {
  const { part = 'train', signal } = options;
  check(part === 'train' || part === 'test', 'part', part, "'train' or 'test'");
  const folder = await locateDataset(readManifest('cifar10'), options);
  const record = 1 + cifarPixels;
  const batchSize = batchSizeOf(options);
  async function* samples(): AsyncGenerator<StreamedSample> {
    for (const name of part === 'train' ? cifar10TrainFiles : ['test_batch.bin']) {
      const path = plainOrGzip(join(folder, name));
      if (path === undefined) continue;
      for await (const { bytes, first } of readRecords(path, { headerBytes: 0, recordBytes: record }, batchSize, signal)) {
        for (let i = 0; i * record < bytes.length; i++) {
          const label = bytes[i * record];
          if (label >= cifar10Format.classes) throw new DataError(path, `record ${first + i}`, `label ${label}, wanted 0 to 9`);
          yield { label, write: (out, offset) => copyPlanes(bytes, i * record + 1, out, offset) };
        }
      }
    }
  }
  yield* toBatches(samples(), cifarPixels, options);
}
