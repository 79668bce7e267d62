import type { PruningHeuristic } from './heuristic';

/** Sum of the magnitudes of a filter's weights (Li et al. 2017); the magnitude itself for single weights. */
export const l1: PruningHeuristic = {
  name: 'l1',
  score(layer, context) {
    const { kernel, channels } = context.kernelOf(layer);
    const sums = new Float32Array(channels);
    kernel.forEach((w, i) => (sums[i % channels] += Math.abs(w)));
    return sums;
  },
  scoreWeights: (layer, context) => context.kernelOf(layer).kernel.map(Math.abs),
};
