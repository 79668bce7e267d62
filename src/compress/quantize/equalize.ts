/**
 * Cross-layer equalisation (Nagel et al. 2019, section 4.1): where one linear layer feeds another through nothing but
 * ReLUs and pools, relu(s·x) = s·relu(x) lets a factor wander from one's output channel to the other's input
 * channel. With sᵢ = √(r₁ᵢ r₂ᵢ) / r₂ᵢ both channels get the same range √(r₁ᵢ r₂ᵢ), which a scale per tensor wants.
 */
import type { Layer, Network } from '../../nn';
import { consumersOf, isLinear } from './fold-batch-norm';
import { outputChannels } from './output-channels';
import { prepareNetwork } from './prepare';

interface Pair {
  readonly first: Layer;
  readonly second: Layer;
  readonly channels: number;
}

function isHomogeneous(layer: Layer): boolean {
  if (layer.kind === 'activation') return layer.activation === 'relu';
  return (
    layer.kind === 'maxPool' ||
    layer.kind === 'averagePool' ||
    layer.kind === 'globalAveragePool' ||
    layer.kind === 'zeroPad'
  );
}

/** Linear layers that feed exactly one other, without a clamp or a join in between. */
function pairsOf(network: Network): Pair[] {
  const { architecture } = network;
  const readers = consumersOf(architecture);
  const channels = outputChannels(architecture);
  const pairs: Pair[] = [];
  for (const first of architecture.layers) {
    if (!isLinear(first) || (first.kind === 'depthwiseConv2d' && first.depthMultiplier !== 1)) continue;
    let next = readers.get(first.name) ?? [];
    while (next.length === 1 && isHomogeneous(next[0])) next = readers.get(next[0].name) ?? [];
    const [second] = next;
    if (next.length !== 1 || !isLinear(second) || (second.kind === 'depthwiseConv2d' && second.depthMultiplier !== 1))
      continue;
    pairs.push({ first, second, channels: channels.get(first.name) as number });
  }
  return pairs;
}

/** Input channel of the second layer that a weight belongs to. */
function inputChannel(second: Layer, channels: number, outputs: number): (i: number) => number {
  if (second.kind === 'depthwiseConv2d') return (i) => i % channels;
  return (i) => Math.floor(i / outputs) % channels;
}

function largest(kernel: Float32Array, channels: number, channelOf: (i: number) => number): Float64Array {
  const result = new Float64Array(channels);
  kernel.forEach((w, i) => {
    const c = channelOf(i);
    result[c] = Math.max(result[c], Math.abs(w));
  });
  return result;
}

/**
 * The same function with evener weights: batch norm is folded first. Ranges must be calibrated on what it gives.
 * @param rounds over all pairs, until no factor is further than 0.1 % from 1.
 */
export function equalizeLayers(network: Network, { rounds = 20 }: { rounds?: number } = {}): Network {
  const prepared = prepareNetwork(network);
  const pairs = pairsOf(prepared);
  const counts = outputChannels(prepared.architecture);
  const weights = new Map(
    [...prepared.weights].map(([layer, own]) => [
      layer,
      Object.fromEntries(Object.entries(own).map(([role, values]) => [role, values.slice()])),
    ]),
  );
  for (let round = 0, moved = true; moved && round < rounds; round++) {
    moved = false;
    for (const { first, second, channels } of pairs) {
      const [own, other] = [weights.get(first.name), weights.get(second.name)];
      if (!own || !other) continue;
      const inputOf = inputChannel(second, channels, counts.get(second.name) as number);
      const r1 = largest(own.kernel, channels, (i) => i % channels);
      const r2 = largest(other.kernel, channels, inputOf);
      const factors = r1.map((r, c) => (r > 0 && r2[c] > 0 ? Math.sqrt(r * r2[c]) / r2[c] : 1));
      if (factors.every((s) => Math.abs(s - 1) < 1e-3)) continue;
      moved = true;
      own.kernel = own.kernel.map((w, i) => w / factors[i % channels]);
      if (own.bias) own.bias = own.bias.map((b, c) => b / factors[c]);
      other.kernel = other.kernel.map((w, i) => w * factors[inputOf(i)]);
    }
  }
  return { architecture: prepared.architecture, weights };
}
