import * as tf from '@tensorflow/tfjs';
import { meanAbsolute } from '../context';
import type { PruningHeuristic } from './heuristic';

/**
 * DeepLIFT (Shrikumar et al. 2017, rescale rule) as used for pruning by Sabih et al. 2020: contribution of a
 * channel to the true class's logit, (a − a₀) · multiplier summed over positions, beside a reference input of
 * zeros; mean of the absolute value over samples. For single weights |w| times the mean magnitude of the
 * multiplier-weighted input that it passes on.
 */
export const deepLift: PruningHeuristic = {
  name: 'deepLift',
  async score(layer, context) {
    const contributions = await context.channelStatistic(
      layer,
      'deepLift',
      'deepLift',
      ({ activation, gradient, reference }) => tf.sum(tf.mul(tf.sub(activation, reference), gradient), [1, 2]),
    );
    return meanAbsolute(contributions, context.samples.n);
  },
  async scoreWeights(layer, context) {
    const gradient = await context.kernelStatistic(layer, 'deepLift', 'absolute');
    return context.kernelOf(layer).kernel.map((w, i) => Math.abs(w) * gradient[i]);
  },
};
