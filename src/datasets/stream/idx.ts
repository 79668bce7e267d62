import { check, DataError } from '../../base';
import { idxHeader } from '../formats/idx';
import { idxPath } from '../loaders/mnist';
import { locateDataset } from '../locate';
import { readManifest } from '../manifest';
import { batchSizeOf, toBatches, type Batch, type StreamedSample } from './batches';
import type { PictureStreamOptions } from './cifar';
import { readRecords } from './pieces';

async function* streamIdx(manifest: string, options: PictureStreamOptions): AsyncGenerator<Batch> {
  const { part = 'train', signal } = options;
  check(part === 'train' || part === 'test', 'part', part, "'train' or 'test'");
  const folder = await locateDataset(readManifest(manifest), options);
  const prefix = part === 'train' ? 'train' : 't10k';
  const [imagePath, labelPath] = [idxPath(folder, `${prefix}-images`, 'idx3'), idxPath(folder, `${prefix}-labels`, 'idx1')];
  const batchSize = batchSizeOf(options);
  const size = 28 * 28;
  let promised = 0;
  const images = readRecords(imagePath, {
    headerBytes: 16, recordBytes: size,
    onHeader: (header) => {
      const { shape } = idxHeader(header, imagePath, 3);
      if (shape[1] !== 28 || shape[2] !== 28) throw new DataError(imagePath, 'byte 8', `pictures of ${shape[1]} × ${shape[2]}, wanted 28 × 28`);
      promised = shape[0];
    },
  }, batchSize, signal);
  const labels = readRecords(labelPath, { headerBytes: 8, recordBytes: 1, onHeader: (header) => void idxHeader(header, labelPath, 1) }, batchSize, signal);
  async function* samples(): AsyncGenerator<StreamedSample> {
    let seen = 0;
    for await (const { bytes } of images) {
      const own = (await labels.next()).value as { bytes: Buffer } | undefined;
      const count = bytes.length / size;
      if (own?.bytes.length !== count) throw new DataError(labelPath, undefined, `labels end at ${seen + (own?.bytes.length ?? 0)}, before the pictures of ${imagePath}`);
      for (let i = 0; i < count; i++) {
        if (own.bytes[i] > 9) throw new DataError(labelPath, `record ${seen + i}`, `label ${own.bytes[i]}, wanted 0 to 9`);
        yield { label: own.bytes[i], write: (out, offset) => out.set(bytes.subarray(i * size, (i + 1) * size), offset) };
      }
      seen += count;
    }
    if (seen !== promised) throw new DataError(imagePath, undefined, `${seen} pictures, its header says ${promised}`);
  }
  yield* toBatches(samples(), size, options);
}

/** MNIST in batches of n × 28 × 28 × 1, read as they are asked for. @throws DataError when the stream reaches the fault */
export async function* streamMnist(options: PictureStreamOptions = {}): AsyncGenerator<Batch> {
  yield* streamIdx('mnist', options);
}

/** Fashion-MNIST in batches of n × 28 × 28 × 1, read as they are asked for. */
export async function* streamFashionMnist(options: PictureStreamOptions = {}): AsyncGenerator<Batch> {
  yield* streamIdx('fashion-mnist', options);
}
