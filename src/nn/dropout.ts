import * as tf from '@tensorflow/tfjs';
import { callNative, hasNative } from './native';

/** A number that tells layers apart. */
function codeOf(name: string): number {
  let code = 0;
  for (const letter of name) code = (Math.imul(code, 31) + letter.charCodeAt(0)) | 0;
  return code;
}

/**
 * Sets each value to 0 with probability `rate` and scales the others up (Srivastava et al. 2014).
 * @param seed int32, two numbers. The same seed, name and shape give the same mask; on TensorFlow it is drawn by a
 * kernel, so that a recorded step draws anew each time.
 */
export function dropout(x: tf.Tensor4D, rate: number, seed: tf.Tensor1D, name: string): tf.Tensor4D {
  let uniform: tf.Tensor;
  if (hasNative()) {
    const own = tf.add(seed, tf.tensor1d([codeOf(name), 0], 'int32'));
    uniform = callNative('StatelessRandomUniform', [tf.tensor1d(x.shape, 'int32'), own], 1, {
      types: { dtype: 'float32', T: 'int32', Tseed: 'int32' },
    })[0];
  } else {
    uniform = tf.randomUniform(x.shape, 0, 1, 'float32', [...seed.dataSync(), codeOf(name)].join());
  }
  const mask = tf.mul(tf.cast(tf.greaterEqual(uniform, rate), 'float32'), 1 / (1 - rate));
  return tf.mul(x, mask);
}
