/**
 * Functions of one int8 value as tables of 256 entries, with the arithmetic of TensorFlow Lite's reference kernels, so
 * that a table gives their bytes: ReLU and requantisation by a fixed-point factor, hard-swish in 16 bits
 * (kernels/internal/reference/hard_swish.h), sigmoid and tanh in single precision.
 */
import { activationRange } from './build-op';
import { clamp, multiplyByQuantizedMultiplier, quantizeMultiplier, roundHalfAway, roundingDivideByPowerOfTwo } from './fixed-point';
import type { LookupFunction, Tensor } from './graph';

type TableOf = (from: Tensor, to: Tensor) => Int8Array;

function table(value: (q: number) => number): Int8Array {
  return Int8Array.from({ length: 256 }, (_, i) => clamp(value(i - 128), -128, 127));
}

function rescaled(from: Tensor, to: Tensor, factor: number, { min, max }: { min: number; max: number }): Int8Array {
  const { multiplier, shift } = quantizeMultiplier(factor);
  return table((q) => clamp(multiplyByQuantizedMultiplier(q - from.zeroPoint, multiplier, shift) + to.zeroPoint, min, max));
}

const relu = (name: 'relu' | 'relu6'): TableOf => (from, to) =>
  rescaled(from, to, Math.fround(from.scale / to.scale), activationRange(name, to));

/** A function of single-precision numbers. */
const float = (f: (x: number) => number): TableOf => (from, to) => {
  const inverse = Math.fround(1 / to.scale);
  return table((q) => {
    const scaled = Math.fround(f(Math.fround(from.scale * (q - from.zeroPoint))) * inverse);
    return roundHalfAway(scaled) + to.zeroPoint;
  });
};

/** A function of real numbers. */
const real = (f: (x: number) => number): TableOf => (from, to) =>
  table((q) => roundHalfAway(f(from.scale * (q - from.zeroPoint)) / to.scale) + to.zeroPoint);

const hardSwishOf = (x: number): number => (x * clamp(x + 3, 0, 6)) / 6;

/** The high half of 2·a·b for 16-bit numbers: rounded, ties away from zero, or cut off. */
function doubledHigh(a: number, b: number, rounds: boolean): number {
  if (a === -32768 && b === -32768) return 32767;
  const product = a * b;
  const nudge = !rounds ? 0 : product >= 0 ? 1 << 14 : 1 - (1 << 14);
  return Math.trunc((product + nudge) / 32768);
}

/** A factor with a multiplier of 16 bits. */
function narrowFactor(factor: number): { multiplier: number; exponent: number } {
  const { multiplier, shift } = quantizeMultiplier(factor);
  return { multiplier: multiplier >= 2147483647 - 32768 ? 32767 : (multiplier + 32768) >> 16, exponent: shift };
}

const int16 = (x: number): number => clamp(x, -32768, 32767);

const hardSwish: TableOf = (from, to) => {
  const fine = Math.fround(from.scale / 128);
  const output = narrowFactor(Math.fround(fine / to.scale));
  const reluish = narrowFactor(Math.fround(fine / Math.fround(3 / 32768)));
  // Outside of what the kernel takes.
  if (output.exponent > 0) return real(hardSwishOf)(from, to);
  return table((q) => {
    const x = (q - from.zeroPoint) * 128;
    const scaled = doubledHigh(x, output.multiplier, true);
    let gate = x;
    if (reluish.exponent > 0) gate = int16(gate * 2 ** (reluish.exponent - 1));
    gate = doubledHigh(gate, reluish.multiplier, true);
    if (reluish.exponent > 0) gate = int16(gate * 2);
    if (reluish.exponent < 0) gate = roundingDivideByPowerOfTwo(gate, -reluish.exponent);
    const product = doubledHigh((gate + 32768) >> 1, scaled, false);
    return roundingDivideByPowerOfTwo(product, -output.exponent) + to.zeroPoint;
  });
};

const FUNCTIONS: Readonly<Record<LookupFunction, TableOf>> = {
  relu: relu('relu'),
  relu6: relu('relu6'),
  hardSigmoid: real((x) => clamp(x + 3, 0, 6) / 6),
  hardSwish,
  sigmoid: float((x) => Math.fround(1 / Math.fround(1 + Math.fround(Math.exp(-x))))),
  tanh: float((x) => Math.fround(Math.tanh(x))),
  requantize: (from, to) => rescaled(from, to, from.scale / to.scale, { min: -128, max: 127 }),
};

/** The table of a known function between two tensors. */
export function functionTable(name: LookupFunction, from: Tensor, to: Tensor): Int8Array {
  return FUNCTIONS[name](from, to);
}

export function isLookupFunction(name: string): name is LookupFunction {
  return Object.hasOwn(FUNCTIONS, name);
}
