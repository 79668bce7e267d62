import * as tf from '@tensorflow/tfjs';
import { meanAbsolute, type PruningContext } from '../context';
import type { PruningHeuristic } from './heuristic';

/** 1 − APoZ of each channel. */
async function activity(layer: string, context: PruningContext): Promise<Float32Array> {
  const shares = await context.channelStatistic(layer, 'apoz', 'loss', ({ activation, isRectified }) => {
    const magnitude = tf.abs(activation);
    // What no ReLU cuts off is never quite zero: a hundredth of the layer's root mean square counts as none.
    const limit = isRectified ? tf.scalar(0) : tf.mul(tf.sqrt(tf.mean(tf.square(activation))), 0.01);
    return tf.mean(tf.cast(tf.greater(magnitude, limit), 'float32'), [1, 2]);
  });
  return meanAbsolute(shares, context.samples.n);
}

/**
 * Average percentage of zeros (Hu et al. 2016): channels whose activation is zero most often, over samples and
 * positions, go first. For single weights, the magnitude times the activity of the channel that it feeds.
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
