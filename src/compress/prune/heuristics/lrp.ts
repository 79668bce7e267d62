import * as tf from '@tensorflow/tfjs';
import { meanAbsolute } from '../context';
import type { PruningHeuristic } from './heuristic';

/**
 * Layer-wise relevance propagation, ε-rule (Bach et al. 2015, eq. 58; pruning: Yeom et al. 2021): a channel's
 * relevance for the true class's logit summed over positions; mean of the absolute value over samples. Gates of
 * products get no relevance of their own. For single weights, the relevance that flows through each.
 */
export const lrp: PruningHeuristic = {
  name: 'lrp',
  async score(layer, context) {
    const relevance = await context.channelStatistic(layer, 'lrp', 'lrp', ({ activation, gradient }) =>
      tf.sum(tf.mul(activation, gradient), [1, 2]),
    );
    return meanAbsolute(relevance, context.samples.n);
  },
  async scoreWeights(layer, context) {
    const gradient = await context.kernelStatistic(layer, 'lrp', 'absolute');
    return context.kernelOf(layer).kernel.map((w, i) => Math.abs(w) * gradient[i]);
  },
};
