import { ArgumentError, check } from '../base';
import type { Architecture, Layer, Padding, Shape } from './architecture';

/** A data set's inputShape as a Shape: [length, channels] becomes [1, length, channels], [features] becomes [1, 1, features]. */
export function toShape(inputShape: readonly number[]): Shape {
  check(
    inputShape.length >= 1 && inputShape.length <= 3 && inputShape.every((n) => Number.isInteger(n) && n > 0),
    'inputShape',
    inputShape,
    'one to three positive integers: [height, width, channels], [length, channels] or [features]',
  );
  const [a, b, c] = inputShape;
  if (inputShape.length === 3) return [a, b, c];
  return inputShape.length === 2 ? [1, a, b] : [1, 1, a];
}

/** Output size of a convolution or pool along one axis, TensorFlow's rule. */
export function windowedSize(size: number, window: number, stride: number, padding: Padding): number {
  return padding === 'same' ? Math.ceil(size / stride) : Math.floor((size - window) / stride) + 1;
}

/** Values of a shape: height · width · channels. */
export function sizeOf(shape: Shape): number {
  return shape[0] * shape[1] * shape[2];
}

function fail(layer: Layer, got: unknown, wanted: string): never {
  throw new ArgumentError(`layer '${layer.name}' (${layer.kind})`, got, wanted);
}

function isVector([height, width]: Shape): boolean {
  return height === 1 && width === 1;
}

/** Shape that `a` and `b` broadcast to: equal, or one of them [1, 1, c] over the other's [h, w, c]. */
function broadcast(layer: Layer, a: Shape, b: Shape): Shape {
  const equal = a[0] === b[0] && a[1] === b[1];
  if (a[2] !== b[2] || !(equal || isVector(a) || isVector(b))) {
    fail(layer, [a, b], 'inputs of one shape, or [1, 1, c] beside [h, w, c]');
  }
  return isVector(a) ? b : a;
}

function windowed(
  layer: Layer & { strides: readonly [number, number]; padding: Padding },
  input: Shape,
  window: readonly [number, number],
  channels: number,
): Shape {
  const height = windowedSize(input[0], window[0], layer.strides[0], layer.padding);
  const width = windowedSize(input[1], window[1], layer.strides[1], layer.padding);
  if (height < 1 || width < 1) fail(layer, input, `an input of at least ${window[0]}×${window[1]}`);
  return [height, width, channels];
}

function outputShape(layer: Layer, inputs: readonly Shape[]): Shape {
  const [input] = inputs;
  switch (layer.kind) {
    case 'input':
      return layer.shape;
    case 'conv2d':
      return windowed(layer, input, layer.kernel, layer.filters);
    case 'depthwiseConv2d':
      return windowed(layer, input, layer.kernel, input[2] * layer.depthMultiplier);
    case 'maxPool':
    case 'averagePool':
      return windowed(layer, input, layer.size, input[2]);
    case 'dense':
      if (!isVector(input)) fail(layer, input, 'a [1, 1, features] input: put flatten or globalAveragePool before it');
      return [1, 1, layer.units];
    case 'globalAveragePool':
      return [1, 1, input[2]];
    case 'flatten':
      return [1, 1, sizeOf(input)];
    case 'reshape':
      if (sizeOf(input) !== sizeOf(layer.shape)) fail(layer, layer.shape, `${sizeOf(input)} elements, as in ${input}`);
      return layer.shape;
    case 'zeroPad': {
      const [top, bottom, left, right] = layer.padding;
      return [input[0] + top + bottom, input[1] + left + right, input[2]];
    }
    case 'add':
    case 'multiply':
      return inputs.reduce((a, b) => broadcast(layer, a, b));
    case 'concat': {
      const [height, width] = input;
      if (inputs.some((s) => s[0] !== height || s[1] !== width)) fail(layer, inputs, 'inputs of one height and width');
      return [height, width, inputs.reduce((sum, s) => sum + s[2], 0)];
    }
    case 'batchNorm':
    case 'activation':
    case 'dropout':
      return input;
    default:
      return fail(layer, (layer as Layer).kind, 'a kind of layer that Architecture knows');
  }
}

const many = new Set<Layer['kind']>(['add', 'multiply', 'concat']);

/**
 * Output shape of every layer, by name.
 * @throws ArgumentError naming the layer: a name twice, an input that does not stand before it, shapes that do not fit.
 */
export function inferShapes(architecture: Architecture): Map<string, Shape> {
  const { layers } = architecture;
  check(layers?.[0]?.kind === 'input', 'architecture', layers?.[0]?.kind, "layers that begin with an 'input'");
  const shapes = new Map<string, Shape>();
  for (const layer of layers) {
    if (shapes.has(layer.name)) fail(layer, layer.name, 'a name that no other layer has');
    const wantedInputs = layer.kind === 'input' ? 0 : 1;
    if (many.has(layer.kind) ? layer.inputs.length < 2 : layer.inputs.length !== wantedInputs) {
      fail(layer, layer.inputs, many.has(layer.kind) ? 'two or more inputs' : `${wantedInputs} input(s)`);
    }
    const inputs = layer.inputs.map(
      (name) => shapes.get(name) ?? fail(layer, name, 'the name of a layer that stands before it'),
    );
    const shape = outputShape(layer, inputs);
    if (!shape.every((n) => Number.isInteger(n) && n > 0)) fail(layer, shape, 'a shape of positive integers');
    shapes.set(layer.name, shape);
  }
  return shapes;
}

/** Numbers that the last layer gives for a sample: for a classifier, its classes. */
export function outputSizeOf(architecture: Architecture): number {
  const { name } = architecture.layers[architecture.layers.length - 1];
  return sizeOf(inferShapes(architecture).get(name) as Shape);
}

/** What a sample is to this network, [height, width, channels]; a signal has height 1. */
export function inputShapeOf(architecture: Architecture): Shape {
  return inferShapes(architecture).get(architecture.layers[0].name) as Shape;
}
