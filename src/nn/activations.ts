/**
 * Activations with their gradients written out: the general ones of TensorFlow.js take six kernels for a ReLU
 * and some twenty for a hard swish.
 */
import * as tf from '@tensorflow/tfjs';
import { callNative, hasNative } from './native';

type Saver = (tensors: tf.Tensor[]) => void;
type Unary = (x: tf.Tensor) => tf.Tensor;

/** dy where 0 < x, else 0. */
function gateAbove(dy: tf.Tensor, x: tf.Tensor): tf.Tensor {
  return hasNative() ? callNative('ReluGrad', [dy, x], 1)[0] : tf.mul(dy, tf.cast(tf.greater(x, 0), 'float32'));
}

/** dy where 0 < x < 6, else 0. */
function gateBetween(dy: tf.Tensor, x: tf.Tensor): tf.Tensor {
  if (hasNative()) return callNative('Relu6Grad', [dy, x], 1)[0];
  return tf.mul(dy, tf.cast(tf.logicalAnd(tf.greater(x, 0), tf.less(x, 6)), 'float32'));
}

function withGradient<T extends tf.Tensor>(
  x: T,
  forward: (x: tf.Tensor) => { value: tf.Tensor; saved: tf.Tensor[] },
  backward: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor,
): T {
  const op = tf.customGrad((input, save) => {
    const { value, saved } = forward(input as tf.Tensor);
    (save as unknown as Saver)(saved);
    return { value, gradFunc: (dy: tf.Tensor, kept: tf.Tensor[]) => backward(dy, kept) };
  }) as unknown as Unary;
  return op(x) as T;
}

/** max(0, x), of any shape; gradient 1 above 0 and 0 elsewhere, in one kernel each way. */
export function relu<T extends tf.Tensor>(x: T): T {
  return withGradient(x, (input) => {
    const value = tf.relu(input);
    return { value, saved: [value] };
  }, (dy, [y]) => gateAbove(dy, y));
}

/** min(max(0, x), 6), of any shape; gradient 1 strictly between 0 and 6, else 0. */
export function relu6<T extends tf.Tensor>(x: T): T {
  return withGradient(x, (input) => ({ value: tf.relu6(input), saved: [input] }), (dy, [input]) => gateBetween(dy, input));
}

/** relu6(x + 3) / 6, as in Howard et al. 2019 (Keras' own hardSigmoid has another slope). */
export function hardSigmoid<T extends tf.Tensor>(x: T): T {
  return withGradient(x, (input) => {
    const shifted = tf.add(input, 3);
    return { value: tf.mul(tf.relu6(shifted), 1 / 6), saved: [shifted] };
  }, (dy, [shifted]) => tf.mul(gateBetween(dy, shifted), 1 / 6));
}

/** x · relu6(x + 3) / 6 (Howard et al. 2019); its derivative is the gate plus x/6 where |x| < 3. */
export function hardSwish<T extends tf.Tensor>(x: T): T {
  return withGradient(x, (input) => {
    const shifted = tf.add(input, 3);
    const gate = tf.mul(tf.relu6(shifted), 1 / 6);
    return { value: tf.mul(input, gate), saved: [input, shifted, gate] };
  }, (dy, [input, shifted, gate]) => tf.add(tf.mul(dy, gate), tf.mul(tf.mul(input, 1 / 6), gateBetween(dy, shifted))));
}
