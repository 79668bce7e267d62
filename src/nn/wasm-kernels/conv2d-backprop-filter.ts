/**
 * Gradient of a convolution's filter out of kernels that the wasm backend has. With the input padded, the
 * gradient at tap (i, j) is the matrix product of the input seen through that tap (channels × positions) with
 * dy (positions × filters): one strided slice and one matMul a tap.
 */
import * as tf from '@tensorflow/tfjs';
import { padded, slicedAtTap, windowOf, type WindowAttributes } from './window';

export const conv2dBackpropFilter: tf.KernelConfig = {
  kernelName: 'Conv2DBackpropFilter',
  backendName: 'wasm',
  kernelFunc: ({ inputs, attrs }) =>
    tf.tidy(() => {
      const { x, dy } = inputs as unknown as { x: tf.Tensor4D; dy: tf.Tensor4D };
      const { filterShape } = attrs as unknown as { filterShape: [number, number, number, number] };
      const window = windowOf(x.shape, dy.shape, filterShape, attrs as unknown as WindowAttributes);
      const [rows, columns, inChannels, outChannels] = filterShape;
      const dy2d = tf.reshape(dy, [-1, outChannels]) as tf.Tensor2D;
      const input = padded(x, window.paddings);
      const taps: tf.Tensor[] = [];
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          const seen = tf.reshape(slicedAtTap(input, window, i, j), [-1, inChannels]) as tf.Tensor2D;
          taps.push(tf.matMul(seen, dy2d, true, false));
        }
      }
      return tf.reshape(taps.length === 1 ? taps[0] : tf.stack(taps), filterShape);
    }),
};
