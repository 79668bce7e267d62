/**
 * Gradients of a depthwise convolution out of kernels that the wasm backend has.
 * Filter: at tap (i, j), the input seen through that tap times dy, summed over batch and positions.
 * Input: dy with strides − 1 zeros put between its rows and columns, convolved (depthwise, stride 1) with the
 * filter turned by 180°: the transposed convolution.
 */
import * as tf from '@tensorflow/tfjs';
import { filterGradient, windowOf, type WindowAttributes } from './window';

export const depthwiseBackpropFilter: tf.KernelConfig = {
  kernelName: 'DepthwiseConv2dNativeBackpropFilter',
  backendName: 'wasm',
  kernelFunc: filterGradient((dy, [, , channels, multiplier]) => {
    const dy3d = tf.reshape(dy, [-1, channels, multiplier]);
    return (seen) => tf.sum(tf.mul(tf.reshape(seen, [-1, channels, 1]), dy3d), 0);
  }),
};

/** Puts `strides − 1` zeros after every row and column: batch × h·vertical × w·horizontal × channels. */
function spread(dy: tf.Tensor4D, [vertical, horizontal]: readonly [number, number]): tf.Tensor4D {
  const [batch, height, width, channels] = dy.shape;
  let y: tf.Tensor = dy;
  if (vertical > 1) {
    const rows = tf.reshape(dy, [batch * height, 1, width * channels]);
    y = tf.concat([rows, tf.zeros([batch * height, vertical - 1, width * channels])], 1);
  }
  if (horizontal > 1) {
    const cells = tf.reshape(y, [-1, 1, channels]);
    y = tf.concat([cells, tf.zeros([cells.shape[0], horizontal - 1, channels])], 1);
  }
  return tf.reshape(y, [batch, height * vertical, width * horizontal, channels]) as tf.Tensor4D;
}

export const depthwiseBackpropInput: tf.KernelConfig = {
  kernelName: 'DepthwiseConv2dNativeBackpropInput',
  backendName: 'wasm',
  kernelFunc: ({ inputs, attrs }) =>
    tf.tidy(() => {
      const { dy, filter } = inputs as unknown as { dy: tf.Tensor4D; filter: tf.Tensor4D };
      const { inputShape } = attrs as unknown as { inputShape: [number, number, number, number] };
      const window = windowOf(inputShape, dy.shape, filter.shape, attrs as unknown as WindowAttributes);
      const [rows, columns, channels, multiplier] = filter.shape;
      const [batch, height, width] = inputShape;
      const [, [top, bottom], [left, right]] = window.paddings;
      const paddedHeight = height + top + bottom;
      const paddedWidth = width + left + right;
      let full = spread(dy, window.strides);
      const keptHeight = Math.min(full.shape[1], paddedHeight);
      const keptWidth = Math.min(full.shape[2], paddedWidth);
      // Trailing zeros of the last row and column may reach over the padded input's edge.
      full = tf.slice(full, [0, 0, 0, 0], [batch, keptHeight, keptWidth, channels * multiplier]);
      full = tf.pad4d(full, [
        [0, 0],
        [rows - 1, paddedHeight - keptHeight],
        [columns - 1, paddedWidth - keptWidth],
        [0, 0],
      ]);
      const turned = tf.reshape(tf.reverse(filter, [0, 1]), [rows, columns, channels * multiplier, 1]);
      const spreadOut = tf.depthwiseConv2d(full, turned as tf.Tensor4D, 1, 'valid');
      const summed =
        multiplier === 1
          ? spreadOut
          : tf.reshape(tf.sum(tf.reshape(spreadOut, [-1, channels, multiplier]), 2), [batch, paddedHeight, paddedWidth, channels]);
      return tf.slice(summed as tf.Tensor4D, [0, top, left, 0], [batch, height, width, channels]);
    }),
};
