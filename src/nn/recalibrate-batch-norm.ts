import * as tf from '@tensorflow/tfjs';
import { breathe, createRng, type LongWork } from '../base';
import type { Network } from './architecture';
import { loadBackend } from './backend';
import { batchTensor } from './evaluate';
import { disposeTensors, forward, tensorsOf } from './forward';
import { chosenAtRandom, inBatches, type InputSource } from './samples';
import { inputShapeOf, sizeOf } from './shapes';

/** How many samples the statistics are measured over, and how. */
export interface RecalibrateOptions extends Pick<LongWork, 'signal'> {
  /** Samples at a time: their own statistics normalise them, as in training. Default 64. */
  batchSize?: number;
  /** A seeded choice of so many samples; default 2048, or all where there are fewer. */
  most?: number;
  /** Of that choice and its order; default 0. */
  seed?: number | string;
}

/** What a batch norm saw: channel by channel the sums over batches of n · mean and of n · E[x²]. */
interface Moments {
  n: number;
  readonly sum: Float64Array;
  readonly squares: Float64Array;
}

/**
 * Measures the moving statistics of every batch norm anew over samples, with the weights as they are (Wu and Johnson 2021,
 * section 3, precise BN; after pruning: Li et al. 2020, EagleEye). The moving averages that training leaves lag behind the
 * weights. That hardly matters in a dense network; where pruning has made channels constant, each batch norm in turn
 * multiplies the lag by up to 1/√ε, and what classified well with a batch's own statistics no longer does with the moving ones.
 * @param samples normalised as in training, without augmentation.
 * @returns a network with the same weights otherwise; the same network where it has no batch norm.
 * @throws ArgumentError for samples that do not fit; CancelledError.
 */
export async function recalibrateBatchNorm(network: Network, samples: InputSource, options: RecalibrateOptions = {}): Promise<Network> {
  const { architecture } = network;
  if (!architecture.layers.some(({ kind }) => kind === 'batchNorm')) return network;
  const { batchSize = 64, most = 2048, seed = 0, signal } = options;
  const chosen = chosenAtRandom(samples, most, createRng(seed).fork('batch norm'));
  const shape = inputShapeOf(architecture);
  const form = { name: 'samples', size: sizeOf(shape) };
  const moments = new Map<string, Moments>();
  await loadBackend();
  const weights = tensorsOf(network);
  try {
    for await (const { x, n } of inBatches(chosen, Math.min(batchSize, chosen.n), form)) {
      // The rest of a division says too little about the spread within a batch.
      if (n < batchSize && n < chosen.n) continue;
      await breathe(signal, 'the recalibration');
      tf.tidy(() => {
        forward(architecture, weights, batchTensor(x, shape, 0, n), {
          training: true,
          onBatchStatistics(layer, mean, variance) {
            const [means, variances] = [mean.dataSync(), variance.dataSync()];
            const own = moments.get(layer) ?? { n: 0, sum: new Float64Array(means.length), squares: new Float64Array(means.length) };
            moments.set(layer, own);
            own.n += n;
            for (let c = 0; c < means.length; c++) {
              own.sum[c] += n * means[c];
              own.squares[c] += n * (variances[c] + means[c] ** 2);
            }
            tf.dispose([mean, variance]);
          },
        });
      });
    }
  } finally {
    disposeTensors(weights);
  }
  const recalibrated = new Map(network.weights);
  for (const [layer, { n, sum, squares }] of moments) {
    const mean = Float32Array.from(sum, (s) => s / n);
    const variance = Float32Array.from(squares, (s, c) => Math.max(0, s / n - (sum[c] / n) ** 2));
    recalibrated.set(layer, { ...network.weights.get(layer), mean, variance });
  }
  return { architecture, weights: recalibrated };
}
