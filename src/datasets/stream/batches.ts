import { check, createRng, type LongWork } from '../../base';
import { normalise, type ChannelStatistics } from '../normalise';

/** Some samples of a set that is not held in memory. */
export interface Batch {
  /** n × sample, in the file's own unit, or normalised where the stream was told how. */
  readonly x: Float32Array;
  /** n class indices. */
  readonly y: Int32Array;
  /** Samples. */
  readonly n: number;
}

/** What every stream takes. */
export interface StreamOptions extends LongWork {
  /** Where the files are; without it, as for the loaders. */
  folder?: string;
  /** Samples at a time. Default 64. */
  batchSize?: number;
  /** Applied to each batch; streamStatistics computes it from a first pass. */
  normalisation?: ChannelStatistics;
}

/** A sample on its way into a batch. */
export interface StreamedSample {
  readonly label: number;
  write(out: Float32Array, offset: number): void;
}

export function batchSizeOf(options: StreamOptions): number {
  const { batchSize = 64 } = options;
  check(Number.isInteger(batchSize) && batchSize > 0, 'batchSize', batchSize, 'a whole number above 0');
  return batchSize;
}

/** Puts samples that come one by one into batches; the last may be smaller. */
export async function* toBatches(
  samples: AsyncIterable<StreamedSample>, size: number, options: StreamOptions,
): AsyncGenerator<Batch> {
  const batchSize = batchSizeOf(options);
  let x = new Float32Array(batchSize * size);
  let y = new Int32Array(batchSize);
  let n = 0;
  const finish = (): Batch => {
    const values = n === batchSize ? x : x.slice(0, n * size);
    if (options.normalisation) normalise(values, options.normalisation);
    return { x: values, y: n === batchSize ? y : y.slice(0, n), n };
  };
  for await (const sample of samples) {
    sample.write(x, n * size);
    y[n++] = sample.label;
    if (n < batchSize) continue;
    yield finish();
    x = new Float32Array(batchSize * size);
    y = new Int32Array(batchSize);
    n = 0;
  }
  if (n > 0) yield finish();
}

/**
 * Mean and deviation of each channel over a stream, in one pass and constant memory (Chan, Golub and LeVeque 1983:
 * sums of squares of the parts are merged with their means).
 */
export async function streamStatistics(stream: AsyncIterable<Batch>, channels: number): Promise<
  ChannelStatistics & {
    /** Samples seen. */
    n: number;
  }
> {
  check(Number.isInteger(channels) && channels > 0, 'channels', channels, 'a whole number above 0');
  const mean = new Float64Array(channels);
  const squares = new Float64Array(channels);
  let [seen, n] = [0, 0];
  for await (const batch of stream) {
    n += batch.n;
    const count = batch.x.length / channels;
    for (let c = 0; c < channels; c++) {
      let own = 0;
      for (let i = c; i < batch.x.length; i += channels) own += batch.x[i];
      own /= count;
      let spread = 0;
      for (let i = c; i < batch.x.length; i += channels) spread += (batch.x[i] - own) ** 2;
      const shift = own - mean[c];
      mean[c] += (shift * count) / (seen + count);
      squares[c] += spread + (shift * shift * seen * count) / (seen + count);
    }
    seen += count;
  }
  const deviation = Array.from(squares, (s) => Math.sqrt(s / Math.max(1, seen)) || 1);
  return { mean: Array.from(mean), deviation, n };
}

/**
 * The same samples in a mixed order, with a buffer of `buffer` samples: each sample given out is drawn from those
 * waiting. Same seed, same order. The larger the buffer, the better the mixing.
 */
export async function* shuffled(stream: AsyncIterable<Batch>, buffer: number, seed: number | string = 0): AsyncGenerator<Batch> {
  check(Number.isInteger(buffer) && buffer > 0, 'buffer', buffer, 'a whole number of samples above 0');
  const rng = createRng(seed);
  const waiting: { x: Float32Array; y: number }[] = [];
  let batchSize = 0;
  const draw = (count: number): Batch => {
    const drawn = Array.from({ length: count }, () => {
      const i = rng.integer(0, waiting.length - 1);
      const one = waiting[i];
      waiting[i] = waiting[waiting.length - 1];
      waiting.pop();
      return one;
    });
    const x = new Float32Array(count * drawn[0].x.length);
    drawn.forEach((one, i) => x.set(one.x, i * one.x.length));
    return { x, y: Int32Array.from(drawn, (one) => one.y), n: count };
  };
  for await (const batch of stream) {
    batchSize = Math.max(batchSize, batch.n);
    const size = batch.x.length / batch.n;
    for (let i = 0; i < batch.n; i++) waiting.push({ x: batch.x.slice(i * size, (i + 1) * size), y: batch.y[i] });
    while (waiting.length >= buffer + batchSize) yield draw(batchSize);
  }
  while (waiting.length > 0) yield draw(Math.min(batchSize, waiting.length));
}
