/**
 * Batch normalisation in training (Ioffe and Szegedy 2015) with its gradient written out, because the general
 * one of TensorFlow.js takes some twenty kernels a layer. With x̂ = (x − μ)/σ over N = batch·height·width:
 * dx = γ/(Nσ) · (N·dy − Σdy − x̂·Σ(dy·x̂)), dγ = Σ(dy·x̂), dβ = Σdy.
 * On the TensorFlow backend its own fused kernels do both directions.
 */
import * as tf from '@tensorflow/tfjs';
import { callNative, hasNative } from './native';

export interface BatchNormResult {
  readonly y: tf.Tensor4D;
  /** Statistics of the batch, kept: the caller disposes of them. The variance is the unbiased one. */
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
}

type Saver = (tensors: tf.Tensor[]) => void;

function fused(x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D, epsilon: number): BatchNormResult {
  let mean!: tf.Tensor1D;
  let variance!: tf.Tensor1D;
  const attributes = {
    types: ['T', 'U'],
    floats: { epsilon },
    strings: { data_format: 'NHWC' },
    bools: { is_training: true },
  };
  const op = tf.customGrad((x1, gamma1, beta1, save) => {
    const none = tf.zeros([0]);
    const inputs = [x1, gamma1, beta1, none, none] as tf.Tensor[];
    const outputs = callNative('FusedBatchNormV3', inputs, 6, attributes);
    mean = tf.keep(outputs[1]) as tf.Tensor1D;
    variance = tf.keep(outputs[2]) as tf.Tensor1D;
    (save as Saver)([x1 as tf.Tensor, gamma1 as tf.Tensor, outputs[3], outputs[4], outputs[5]]);
    return {
      value: outputs[0],
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        callNative('FusedBatchNormGradV3', [dy, ...saved], 5, attributes).slice(0, 3),
    };
  });
  const y = op(x, gamma, beta) as tf.Tensor4D;
  return { y, mean, variance };
}

function composed(x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D, epsilon: number): BatchNormResult {
  let mean!: tf.Tensor1D;
  let variance!: tf.Tensor1D;
  const axes = [0, 1, 2];
  const n = x.shape[0] * x.shape[1] * x.shape[2];
  const op = tf.customGrad((x1, gamma1, beta1, save) => {
    const batchMean = tf.mean(x1 as tf.Tensor, axes) as tf.Tensor1D;
    const centred = tf.sub(x1 as tf.Tensor, batchMean);
    const batchVariance = tf.mean(tf.square(centred), axes) as tf.Tensor1D;
    const inverse = tf.rsqrt(tf.add(batchVariance, epsilon));
    const normed = tf.mul(centred, inverse);
    mean = tf.keep(batchMean);
    variance = tf.keep(tf.mul(batchVariance, n / Math.max(1, n - 1)));
    (save as Saver)([normed, gamma1 as tf.Tensor, inverse]);
    return {
      value: tf.add(tf.mul(normed, gamma1 as tf.Tensor), beta1 as tf.Tensor),
      gradFunc: (dy: tf.Tensor, [xhat, g, inv]: tf.Tensor[]) => {
        const dbeta = tf.sum(dy, axes);
        const dgamma = tf.sum(tf.mul(dy, xhat), axes);
        const inner = tf.sub(dy, tf.add(tf.div(dbeta, n), tf.mul(xhat, tf.div(dgamma, n))));
        return [tf.mul(inner, tf.mul(g, inv)), dgamma, dbeta];
      },
    };
  });
  const y = op(x, gamma, beta) as tf.Tensor4D;
  return { y, mean, variance };
}

/** Normalises x (batch × height × width × channels) with the batch's own statistics; differentiable in x, gamma and beta. */
export function batchNormTraining(x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D, epsilon: number): BatchNormResult {
  return hasNative() ? fused(x, gamma, beta, epsilon) : composed(x, gamma, beta, epsilon);
}
