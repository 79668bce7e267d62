/* Training samples as batches of one size: from memory in a mixed order, or from a stream that is read anew each epoch. */
import { check, type Rng } from '../base';
import type { Batch } from '../datasets';
import type { Samples } from './evaluate';

/**
 * Samples that need not fit in memory, such as `datasets.streamCsvWindows` gives:
 *
 *     const { n, ...normalisation } = await datasets.streamStatistics(windowsOf({}), channels);
 *     const train = { n, batches: (epoch) => datasets.shuffled(windowsOf({ normalisation }), 4096, epoch) };
 *     await nn.train(model, { train, validation }, { epochs: 5 });
 */
export interface SampleStream {
  /** Samples that each reading gives. */
  readonly n: number;
  /** Reads them all, in batches of any size; epochs count from 1, an evaluation is 0. */
  batches(epoch: number): AsyncIterable<Batch>;
}

/** True for samples that are read from a stream. */
export function isStream(samples: Samples | SampleStream): samples is SampleStream {
  return 'batches' in samples;
}

/** A batch as a training step takes it: batch × input size, and batch class indices. */
interface FullBatch {
  readonly x: Float32Array;
  readonly y: Int32Array;
}

/** Where a training's batches come from. */
export interface BatchSource {
  /** Samples in an epoch. */
  readonly n: number;
  /** ⌈n / batch⌉ batches of `batch` samples; the last one is filled up from the first: none is too small for its statistics. */
  batches(epoch: number, rng: Rng, batch: number): AsyncIterable<FullBatch>;
}

/** The chosen samples of a split, mixed anew each epoch. @param size numbers in a sample. */
export function fromMemory({ x, y }: Samples, chosen: Int32Array, size: number): BatchSource {
  return {
    n: chosen.length,
    async *batches(_, rng, batch) {
      const order = rng.shuffle(chosen.slice());
      for (let from = 0; from < order.length; from += batch) {
        const full = { x: new Float32Array(batch * size), y: new Int32Array(batch) };
        for (let i = 0; i < batch; i++) {
          const index = order[(from + i) % order.length];
          full.x.set(x.subarray(index * size, (index + 1) * size), i * size);
          full.y[i] = y[index];
        }
        yield full;
      }
    },
  };
}

/** Checks samples, or a stream's batch of them, which errors call `name`. @throws ArgumentError */
export function checkSamples(name: string, { x, y, n }: Samples, size: number, classes: number): void {
  check(x.length === n * size, `${name}.x`, x.length, `${n} × ${size} numbers`);
  check(y.length === n, `${name}.y`, y.length, `${n} labels`);
  const bad = y.findIndex((label) => !(label >= 0 && label < classes));
  check(bad < 0, `${name}.y[${bad}]`, y[bad], `a class of 0 to ${classes - 1} (the model's output)`);
}

/**
 * A stream's samples in batches of `batch`, in its own order; the last may be smaller.
 * @param size numbers in a sample. @throws ArgumentError where samples do not fit, or are not as many as was said
 */
export async function* rebatched(stream: SampleStream, epoch: number, size: number, classes: number, batch: number): AsyncGenerator<Batch> {
  const empty = (): FullBatch => ({ x: new Float32Array(batch * size), y: new Int32Array(batch) });
  let [full, filled, seen] = [empty(), 0, 0];
  for await (const piece of stream.batches(epoch)) {
    checkSamples('batch', piece, size, classes);
    seen += piece.n;
    check(seen <= stream.n, 'stream.n', stream.n, `the number of samples that the stream gives: ${seen} or more`);
    for (let at = 0; at < piece.n; ) {
      const count = Math.min(batch - filled, piece.n - at);
      full.x.set(piece.x.subarray(at * size, (at + count) * size), filled * size);
      full.y.set(piece.y.subarray(at, at + count), filled);
      [at, filled] = [at + count, filled + count];
      if (filled < batch) continue;
      yield { ...full, n: batch };
      [full, filled] = [empty(), 0];
    }
  }
  check(seen === stream.n, 'stream.n', stream.n, `the number of samples that the stream gives: ${seen}`);
  if (filled > 0) yield { x: full.x.subarray(0, filled * size), y: full.y.subarray(0, filled), n: filled };
}

/** A stream's samples in its own order. @param size numbers in a sample. */
export function fromStream(stream: SampleStream, size: number, classes: number): BatchSource {
  return {
    n: stream.n,
    async *batches(epoch, _, batch) {
      let first: FullBatch | undefined;
      for await (const { x, y, n } of rebatched(stream, epoch, size, classes, batch)) {
        // A copy: augmentation works in place.
        first ??= { x: x.slice(), y: y.slice() };
        if (n === batch) {
          yield { x, y };
          continue;
        }
        const full = { x: new Float32Array(batch * size), y: new Int32Array(batch) };
        full.x.set(x);
        full.x.set(first.x.subarray(0, (batch - n) * size), n * size);
        full.y.set(y);
        full.y.set(first.y.subarray(0, batch - n), n);
        yield full;
      }
    },
  };
}
