import { inferShapes, type Architecture, type Shape } from '../../nn';
import { isLinear } from './fold-batch-norm';

/** Output channels of each linear layer. */
export function outputChannels(architecture: Architecture): Map<string, number> {
  const shapes = inferShapes(architecture);
  return new Map(architecture.layers.filter(isLinear).map(({ name }) => [name, (shapes.get(name) as Shape)[2]]));
}
