import { clamp, multiplyByQuantizedMultiplier } from '../fixed-point';
import type { Mean, Pool2d, Tensor } from '../graph';

/** Quotient rounded to nearest, ties away from zero, in integers. */
function roundedQuotient(sum: number, count: number): number {
  const half = Math.trunc(count / 2);
  return Math.trunc((sum > 0 ? sum + half : sum - half) / count);
}

export function pool2d(op: Pool2d, from: Tensor, to: Tensor, x: Int8Array, y: Int8Array): void {
  const [height, width, channels] = from.shape;
  const [outHeight, outWidth] = to.shape;
  const isMax = op.kind === 'maxPool';
  for (let row = 0; row < outHeight; row++) {
    const top = row * op.strides[0] - op.padding[0];
    for (let column = 0; column < outWidth; column++) {
      const left = column * op.strides[1] - op.padding[2];
      const rows = [Math.max(0, top), Math.min(height, top + op.kernel[0])];
      const columns = [Math.max(0, left), Math.min(width, left + op.kernel[1])];
      const count = (rows[1] - rows[0]) * (columns[1] - columns[0]);
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        let most = -128;
        for (let i = rows[0]; i < rows[1]; i++) {
          for (let j = columns[0]; j < columns[1]; j++) {
            const value = x[(i * width + j) * channels + channel];
            sum += value;
            if (value > most) most = value;
          }
        }
        const pooled = isMax ? most : roundedQuotient(sum, count);
        y[(row * outWidth + column) * channels + channel] = clamp(pooled, op.min, op.max);
      }
    }
  }
}

export function mean(op: Mean, from: Tensor, to: Tensor, x: Int8Array, y: Int8Array): void {
  const channels = from.shape[2];
  const positions = from.shape[0] * from.shape[1];
  for (let channel = 0; channel < channels; channel++) {
    let sum = -positions * from.zeroPoint;
    for (let position = 0; position < positions; position++) sum += x[position * channels + channel];
    const scaled = multiplyByQuantizedMultiplier(sum, op.multipliers[0], op.shifts[0]);
    y[channel] = clamp(scaled + to.zeroPoint, -128, 127);
  }
}
