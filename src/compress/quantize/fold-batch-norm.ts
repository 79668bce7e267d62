/**
 * Batch norm folded into the layer before it (Jacob et al. 2018, section 3.2): with f = γ / √(variance + ε),
 * kernel ← f · kernel and bias ← β + f · (bias − mean), per output channel.
 */
import type { Architecture, BatchNormLayer, Layer, Network, Weights } from '../../nn';

type Linear = Extract<Layer, { kind: 'conv2d' | 'depthwiseConv2d' | 'dense' }>;

export function isLinear(layer: Layer | undefined): layer is Linear {
  return layer !== undefined && (layer.kind === 'conv2d' || layer.kind === 'depthwiseConv2d' || layer.kind === 'dense');
}

/** Names of the layers that read each layer, with repetition. */
export function consumersOf(architecture: Architecture): Map<string, Layer[]> {
  const consumers = new Map<string, Layer[]>(architecture.layers.map((layer) => [layer.name, []]));
  for (const layer of architecture.layers) for (const input of layer.inputs) consumers.get(input)?.push(layer);
  return consumers;
}

/** For each batchNorm that can be folded, the linear layer before it that nobody else reads. */
function foldableBatchNorms(architecture: Architecture): Map<string, string> {
  const byName = new Map(architecture.layers.map((layer) => [layer.name, layer]));
  const consumers = consumersOf(architecture);
  const folds = new Map<string, string>();
  for (const layer of architecture.layers) {
    if (layer.kind !== 'batchNorm') continue;
    const before = byName.get(layer.inputs[0]);
    if (isLinear(before) && consumers.get(before.name)?.length === 1) folds.set(layer.name, before.name);
  }
  return folds;
}

/** The architecture without batch norm: folded ones vanish, others become depthwise 1×1 convolutions of the same name. */
export function foldedArchitecture(architecture: Architecture): Architecture {
  const folds = foldableBatchNorms(architecture);
  const receivers = new Set(folds.values());
  const layers = architecture.layers
    .filter((layer) => !folds.has(layer.name))
    .map((layer): Layer => {
      const inputs = layer.inputs.map((input) => folds.get(input) ?? input);
      if (layer.kind === 'batchNorm') {
        const one = [1, 1] as const;
        const shape = { depthMultiplier: 1, kernel: one, strides: one, padding: 'valid', useBias: true } as const;
        return { kind: 'depthwiseConv2d', name: layer.name, inputs, ...shape };
      }
      if (isLinear(layer) && receivers.has(layer.name)) return { ...layer, inputs, useBias: true };
      return { ...layer, inputs };
    });
  return { name: architecture.name, layers };
}

/** Factor and offset of the affine map that a batch norm with moving statistics is: y = factor · x + offset. */
function affineMap(
  layer: BatchNormLayer,
  own: Readonly<Record<string, Float32Array>>,
): { factor: Float64Array; offset: Float64Array } {
  const { gamma, beta, mean, variance } = own;
  const factor = Float64Array.from(gamma, (g, c) => g / Math.sqrt(variance[c] + layer.epsilon));
  return { factor, offset: Float64Array.from(beta, (b, c) => b - factor[c] * mean[c]) };
}

/**
 * The same function of its input without batch norm (moving statistics). A network without batch norm comes back
 * with the same layers and weights. Exact up to float32 rounding of the folded weights.
 */
export function foldBatchNorm(network: Network): Network {
  const { architecture } = network;
  const folds = foldableBatchNorms(architecture);
  const weights = new Map<string, Readonly<Record<string, Float32Array>>>(network.weights);
  for (const layer of architecture.layers) {
    if (layer.kind !== 'batchNorm') continue;
    const { factor, offset } = affineMap(layer, weights.get(layer.name) as Readonly<Record<string, Float32Array>>);
    const channels = factor.length;
    const receiver = folds.get(layer.name);
    if (receiver === undefined) {
      weights.set(layer.name, { kernel: Float32Array.from(factor), bias: Float32Array.from(offset) });
      continue;
    }
    // In all three layouts the output channel runs fastest, the depthwise one too: [kh, kw, in · multiplier].
    const { kernel, bias } = weights.get(receiver) as Readonly<Record<string, Float32Array>>;
    weights.set(receiver, {
      kernel: kernel.map((w, i) => w * factor[i % channels]),
      bias: Float32Array.from(offset, (b, c) => b + factor[c] * (bias?.[c] ?? 0)),
    });
    weights.delete(layer.name);
  }
  return { architecture: foldedArchitecture(architecture), weights: weights as Weights };
}
