/**
 * Softmax in fixed point, as TensorFlow Lite's reference kernel: exponentials of the difference to the row's maximum
 * (5 integer bits) by gemmlowp's exp_on_negative_values (a Taylor polynomial about −1/8 and a barrel of stored
 * constants), their sum with 12 integer bits, its reciprocal by three Newton–Raphson steps.
 */
import {
  clamp,
  multiplyByQuantizedMultiplier,
  roundingDivideByPowerOfTwo as divide,
  saturatingRoundingDoublingHighMul as highMul,
} from '../fixed-point';
import type { Softmax, Tensor } from '../graph';

const INT32_MAX = 2147483647;
const DIFF_BITS = 5;
const SUM_BITS = 12;

/** x · 2^exponent, saturated. */
function shiftedUp(x: number, exponent: number): number {
  return clamp(x * 2 ** exponent, -2147483648, INT32_MAX);
}

/** exp(x) for x in [−1/4, 0), both with no integer bits. */
function expNearZero(x: number): number {
  const fromEighth = x + (1 << 28);
  const square = highMul(fromEighth, fromEighth);
  const cube = highMul(square, fromEighth);
  const fourth = highMul(square, square);
  const fourthOver4 = divide(fourth, 2);
  const tail = divide(highMul(fourthOver4 + cube, 715827883) + square, 1);
  return Math.min(INT32_MAX, 1895147668 + highMul(1895147668, fromEighth + tail));
}

/** exp(−2^(i − 2)), i = 0 … 6, with no integer bits. */
const POWERS = [1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242];

/** exp(x) for x ≤ 0 with 5 integer bits; the result has none. */
function expOnNegative(x: number): number {
  if (x === 0) return INT32_MAX;
  const quarter = 1 << (31 - DIFF_BITS - 2);
  const fraction = (x & (quarter - 1)) - quarter;
  let result = expNearZero(shiftedUp(fraction, DIFF_BITS));
  const whole = (fraction - x) | 0;
  POWERS.forEach((power, i) => {
    if (whole & (1 << (31 - DIFF_BITS - 2 + i))) result = highMul(result, power);
  });
  return result;
}

/** 1 / (1 + x) for x in [0, 1), both with no integer bits. */
function reciprocalOfOnePlus(x: number): number {
  // (x + 1) / 2, rounded half up as gemmlowp's RoundingHalfSum.
  const half = Math.trunc((x + INT32_MAX + 1) / 2);
  // 48/17 − 32/17 · half, with 2 integer bits.
  let estimate = 1515870810 + highMul(half, -1010580540);
  for (let step = 0; step < 3; step++) {
    const error = (1 << 29) - highMul(half, estimate);
    estimate += shiftedUp(highMul(estimate, error), 2);
  }
  return shiftedUp(estimate, 1);
}

export function softmax(op: Softmax, from: Tensor, x: Int8Array, y: Int8Array): void {
  const channels = from.shape[2];
  const exponentials = new Int32Array(channels);
  for (let start = 0; start < x.length; start += channels) {
    let most = -128;
    for (let c = 0; c < channels; c++) most = Math.max(most, x[start + c]);
    let sum = 0;
    for (let c = 0; c < channels; c++) {
      const difference = x[start + c] - most;
      if (difference < op.diffMin) continue;
      exponentials[c] = expOnNegative(multiplyByQuantizedMultiplier(difference, op.multiplier, op.leftShift));
      sum += divide(exponentials[c], SUM_BITS);
    }
    const headroom = Math.clz32(sum);
    const overUnit = SUM_BITS - headroom;
    const scale = reciprocalOfOnePlus((sum * 2 ** headroom - 2147483648) | 0);
    for (let c = 0; c < channels; c++) {
      if (x[start + c] - most < op.diffMin) {
        y[start + c] = -128;
      } else {
        y[start + c] = clamp(divide(highMul(scale, exponentials[c]), overUnit + 31 - 8) - 128, -128, 127);
      }
    }
  }
}
