/**
 * Gradient of a convolution's filter out of kernels that the wasm backend has. With the input padded, the
 * gradient at tap (i, j) is the matrix product of the input seen through that tap (channels × positions) with
 * dy (positions × filters): one strided slice and one matMul a tap.
 */
import * as tf from '@tensorflow/tfjs';
import { filterGradient } from './window';

export const conv2dBackpropFilter: tf.KernelConfig = {
  kernelName: 'Conv2DBackpropFilter',
  backendName: 'wasm',
  kernelFunc: filterGradient((dy, [, , inChannels, outChannels]) => {
    const dy2d = tf.reshape(dy, [-1, outChannels]) as tf.Tensor2D;
    return (seen) => tf.matMul(tf.reshape(seen, [-1, inChannels]) as tf.Tensor2D, dy2d, true, false);
  }),
};
