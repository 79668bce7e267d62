import { createRng } from '../../src/base';
import type { Samples, SampleStream } from '../../src/nn';

/** The samples at these places (default: all in order) as a stream, in batches of changing size; tells how many were asked for, and how many readings are open. */
export function streamOf(
  { x, y, n }: Samples,
  orderOf: (epoch: number) => Iterable<number> = () => new Int32Array(n).keys(),
  told = { read: 0, open: 0 },
): SampleStream {
  const size = x.length / n;
  return {
    n,
    async *batches(epoch) {
      told.open++;
      try {
        const order = [...orderOf(epoch)];
        for (let from = 0, k = 1; from < order.length; from += k, k = (k % 7) + 1) {
          const at = order.slice(from, from + k);
          const batch = { x: new Float32Array(at.length * size), y: Int32Array.from(at, (i) => y[i]), n: at.length };
          at.forEach((i, j) => batch.x.set(x.subarray(i * size, (i + 1) * size), j * size));
          told.read += at.length;
          yield batch;
        }
      } finally {
        told.open--;
      }
    },
  };
}

/** The order in which a training with this seed goes through n samples in memory; every reading but an epoch's is in order. */
export function trainingOrder(seed: number | string, n: number): (epoch: number) => Int32Array {
  return (epoch) => {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    return epoch === 0 ? order : createRng(seed).fork('train').fork(`epoch ${epoch}`).fork('order').shuffle(order);
  };
}
