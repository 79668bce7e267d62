import * as tf from '@tensorflow/tfjs';
import { meanAbsolute, type PruningContext } from '../context';
import type { PruningHeuristic } from './heuristic';

/** 1 − APoZ of each channel; all the same behind what cuts nothing off: there it has nothing to say. */
async function activity(layer: string, context: PruningContext): Promise<Float32Array> {
  const shares = await context.channelStatistic(layer, 'apoz', 'loss', ({ activation, isRectified }) =>
    isRectified ? tf.mean(tf.cast(tf.greater(activation, 0), 'float32'), [1, 2]) : tf.ones([activation.shape[0], activation.shape[3]]),
  );
  return meanAbsolute(shares, context.samples.n);
}

/**
 * Average percentage of zeros (Hu et al. 2016): channels that the activation cuts off most often, over samples and
 * positions, go first. What hard-swish leaves of a negative number counts as zero. For single weights, the magnitude times the activity of the channel that it feeds.
 */
export const apoz: PruningHeuristic = {
  name: 'apoz',
  score: activity,
  async scoreWeights(layer, context) {
    const { kernel, channels } = context.kernelOf(layer);
    const active = await activity(layer, context);
    return kernel.map((w, i) => Math.abs(w) * active[i % channels]);
  },
};
