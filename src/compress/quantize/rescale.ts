/**
 * Channels of one tensor share one scale: where some are a hundred times smaller than others, rounding leaves little of
 * them. As relu(s·x) = s·relu(x), a factor s may be multiplied into a channel where it is computed and divided out where
 * it is read (Nagel et al. 2019, section 4.1). Here it makes activations even, not weights, and goes through whatever lets
 * it pass: relu, pools, sums, the gates of squeeze-and-excite, several readers. Networks with few weights left need it:
 * their batch norms make much of small differences between nearly constant channels (see correct-biases.ts).
 */
import type { Architecture, Layer, Network } from '../../nn';
import type { Factors } from './affine';
import { isLinear } from './fold-batch-norm';
import { outputChannels } from './output-channels';

/** A channel is made at most this much larger: its readers' weights get smaller beside those for other channels. */
const largestFactor = 256;

function letsPass(layer: Layer): boolean {
  if (layer.kind === 'activation') return layer.activation === 'relu';
  return ['add', 'maxPool', 'averagePool', 'globalAveragePool', 'zeroPad'].includes(layer.kind);
}

/** Layers whose channels must have the same factors, class by class; those left out must keep theirs at 1. */
export function rescalableLayers({ layers }: Architecture): string[][] {
  const above = new Map<string, string>();
  const fixed = new Set<string>();
  const rootOf = (name: string): string => {
    const next = above.get(name);
    return next === undefined ? name : rootOf(next);
  };
  const fix = (name: string): void => void fixed.add(rootOf(name));
  const join = (a: string, b: string): void => {
    const [one, other] = [rootOf(a), rootOf(b)];
    if (one === other) return;
    above.set(other, one);
    if (fixed.has(other)) fixed.add(one);
  };
  for (const layer of layers) {
    const { name, kind, inputs } = layer;
    if (letsPass(layer)) inputs.forEach((input) => join(input, name));
    else if (kind === 'multiply') {
      // One operand's factor passes; the others' would be more than one.
      inputs.slice(1).forEach(fix);
      join(inputs[0], name);
    } else if (!isLinear(layer)) [name, ...inputs].forEach(fix);
  }
  fix(layers[layers.length - 1].name);
  const classes = new Map<string, string[]>();
  for (const { name } of layers) {
    const root = rootOf(name);
    if (!fixed.has(root)) classes.set(root, [...(classes.get(root) ?? []), name]);
  }
  return [...classes.values()];
}

/**
 * Factors that bring each channel's range up to that of the tensor's widest: before relu, too, so that a channel which
 * relu leaves little of does not grow beyond the others' weights.
 * @param network prepared
 * @param magnitudes greatest magnitude of each channel, by layer, of the rescalable ones
 */
export function evenFactors({ architecture }: Pick<Network, 'architecture'>, magnitudes: ReadonlyMap<string, Float32Array>): Factors {
  const factors = new Map<string, Float32Array>();
  for (const names of rescalableLayers(architecture)) {
    // Of several tensors with the same factors the one in which the channel is widest decides.
    let share: Float32Array | undefined;
    for (const name of names) {
      const own = magnitudes.get(name);
      if (!own) continue;
      const widest = own.reduce((a, b) => Math.max(a, b), 0) || 1;
      share = own.map((m, c) => Math.max(m / widest, share?.[c] ?? 0));
    }
    const even = share?.map((part) => (part > 0 ? Math.min(largestFactor, 1 / part) : 1));
    if (even) for (const name of names) factors.set(name, even);
  }
  return factors;
}

/** Input channel that a weight reads. */
function inputChannel(layer: Layer, i: number, outputs: number, inputs: number): number {
  return layer.kind === 'depthwiseConv2d' ? Math.floor(((i % outputs) * inputs) / outputs) : Math.floor(i / outputs) % inputs;
}

/** The same function, the channels of each layer's output multiplied by its factors. @param network prepared */
export function rescaled({ architecture, weights }: Network, factors: Factors): Network {
  const channels = outputChannels(architecture);
  const result = new Map(weights);
  for (const layer of architecture.layers) {
    const own = weights.get(layer.name);
    const [from, to] = [factors.get(layer.inputs[0]), factors.get(layer.name)];
    const outputs = channels.get(layer.name);
    if (!own || outputs === undefined || (!from && !to)) continue;
    const kernel = own.kernel.map((w, i) => {
      const divisor = from ? from[inputChannel(layer, i, outputs, from.length)] : 1;
      return (w * (to?.[i % outputs] ?? 1)) / divisor;
    });
    result.set(layer.name, { ...own, kernel, ...(own.bias && { bias: own.bias.map((b, c) => b * (to?.[c] ?? 1)) }) });
  }
  return { architecture, weights: result };
}
