import { clamp, multiplyByQuantizedMultiplier } from '../fixed-point';
import type { Add, Lookup, Mul, Tensor } from '../graph';

/** Index into the smaller operand: [1, 1, c] is read again at each position. */
function operandIndex(operand: Tensor, length: number): (i: number) => number {
  const [height, width, channels] = operand.shape;
  return height * width === 1 && channels < length ? (i) => i % channels : (i) => i;
}

export function add(op: Add, operands: readonly Tensor[], to: Tensor, x: readonly Int8Array[], y: Int8Array): void {
  const [first, second] = operands.map((operand) => operandIndex(operand, y.length));
  const spare = 2 ** op.leftShift;
  for (let i = 0; i < y.length; i++) {
    const a = multiplyByQuantizedMultiplier((x[0][first(i)] - operands[0].zeroPoint) * spare, op.multipliers[0], op.shifts[0]);
    const b = multiplyByQuantizedMultiplier((x[1][second(i)] - operands[1].zeroPoint) * spare, op.multipliers[1], op.shifts[1]);
    const sum = multiplyByQuantizedMultiplier(a + b, op.multipliers[2], op.shifts[2]);
    y[i] = clamp(sum + to.zeroPoint, op.min, op.max);
  }
}

export function mul(op: Mul, operands: readonly Tensor[], to: Tensor, x: readonly Int8Array[], y: Int8Array): void {
  const [first, second] = operands.map((operand) => operandIndex(operand, y.length));
  for (let i = 0; i < y.length; i++) {
    const product = (x[0][first(i)] - operands[0].zeroPoint) * (x[1][second(i)] - operands[1].zeroPoint);
    const scaled = multiplyByQuantizedMultiplier(product, op.multipliers[0], op.shifts[0]);
    y[i] = clamp(scaled + to.zeroPoint, op.min, op.max);
  }
}

export function lookup(op: Lookup, x: Int8Array, y: Int8Array): void {
  for (let i = 0; i < y.length; i++) y[i] = op.table[x[i] + 128];
}
