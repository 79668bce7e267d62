import type { PruningHeuristic } from './heuristic';

/**
 * Sum of the magnitudes of a filter's weights (Li et al. 2017) and, because a long filter counts for little where nobody
 * listens, of the weights that read its channel (as group norms of dependency graphs do: Fang et al. 2023); the magnitude
 * of the trained weight itself for single weights.
 */
export const l1: PruningHeuristic = {
  name: 'l1',
  score(layer, context) {
    const { kernel, channels } = context.kernelOf(layer);
    const sums = new Float32Array(channels);
    kernel.forEach((w, i) => (sums[i % channels] += Math.abs(w)));
    return sums;
  },
  scoreInputs(layer, context) {
    const { kernel, channels, inputs } = context.kernelOf(layer);
    const sums = new Float32Array(inputs);
    kernel.forEach((w, i) => (sums[Math.floor(i / channels) % inputs] += Math.abs(w)));
    return sums;
  },
  scoreWeights: (layer, context) => context.kernelOf(layer).kernel.map(Math.abs),
};
