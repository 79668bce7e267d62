import type { PruningHeuristic } from './heuristic';

/**
 * Euclidean norm of a filter's weights and, as with L1, of the weights that read its channel; the square of the trained
 * weight for single weights, which ranks a layer's as L1 does, but not layers among each other.
 */
export const l2: PruningHeuristic = {
  name: 'l2',
  score(layer, context) {
    const { kernel, channels } = context.kernelOf(layer);
    const sums = new Float32Array(channels);
    kernel.forEach((w, i) => (sums[i % channels] += w * w));
    return sums.map(Math.sqrt);
  },
  scoreInputs(layer, context) {
    const { kernel, channels, inputs } = context.kernelOf(layer);
    const sums = new Float32Array(inputs);
    kernel.forEach((w, i) => (sums[Math.floor(i / channels) % inputs] += w * w));
    return sums.map(Math.sqrt);
  },
  scoreWeights: (layer, context) => context.kernelOf(layer).kernel.map((w) => w * w),
};
