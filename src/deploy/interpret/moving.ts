/** Operations that only move bytes. */
import type { Crop, Pad, Paste, Shape, Tensor } from '../graph';

/** The rows of a part of a picture: where each begins in the part and in the picture, and its length. */
function eachRow(part: Shape, picture: Shape, top: number, left: number, visit: (inPart: number, inPicture: number, length: number) => void): void {
  const length = part[1] * part[2];
  for (let row = 0; row < part[0]; row++) visit(row * length, ((row + top) * picture[1] + left) * picture[2], length);
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
  y.fill(to.zeroPoint);
  eachRow(from.shape, to.shape, op.padding[0], op.padding[2], (inPart, inPicture, length) => y.set(x.subarray(inPart, inPart + length), inPicture));
}

export function crop(op: Crop, from: Tensor, to: Tensor, x: Int8Array, y: Int8Array): void {
  eachRow(to.shape, from.shape, op.top, op.left, (inPart, inPicture, length) => y.set(x.subarray(inPicture, inPicture + length), inPart));
}

export function paste(op: Paste, part: Tensor, to: Tensor, x: Int8Array, picture: Int8Array | undefined, y: Int8Array): void {
  if (picture) y.set(picture);
  eachRow(part.shape, to.shape, op.top, op.left, (inPart, inPicture, length) => y.set(x.subarray(inPart, inPart + length), inPicture));
}
