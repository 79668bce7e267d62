import { clamp, multiplyByQuantizedMultiplier } from '../fixed-point';
import type { Add, Crop, Lookup, Mul, Pad, Paste, Tensor } from '../graph';

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

export function concat(operands: readonly Tensor[], to: Tensor, x: readonly Int8Array[], y: Int8Array): void {
  const positions = to.shape[0] * to.shape[1];
  let offset = 0;
  operands.forEach((operand, k) => {
    const channels = operand.shape[2];
    for (let position = 0; position < positions; position++) {
      y.set(x[k].subarray(position * channels, (position + 1) * channels), position * to.shape[2] + offset);
    }
    offset += channels;
  });
}

export function pad(op: Pad, from: Tensor, to: Tensor, x: Int8Array, y: Int8Array): void {
  const rowLength = from.shape[1] * from.shape[2];
  y.fill(to.zeroPoint);
  for (let row = 0; row < from.shape[0]; row++) {
    const start = ((row + op.padding[0]) * to.shape[1] + op.padding[2]) * to.shape[2];
    y.set(x.subarray(row * rowLength, (row + 1) * rowLength), start);
  }
}

export function crop(op: Crop, from: Tensor, to: Tensor, x: Int8Array, y: Int8Array): void {
  const rowLength = to.shape[1] * to.shape[2];
  for (let row = 0; row < to.shape[0]; row++) {
    const start = ((row + op.top) * from.shape[1] + op.left) * from.shape[2];
    y.set(x.subarray(start, start + rowLength), row * rowLength);
  }
}

export function paste(op: Paste, part: Tensor, to: Tensor, x: Int8Array, picture: Int8Array | undefined, y: Int8Array): void {
  if (picture) y.set(picture);
  const rowLength = part.shape[1] * part.shape[2];
  for (let row = 0; row < part.shape[0]; row++) {
    const start = ((row + op.top) * to.shape[1] + op.left) * to.shape[2];
    y.set(x.subarray(row * rowLength, (row + 1) * rowLength), start);
  }
}
