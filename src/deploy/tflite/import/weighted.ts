/** What layers with weights and layers with a window are made of. */
import { convolutionFactor, paddingOf, weightRequantization } from '../../build-op';
import type { Shape, TensorId, WeightedOp, WindowedOp } from '../../graph';
import { TensorType } from '../schema';
import type { OperatorReader } from './operator-reader';

/** The shape [a, height, width, b] of a convolution's kernel, the second operand. */
export function kernelShape(operator: OperatorReader): readonly number[] {
  const { shape } = operator.constant(1);
  return shape.length === 4 ? shape : operator.fail(`a kernel of shape [${shape.join(', ')}], wanted four axes`);
}

/** The window of a layer whose options begin with padding, stride across and stride down; and the size of its output. */
export function windowOf(
  operator: OperatorReader,
  input: Shape,
  kernel: readonly [height: number, width: number],
): { window: Pick<WindowedOp, 'kernel' | 'strides' | 'padding'>; outHeight: number; outWidth: number } {
  const strides = [operator.int(2), operator.int(1)] as const;
  if ([...kernel, ...strides].some((size) => !(size >= 1 && size <= 4096))) {
    operator.fail(`kernel ${kernel.join(' × ')}, strides ${strides.join(' × ')}, wanted sizes of 1 to 4096`);
  }
  const padding = paddingOf(operator.paddingScheme(0), input, kernel, strides);
  const size = (axis: 0 | 1): number =>
    Math.floor((input[axis] + padding[2 * axis] + padding[2 * axis + 1] - kernel[axis]) / strides[axis]) + 1;
  return { window: { kernel, strides, padding }, outHeight: size(0), outWidth: size(1) };
}

/** Weights, the second operand, and biases, the third: `count` of them, scales for all or for each channel along `axis`. */
export function weightsOf(
  operator: OperatorReader,
  [from, to]: readonly [TensorId, TensorId],
  { axis, count, channels, factorOf = convolutionFactor }: { axis: number; count: number; channels: number; factorOf?: typeof convolutionFactor },
): Pick<WeightedOp, 'weights' | 'weightZeroPoint' | 'bias' | 'weightScales' | 'multipliers' | 'shifts'> {
  const { data, scales, zeroPoints, type, axis: scaledAxis } = operator.constant(1);
  if (data.length !== count) operator.fail(`${data.length} weights, wanted ${count}`);
  const perChannel = scales.length === channels && channels > 1;
  if (scales.length !== 1 && !perChannel) operator.fail(`${scales.length} weight scales, wanted 1 or ${channels}`);
  if (perChannel && scaledAxis !== axis) operator.fail(`weight scales along axis ${scaledAxis}, wanted ${axis}`);
  if (scales.some((scale) => !(scale > 0 && Number.isFinite(scale)))) operator.fail('a weight scale that is not positive');
  const isUnsigned = type === TensorType.uint8;
  if (!isUnsigned && type !== TensorType.int8) operator.fail(`weights of type ${type}, wanted int8 or uint8`);
  const weightZeroPoint = (zeroPoints[0] ?? 0) - (isUnsigned ? 128 : 0);
  if (perChannel && zeroPoints.some((zero) => zero !== 0)) operator.fail('per-channel weights with a zero point');
  if (!(weightZeroPoint >= -128 && weightZeroPoint <= 127)) operator.fail(`weight zero point ${zeroPoints[0]} out of range`);
  const bias = operator.inputIndex(2) === undefined ? new Int32Array(channels) : operator.int32s(2);
  if (bias.length !== channels) operator.fail(`${bias.length} biases, wanted ${channels}`);
  return {
    weights: Int8Array.from(data, (byte) => (isUnsigned ? byte - 128 : (byte << 24) >> 24)),
    weightZeroPoint,
    bias,
    weightScales: Float32Array.from(scales),
    ...weightRequantization(factorOf(operator.tensor(from), operator.tensor(to)), scales, channels),
  };
}
