/**
 * The integer arithmetic of TensorFlow Lite's reference kernels (gemmlowp's double rounding), which the interpreter
 * here and the C of every board share bit for bit. Source: gemmlowp fixedpoint.h and TensorFlow Lite's
 * kernels/internal/common.h, described in Jacob et al. 2017, section 2.2.
 */
import { check } from '../base';

const INT32_MIN = -2147483648;
const INT32_MAX = 2147483647;

/** The high 32 bits of 2·a·b, rounded to nearest, ties up; saturates for a = b = −2³¹. */
export function saturatingRoundingDoublingHighMul(a: number, b: number): number {
  if (a === INT32_MIN && b === INT32_MIN) return INT32_MAX;
  return Number((BigInt(a) * BigInt(b) + 1073741824n) >> 31n);
}

/** x / 2^exponent, rounded to nearest, ties away from zero. */
export function roundingDivideByPowerOfTwo(x: number, exponent: number): number {
  if (exponent === 0) return x;
  const mask = exponent === 31 ? INT32_MAX : (1 << exponent) - 1;
  const remainder = x & mask;
  const threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

/**
 * x · multiplier · 2^(shift − 31) rounded once, half up: what TensorFlow Lite's fully connected reference kernel does
 * since 2.17 or so (found by comparison with 2.21: it differs from the double rounding in the last bit).
 */
export function multiplyRoundingOnce(x: number, multiplier: number, shift: number): number {
  // In two parts that doubles hold exactly: x · multiplier = high · 2¹⁶ + low, with 0 ≤ low < 2¹⁶.
  const upper = Math.floor(multiplier / 65536);
  const lower = x * (multiplier - upper * 65536);
  const carry = Math.floor(lower / 65536);
  const high = x * upper + carry;
  const by = 31 - shift;
  if (by >= 17) return Math.floor((high + 2 ** (by - 17)) / 2 ** (by - 16));
  const product = BigInt(x) * BigInt(multiplier);
  return Number((product + (1n << BigInt(by - 1))) >> BigInt(by));
}

/** x · multiplier · 2^(shift − 31) for a non-negative multiplier, rounded twice: to 31 bits, then by the shift. */
export function multiplyByQuantizedMultiplier(x: number, multiplier: number, shift: number): number {
  if (shift > 0) return multiplyRoundingOnce(x * 2 ** shift, multiplier, 0);
  return roundingDivideByPowerOfTwo(multiplyRoundingOnce(x, multiplier, 0), -shift);
}

/**
 * A positive real factor as (multiplier, shift) with factor ≈ multiplier · 2^(shift − 31), multiplier in [2³⁰, 2³¹).
 * Factors below 2⁻³¹ become 0, as in TensorFlow Lite.
 */
export function quantizeMultiplier(factor: number): { multiplier: number; shift: number } {
  check(factor >= 0 && Number.isFinite(factor), 'factor', factor, 'a finite number of at least 0');
  if (factor === 0) return { multiplier: 0, shift: 0 };
  let shift = Math.floor(Math.log2(factor)) + 1;
  let fraction = factor / 2 ** shift;
  // log2 may be off by one at powers of two.
  if (fraction >= 1) {
    fraction /= 2;
    shift += 1;
  } else if (fraction < 0.5) {
    fraction *= 2;
    shift -= 1;
  }
  let multiplier = Math.round(fraction * 2147483648);
  if (multiplier === 2147483648) {
    multiplier /= 2;
    shift += 1;
  }
  if (shift < -31) return { multiplier: 0, shift: 0 };
  check(shift <= 30, 'factor', factor, 'less than 2³⁰');
  return { multiplier, shift };
}

/** The nearest integer; of two as near, the one farther from zero, as C's round gives it. */
export function roundHalfAway(x: number): number {
  return Math.sign(x) * Math.round(Math.abs(x));
}

export function clamp(value: number, min: number, max: number): number {
  return value < min ? min : value > max ? max : value;
}
