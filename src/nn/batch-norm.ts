/**
 * Batch normalisation in training (Ioffe and Szegedy 2015) with its gradient written out, because the general
 * one of TensorFlow.js takes some twenty kernels a layer. With x̂ = (x − μ)/σ over N = batch·height·width:
 * dx = γ/(Nσ) · (N·dy − Σdy − x̂·Σ(dy·x̂)), dγ = Σ(dy·x̂), dβ = Σdy.
 * On the TensorFlow backend its own fused kernels do both directions.
 */
import * as tf from '@tensorflow/tfjs';

export interface BatchNormResult {
  readonly y: tf.Tensor4D;
  /** Statistics of the batch, kept: the caller disposes of them. The variance is the unbiased one. */
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
}

type Saver = (tensors: tf.Tensor[]) => void;

interface OpAttribute {
  name: string;
  type: number;
  value: unknown;
}

/** The part of the TensorFlow backend that runs an operation by name. */
interface TensorflowBackend {
  readonly binding: { TF_ATTR_TYPE: number; TF_ATTR_FLOAT: number; TF_ATTR_STRING: number; TF_ATTR_BOOL: number; TF_FLOAT: number };
  executeMultipleOutputs(name: string, attributes: OpAttribute[], inputs: tf.Tensor[], outputs: number): tf.Tensor[];
}

function fusedBackend(): TensorflowBackend | undefined {
  if (tf.getBackend() !== 'tensorflow') return undefined;
  const backend = tf.backend() as unknown as Partial<TensorflowBackend>;
  return typeof backend.executeMultipleOutputs === 'function' ? (backend as TensorflowBackend) : undefined;
}

function fusedAttributes({ binding }: TensorflowBackend, epsilon: number): OpAttribute[] {
  return [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'U', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'epsilon', type: binding.TF_ATTR_FLOAT, value: epsilon },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: binding.TF_ATTR_BOOL, value: true },
  ];
}

function fused(backend: TensorflowBackend, x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D, epsilon: number): BatchNormResult {
  let mean!: tf.Tensor1D;
  let variance!: tf.Tensor1D;
  const op = tf.customGrad((x1, gamma1, _beta, save) => {
    const none = tf.zeros([0]);
    const outputs = backend.executeMultipleOutputs(
      'FusedBatchNormV3',
      fusedAttributes(backend, epsilon),
      [x1 as tf.Tensor, gamma1 as tf.Tensor, _beta as tf.Tensor, none, none],
      6,
    );
    mean = tf.keep(outputs[1]) as tf.Tensor1D;
    variance = tf.keep(outputs[2]) as tf.Tensor1D;
    (save as Saver)([x1 as tf.Tensor, gamma1 as tf.Tensor, outputs[3], outputs[4], outputs[5]]);
    return {
      value: outputs[0],
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [sx, sgamma, ...reserve] = saved;
        return backend
          .executeMultipleOutputs('FusedBatchNormGradV3', fusedAttributes(backend, epsilon), [dy, sx, sgamma, ...reserve], 5)
          .slice(0, 3);
      },
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
  const backend = fusedBackend();
  return backend ? fused(backend, x, gamma, beta, epsilon) : composed(x, gamma, beta, epsilon);
}
