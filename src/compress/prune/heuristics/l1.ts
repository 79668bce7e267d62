import type { PruningHeuristic } from './heuristic';

/**
 * Sum of the magnitudes of a filter's weights (Li et al. 2017) and, because a long filter counts for little where nobody
 * listens, of the weights that read its channel (as group norms of dependency graphs do: Fang et al. 2023); the magnitude
 * of the trained weight itself for single weights.
 */
export const l1: PruningHeuristic = {
  name: 'l1',
  score: (layer, context) => context.kernelSums(layer, 'outputs', Math.abs),
  scoreInputs: (layer, context) => context.kernelSums(layer, 'inputs', Math.abs),
  scoreWeights: (layer, context) => context.kernelOf(layer).kernel.map(Math.abs),
};
