/** What `lower` and the .tflite importer share: from real scales to the integers of an op. */
import { samePadding } from '../base';
import { quantizeMultiplier } from './fixed-point';
import type { Add, Requantization, Shape, Softmax, Tensor } from './graph';

const uniform = new Map<number, Requantization>();

/** The arrays of one factor for all channels: parts of longer ones, since every candidate of a search asks for the same few factors. */
function uniformRequantization(factor: number, length: number): Requantization {
  let found = uniform.get(factor);
  if (!found || found.shifts.length < length) {
    const { multiplier, shift } = quantizeMultiplier(factor);
    found = { multipliers: new Int32Array(2 * length).fill(multiplier), shifts: new Int32Array(2 * length).fill(shift) };
    if (uniform.size >= 4096) uniform.clear();
    uniform.set(factor, found);
  }
  return { multipliers: found.multipliers.subarray(0, length), shifts: found.shifts.subarray(0, length) };
}

/** Multipliers and shifts of factors. */
export function requantization(factors: readonly number[]): Requantization {
  if (factors.every((factor) => factor === factors[0])) return uniformRequantization(factors[0], factors.length);
  const all = factors.map(quantizeMultiplier);
  return {
    multipliers: Int32Array.from(all, ({ multiplier }) => multiplier),
    shifts: Int32Array.from(all, ({ shift }) => shift),
  };
}

/** A layer's factor, from the scale of its weights. */
export type FactorOf = (weightScale: number) => number;

/**
 * A fully connected layer's. TensorFlow Lite multiplies the two scales in single precision here, and in double for
 * convolutions; the last bits of the multiplier show it.
 */
export function denseFactor(from: Tensor, to: Tensor): FactorOf {
  return (weightScale) => Math.fround(from.scale * weightScale) / to.scale;
}

/** A convolution's: input scale · weight scale / output scale. */
export function convolutionFactor(from: Tensor, to: Tensor): FactorOf {
  return (weightScale) => (from.scale * weightScale) / to.scale;
}

/** Multipliers and shifts of a layer's channels; one weight scale serves all of them, or each has its own. */
export function weightRequantization(factorOf: FactorOf, weightScales: ArrayLike<number>, channels: number): Requantization {
  const first = weightScales[0];
  for (let channel = 1; channel < weightScales.length; channel++) {
    if (weightScales[channel] !== first) return requantization(Array.from(weightScales, (scale) => factorOf(scale)));
  }
  return uniformRequantization(factorOf(first), channels);
}

/** The clamp that a fused activation means on this tensor. */
export function activationRange(
  activation: 'none' | 'relu' | 'relu6',
  { scale, zeroPoint }: Tensor,
): { min: number; max: number } {
  const at = (value: number): number => zeroPoint + Math.round(value / scale);
  const min = activation === 'none' ? -128 : Math.max(-128, at(0));
  const max = activation === 'relu6' ? Math.min(127, at(6)) : 127;
  return { min, max };
}

/** ADD's three factors: both inputs to twice the larger scale, the sum to the output's, with 20 spare bits. */
export function addFactors(a: Tensor, b: Tensor, to: Tensor): Pick<Add, 'leftShift' | 'multipliers' | 'shifts'> {
  const leftShift = 20;
  const common = 2 * Math.max(a.scale, b.scale);
  const factors = [a.scale / common, b.scale / common, common / (2 ** leftShift * to.scale)];
  return { leftShift, ...requantization(factors) };
}

/** The factor of softmax's input (5 integer bits), and the difference below which an exponential counts as 0. */
export function softmaxFactors(from: Tensor, beta = 1): Pick<Softmax, 'multiplier' | 'leftShift' | 'diffMin'> {
  const { multiplier, shift } = quantizeMultiplier(Math.min(beta * from.scale * 2 ** 26, 2147483647));
  const leftShift = Math.max(0, shift);
  return { multiplier, leftShift, diffMin: -Math.floor((31 * 2 ** 26) / 2 ** leftShift) };
}

/** Padding as TensorFlow places it: for 'same' the odd row or column goes to the end. */
export function paddingOf(
  scheme: 'same' | 'valid',
  input: Shape,
  kernel: readonly [number, number],
  strides: readonly [number, number],
): readonly [number, number, number, number] {
  if (scheme === 'valid') return [0, 0, 0, 0];
  const along = (axis: 0 | 1): [before: number, after: number] => samePadding(input[axis], kernel[axis], strides[axis]);
  return [...along(0), ...along(1)];
}
