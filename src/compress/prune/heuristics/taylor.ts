import * as tf from '@tensorflow/tfjs';
import { meanAbsolute } from '../context';
import type { PruningHeuristic } from './heuristic';

/**
 * First-order estimate of what removal does to the loss (Molchanov et al. 2017, eq. 8): |mean over positions of
 * ∂C/∂z · z|, mean over samples. For single weights |w · ∂C/∂w|.
 */
export const taylor: PruningHeuristic = {
  name: 'taylor',
  async score(layer, context) {
    const products = await context.channelStatistic(layer, 'taylor', 'loss', ({ activation, gradient }) =>
      tf.mean(tf.mul(activation, gradient), [1, 2]),
    );
    return meanAbsolute(products, context.samples.n);
  },
  async scoreWeights(layer, context) {
    const gradient = await context.kernelStatistic(layer, 'loss', 'absolute');
    return context.kernelOf(layer).kernel.map((w, i) => Math.abs(w) * gradient[i]);
  },
};
