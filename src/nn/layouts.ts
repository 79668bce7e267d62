import type { Architecture, Layer, Shape } from './architecture';
import { inferShapes } from './shapes';

/** What a weight is to its layer: kernel and bias of a convolution or dense layer, γ, β and moving moments of a batch norm. */
export type WeightRole = 'kernel' | 'bias' | 'gamma' | 'beta' | 'mean' | 'variance';

/** Shape of each weight of a layer, by role, in the layouts of `Weights`; empty for layers without weights. */
export function weightShapes(layer: Layer, input: Shape): Partial<Record<WeightRole, number[]>> {
  switch (layer.kind) {
    case 'conv2d':
      return {
        kernel: [...layer.kernel, input[2], layer.filters],
        ...(layer.useBias && { bias: [layer.filters] }),
      };
    case 'depthwiseConv2d':
      return {
        kernel: [...layer.kernel, input[2], layer.depthMultiplier],
        ...(layer.useBias && { bias: [input[2] * layer.depthMultiplier] }),
      };
    case 'dense':
      return { kernel: [input[2], layer.units], ...(layer.useBias && { bias: [layer.units] }) };
    case 'batchNorm':
      return { gamma: [input[2]], beta: [input[2]], mean: [input[2]], variance: [input[2]] };
    default:
      return {};
  }
}

/** weightShapes of every layer that has weights, by layer name. */
export function allWeightShapes(architecture: Architecture): Map<string, Partial<Record<WeightRole, number[]>>> {
  const shapes = inferShapes(architecture);
  const result = new Map<string, Partial<Record<WeightRole, number[]>>>();
  for (const layer of architecture.layers) {
    const own = weightShapes(layer, shapes.get(layer.inputs[0]) ?? [1, 1, 1]);
    if (Object.keys(own).length > 0) result.set(layer.name, own);
  }
  return result;
}
