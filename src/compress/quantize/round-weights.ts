import type { Network } from '../../nn';
import { prepareNetwork } from './prepare';
import { outputChannels } from './quantize';
import { roundedKernel } from './quantize-weights';
import type { Scheme } from './quantized-model';

/**
 * Weights-only quantisation: batch norm folded, every kernel rounded to its 8-bit grid and back; activations and
 * biases stay float. What a network loses by its weights alone.
 */
export function roundWeights(network: Network, scheme: Scheme): Network {
  const prepared = prepareNetwork(network);
  const channels = outputChannels(prepared.architecture);
  const weights = new Map(
    [...prepared.weights].map(([layer, own]) => {
      const count = channels.get(layer);
      return [layer, count === undefined ? own : { ...own, kernel: roundedKernel(own.kernel, count, scheme) }];
    }),
  );
  return { architecture: prepared.architecture, weights };
}
