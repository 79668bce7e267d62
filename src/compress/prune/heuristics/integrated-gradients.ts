import * as tf from '@tensorflow/tfjs';
import { check } from '../../../base';
import { meanAbsolute } from '../context';
import type { PruningHeuristic } from './heuristic';

/**
 * Integrated gradients (Sundararajan et al. 2017) of hidden channels: conductance along the straight path from an
 * input of zeros (Dhamdhere et al. 2019), as the sum over steps of ∂F/∂a · Δa (Shrikumar et al. 2018, eq. 4); F is
 * the true class's logit. For single weights |w| times the magnitude of the gradient averaged over the path.
 */
export function integratedGradients({ steps = 8 }: { steps?: number } = {}): PruningHeuristic {
  check(Number.isInteger(steps) && steps >= 1, 'steps', steps, 'a positive integer');
  const path = Array.from({ length: steps }, (_, i) => (i + 1) / steps);
  return {
    name: 'integratedGradients',
    async score(layer, context) {
      const conductance = await context.channelStatistic(
        layer,
        `integratedGradients ${steps}`,
        'logit',
        ({ activation, gradient, reference }, previous) =>
          tf.sum(tf.mul(tf.sub(activation, previous?.activation ?? reference), gradient), [1, 2]),
        path,
      );
      return meanAbsolute(conductance, context.samples.n);
    },
    async scoreWeights(layer, context) {
      const gradient = await context.kernelStatistic(layer, 'logit', 'absolute', path);
      return context.kernelOf(layer).kernel.map((w, i) => Math.abs(w) * gradient[i]);
    },
  };
}
