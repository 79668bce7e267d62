import type { Architecture, Network, Weights, WeightMasks } from '../../nn';
import { channelGroups } from './channel-groups';
import { channelMap } from './channel-map';
import type { Keep } from './keep';
import { keptChannels } from './shrink';

function marks(size: number, kept: Int32Array): Float32Array {
  const result = new Float32Array(size);
  for (const channel of kept) result[channel] = 1;
  return result;
}

/**
 * Masks that silence units: what makes them and what carries them is 0, and so is what reads them, because an
 * activation of 0 need not be 0 (a sigmoid's is ½).
 */
export function channelMasks(architecture: Architecture, weights: Weights, keep: Keep): WeightMasks {
  const map = channelMap(architecture);
  const kept = keptChannels(map, channelGroups(architecture, map), keep);
  const masks = new Map<string, Record<string, Float32Array>>();
  for (const layer of architecture.layers) {
    const own = weights.get(layer.name);
    if (!own) continue;
    const outputs = marks((map.units.get(layer.name) as Int32Array).length, kept.get(layer.name) as Int32Array);
    const inputs = marks(
      (map.units.get(layer.inputs[0]) as Int32Array).length,
      kept.get(layer.inputs[0]) as Int32Array,
    );
    if (outputs.every((m) => m === 1) && inputs.every((m) => m === 1)) continue;
    const mask: Record<string, Float32Array> = {};
    for (const [role, values] of Object.entries(own)) {
      // Moving statistics don't matter where gamma and beta are 0, and must not become 0 themselves.
      if (role === 'mean' || role === 'variance') continue;
      mask[role] =
        role === 'kernel' && layer.kind !== 'depthwiseConv2d'
          ? values.map((_, i) => outputs[i % outputs.length] * inputs[Math.floor(i / outputs.length) % inputs.length])
          : values.map((_, i) => outputs[i % outputs.length]);
    }
    masks.set(layer.name, mask);
  }
  return masks;
}

/** The weights with pruned ones set to 0. */
export function applyMasks(weights: Weights, masks: WeightMasks): Weights {
  return new Map(
    [...weights].map(([layer, own]) => [
      layer,
      Object.fromEntries(
        Object.entries(own).map(([role, values]) => {
          const mask = masks.get(layer)?.[role];
          return [role, mask ? values.map((w, i) => (mask[i] === 0 ? 0 : w)) : values.slice()];
        }),
      ),
    ]),
  );
}

/** The network with the units that are not kept silenced: computes what shrink's small one does. */
export function mask(network: Network, keep: Keep): Network {
  const masks = channelMasks(network.architecture, network.weights, keep);
  return { architecture: network.architecture, weights: applyMasks(network.weights, masks) };
}
