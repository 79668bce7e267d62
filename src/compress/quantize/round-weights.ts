import type { Network } from '../../nn';
import { prepareNetwork } from './prepare';
import { outputChannels } from './output-channels';
import { roundedKernel, type WeightGrid } from './quantize-weights';
import type { Scheme } from './quantized-model';

/**
 * Weights-only quantisation: batch norm folded, every kernel rounded to its 8-bit grid and back; activations and
 * biases stay float. What a network loses by its weights alone.
 * @param grids by layer, where they are not to follow from the weights.
 */
export function roundWeights(network: Network, scheme: Scheme, grids?: ReadonlyMap<string, WeightGrid>): Network {
  const prepared = prepareNetwork(network);
  const channels = outputChannels(prepared.architecture);
  const weights = new Map(
    [...prepared.weights].map(([layer, own]) => {
      const count = channels.get(layer);
      return [layer, count === undefined ? own : { ...own, kernel: roundedKernel(own.kernel, count, scheme, grids?.get(layer)) }];
    }),
  );
  return { architecture: prepared.architecture, weights };
}
