import * as tf from '@tensorflow/tfjs';
import { samePadding } from '../../base';

/** The attributes that TensorFlow.js hands to convolution gradients. */
export interface WindowAttributes {
  readonly strides: number | readonly [number, number];
  readonly pad: 'same' | 'valid' | number | readonly (readonly [number, number])[];
}

/** Where a convolution's window goes over a picture. */
export interface Window {
  readonly strides: readonly [vertical: number, horizontal: number];
  /** Rows and columns of dy. */
  readonly output: readonly [height: number, width: number];
  /** For tf.pad. */
  readonly paddings: [number, number][];
}

export function windowOf(
  xShape: readonly number[],
  dyShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad }: WindowAttributes,
): Window {
  const pair: readonly [number, number] = typeof strides === 'number' ? [strides, strides] : strides;
  const along = (axis: 0 | 1): [number, number] => {
    if (pad === 'valid') return [0, 0];
    if (pad === 'same') return samePadding(xShape[axis + 1], filterShape[axis], pair[axis]);
    return typeof pad === 'number' ? [pad, pad] : [pad[axis + 1][0], pad[axis + 1][1]];
  };
  return { strides: pair, output: [dyShape[1], dyShape[2]], paddings: [[0, 0], along(0), along(1), [0, 0]] };
}

/** What the filter's tap (row, column) sees of the padded input: batch × output height × output width × channels. */
export function slicedAtTap(padded: tf.Tensor4D, window: Window, row: number, column: number): tf.Tensor4D {
  const [batch, , , channels] = padded.shape;
  const [height, width] = window.output;
  const [vertical, horizontal] = window.strides;
  if (vertical === 1 && horizontal === 1) return tf.slice(padded, [0, row, column, 0], [batch, height, width, channels]);
  return tf.stridedSlice(
    padded,
    [0, row, column, 0],
    [batch, row + (height - 1) * vertical + 1, column + (width - 1) * horizontal + 1, channels],
    [1, vertical, horizontal, 1],
  ) as tf.Tensor4D;
}

/** Pads where there is something to pad. */
export function padded<T extends tf.Tensor>(x: T, paddings: [number, number][]): T {
  return paddings.every(([before, after]) => before === 0 && after === 0) ? x : tf.pad(x, paddings);
}

/**
 * A kernel that puts the gradient of a filter together tap by tap.
 * @param tapsOf from dy and the filter's shape to what makes a tap's part of the gradient of what the tap sees of the padded input.
 */
export function filterGradient(
  tapsOf: (dy: tf.Tensor4D, filterShape: readonly [number, number, number, number]) => (seen: tf.Tensor4D) => tf.Tensor,
): tf.KernelFunc {
  return ({ inputs, attrs }) =>
    tf.tidy(() => {
      const { x, dy } = inputs as unknown as { x: tf.Tensor4D; dy: tf.Tensor4D };
      const { filterShape } = attrs as unknown as { filterShape: [number, number, number, number] };
      const window = windowOf(x.shape, dy.shape, filterShape, attrs as unknown as WindowAttributes);
      const [rows, columns] = filterShape;
      const input = padded(x, window.paddings);
      const tapOf = tapsOf(dy, filterShape);
      const taps: tf.Tensor[] = [];
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) taps.push(tapOf(slicedAtTap(input, window, i, j)));
      }
      return tf.reshape(taps.length === 1 ? taps[0] : tf.stack(taps), filterShape);
    });
}
