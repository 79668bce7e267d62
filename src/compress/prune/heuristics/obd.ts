import type { PruningContext } from '../context';
import type { PruningHeuristic } from './heuristic';

async function saliency(layer: string, context: PruningContext): Promise<Float32Array> {
  const curvature = await context.kernelStatistic(layer, 'loss', 'square');
  return context.kernelOf(layer).kernel.map((w, i) => 0.5 * curvature[i] * w * w);
}

/**
 * Optimal Brain Damage (LeCun et al. 1990, eq. 5): ½ h_kk w_k², the diagonal of the Hessian taken as that of the
 * Fisher information, the mean squared gradient of the loss. Channels: the sum over their filter.
 */
export const obd: PruningHeuristic = {
  name: 'obd',
  async score(layer, context) {
    const { channels } = context.kernelOf(layer);
    const sums = new Float32Array(channels);
    (await saliency(layer, context)).forEach((s, i) => (sums[i % channels] += s));
    return sums;
  },
  scoreWeights: saliency,
};
