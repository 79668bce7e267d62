/** Loss and gradients of one batch: what a training step is made of, run as it stands or recorded as a graph. */
import * as tf from '@tensorflow/tfjs';
import type { Architecture } from './architecture';
import type { DistillationLoss } from './distillation';
import { forward, logitsLayer, type ForwardHooks, type Tensors } from './forward';

export interface BatchStatistics {
  readonly mean: tf.Tensor1D;
  /** The unbiased one. */
  readonly variance: tf.Tensor1D;
}

export interface LossAndGradients {
  readonly loss: tf.Scalar;
  /** batch × classes. */
  readonly logits: tf.Tensor2D;
  /** Of the trained variables, in their order. */
  readonly gradients: tf.Tensor[];
  /** By batchNorm layer. */
  readonly statistics: ReadonlyMap<string, BatchStatistics>;
  /** Releases logits and statistics, which outlive the open tidy. */
  dispose(): void;
}

export interface LossOptions {
  readonly architecture: Architecture;
  /** Those trained among them are `trained`. */
  readonly weights: Tensors;
  readonly trained: tf.Variable[];
  readonly hooks?: ForwardHooks;
  /** int32, two numbers: seed of dropout's masks. */
  readonly dropoutSeed: tf.Tensor1D;
  /** And the teacher's softmax(logits / temperature), batch × classes. */
  readonly distillation?: DistillationLoss & { readonly soft: tf.Tensor2D };
}

/** Mean over the batch. */
function crossEntropy(truth: tf.Tensor2D, logits: tf.Tensor2D): tf.Scalar {
  return tf.div(tf.neg(tf.sum(tf.mul(truth, tf.logSoftmax(logits)))), truth.shape[0]);
}

/**
 * Mean cross-entropy of x (batch × height × width × channels) against `truth` (batch × classes: soft labels, each
 * row times its weight), and its gradients. Call it inside tf.tidy. With distillation (Hinton et al. 2015, section 2) it
 * is (1 − w) of that and w·T² of the cross-entropy of both networks' outputs at temperature T.
 */
export function lossAndGradients(x: tf.Tensor4D, truth: tf.Tensor2D, options: LossOptions): LossAndGradients {
  const { architecture, weights, trained, hooks, dropoutSeed, distillation } = options;
  const statistics = new Map<string, BatchStatistics>();
  let logits: tf.Tensor2D | undefined;
  const dispose = (): void => {
    logits?.dispose();
    for (const { mean, variance } of statistics.values()) tf.dispose([mean, variance]);
  };
  try {
    const { value, grads } = tf.variableGrads(() => {
      const name = logitsLayer(architecture);
      const output = forward(architecture, weights, x, {
        training: true,
        dropoutSeed,
        hooks,
        outputs: [name],
        onBatchStatistics: (layer, mean, variance) => statistics.set(layer, { mean, variance }),
      });
      logits = tf.keep(tf.reshape(output.get(name) as tf.Tensor, truth.shape) as tf.Tensor2D);
      const labels = crossEntropy(truth, logits);
      if (!distillation) return labels;
      const { soft, temperature, weight } = distillation;
      const teacher = crossEntropy(soft, tf.div(logits, temperature));
      return tf.add(tf.mul(labels, 1 - weight), tf.mul(teacher, weight * temperature ** 2)) as tf.Scalar;
    }, trained);
    const gradients = trained.map((variable) => grads[variable.name] ?? tf.zerosLike(variable));
    return { loss: value, logits: logits as unknown as tf.Tensor2D, gradients, statistics, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}
