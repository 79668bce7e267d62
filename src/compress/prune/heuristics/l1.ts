import type { PruningHeuristic } from './heuristic';

/**
 * Sum of the magnitudes of a filter's weights (Li et al. 2017), as the batch norm behind the layer scales them; the
 * magnitude of the trained weight itself for single weights.
 */
export const l1: PruningHeuristic = {
  name: 'l1',
  score(layer, context) {
    const { kernel, channels } = context.scaledKernelOf(layer);
    const sums = new Float32Array(channels);
    kernel.forEach((w, i) => (sums[i % channels] += Math.abs(w)));
    return sums;
  },
  scoreWeights: (layer, context) => context.kernelOf(layer).kernel.map(Math.abs),
};
