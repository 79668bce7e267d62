import type { PruningHeuristic } from './heuristic';

const square = (w: number): number => w * w;

/**
 * Euclidean norm of a filter's weights and, as with L1, of the weights that read its channel; the square of the trained
 * weight for single weights, which ranks a layer's as L1 does, but not layers among each other.
 */
export const l2: PruningHeuristic = {
  name: 'l2',
  score: (layer, context) => context.kernelSums(layer, 'outputs', square).map(Math.sqrt),
  scoreInputs: (layer, context) => context.kernelSums(layer, 'inputs', square).map(Math.sqrt),
  scoreWeights: (layer, context) => context.kernelOf(layer).kernel.map(square),
};
