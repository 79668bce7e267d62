import type { PruningHeuristic } from './heuristic';

/**
 * Euclidean norm of a filter's weights, as the batch norm behind the layer scales them; the square of the trained weight for
 * single weights, which ranks a layer's as L1 does, but not layers among each other.
 */
export const l2: PruningHeuristic = {
  name: 'l2',
  score(layer, context) {
    const { kernel, channels } = context.scaledKernelOf(layer);
    const sums = new Float32Array(channels);
    kernel.forEach((w, i) => (sums[i % channels] += w * w));
    return sums.map(Math.sqrt);
  },
  scoreWeights: (layer, context) => context.kernelOf(layer).kernel.map((w) => w * w),
};
