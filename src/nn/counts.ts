import type { Architecture, Layer, Shape } from './architecture';
import { inferShapes, sizeOf } from './shapes';

/** What one layer holds and does for one sample. */
export interface LayerCounts {
  /** Of the layer. */
  readonly name: string;
  /** Of the layer. */
  readonly kind: Layer['kind'];
  /** Of one sample. */
  readonly outputShape: Shape;
  /** Trainable numbers: kernels, biases, gamma and beta (moving statistics left out, as is usual). */
  readonly parameters: number;
  /** Multiply-accumulates of convolutions and dense layers; a FLOP count is twice that. */
  readonly macs: number;
}

function layerCounts(layer: Layer, input: Shape, output: Shape): { parameters: number; macs: number } {
  switch (layer.kind) {
    case 'conv2d': {
      const kernel = layer.kernel[0] * layer.kernel[1] * input[2] * layer.filters;
      return { parameters: kernel + (layer.useBias ? layer.filters : 0), macs: kernel * output[0] * output[1] };
    }
    case 'depthwiseConv2d': {
      const kernel = layer.kernel[0] * layer.kernel[1] * output[2];
      return { parameters: kernel + (layer.useBias ? output[2] : 0), macs: kernel * output[0] * output[1] };
    }
    case 'dense': {
      const kernel = input[2] * layer.units;
      return { parameters: kernel + (layer.useBias ? layer.units : 0), macs: kernel };
    }
    case 'batchNorm':
      return { parameters: 2 * output[2], macs: 0 };
    default:
      return { parameters: 0, macs: 0 };
  }
}

/** Parameters and MACs of each layer, in order. Pure and quick: no tensor is made. */
export function countLayers(architecture: Architecture): LayerCounts[] {
  const shapes = inferShapes(architecture);
  return architecture.layers.map((layer) => {
    const outputShape = shapes.get(layer.name) as Shape;
    const input = shapes.get(layer.inputs[0]) ?? outputShape;
    return { name: layer.name, kind: layer.kind, outputShape, ...layerCounts(layer, input, outputShape) };
  });
}

/** Trainable parameters in all. */
export function countParameters(architecture: Architecture): number {
  return countLayers(architecture).reduce((sum, layer) => sum + layer.parameters, 0);
}

/** Multiply-accumulates for one sample. */
export function countMacs(architecture: Architecture): number {
  return countLayers(architecture).reduce((sum, layer) => sum + layer.macs, 0);
}

/** Floating-point operations for one sample: two a multiply-accumulate. */
export function countFlops(architecture: Architecture): number {
  return 2 * countMacs(architecture);
}

/** Numbers in the largest single activation: a lower bound of the memory that inference needs. */
export function largestActivation(architecture: Architecture): number {
  return Math.max(...[...inferShapes(architecture).values()].map(sizeOf));
}
