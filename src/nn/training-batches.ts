/** Where a training's batches come from: batches of one size, in a mixed order from memory, or as a stream gives them. */
import type { Rng } from '../base';
import { rebatched, type SampleForm, type Samples, type SampleStream } from './samples';

/** A batch as a training step takes it: batch × input size, and batch class indices. */
interface FullBatch {
  readonly x: Float32Array;
  readonly y: Int32Array;
}

/** What gives each epoch's batches. */
export interface BatchSource {
  /** Samples in an epoch. */
  readonly n: number;
  /** ⌈n / batch⌉ batches of `batch` samples; the last one is filled up from the first: none is too small for its statistics. */
  batches(epoch: number, rng: Rng, batch: number): AsyncIterable<FullBatch>;
}

/** The chosen samples of a split, mixed anew each epoch. */
export function fromMemory({ x, y }: Samples, chosen: Int32Array, { size }: SampleForm): BatchSource {
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

/** A stream's samples in its own order. */
export function fromStream(stream: SampleStream, form: SampleForm): BatchSource {
  const { size } = form;
  return {
    n: stream.n,
    async *batches(epoch, _, batch) {
      let first: FullBatch | undefined;
      for await (const { x, y, n } of rebatched(stream, batch, form, epoch)) {
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
