import { allWeightShapes, type Architecture } from '../../nn';

/** Output channels of each linear layer. */
export function outputChannels(architecture: Architecture): Map<string, number> {
  const result = new Map<string, number>();
  for (const [name, { kernel, bias }] of allWeightShapes(architecture)) {
    const layer = architecture.layers.find((l) => l.name === name);
    if (bias) result.set(name, bias[0]);
    else if (kernel)
      result.set(name, layer?.kind === 'depthwiseConv2d' ? kernel[2] * kernel[3] : kernel[kernel.length - 1]);
  }
  return result;
}
