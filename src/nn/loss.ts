/** Loss and gradients of one batch: what a training step is made of, run as it stands or recorded as a graph. */
import * as tf from '@tensorflow/tfjs';
import type { Architecture } from './architecture';
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
}

/**
 * Mean cross-entropy of x (batch × height × width × channels) against `truth` (batch × classes: soft labels, each
 * row times its weight), and its gradients. Call it inside tf.tidy.
 */
export function lossAndGradients(x: tf.Tensor4D, truth: tf.Tensor2D, options: LossOptions): LossAndGradients {
  const { architecture, weights, trained, hooks, dropoutSeed } = options;
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
      const crossEntropy = tf.neg(tf.sum(tf.mul(truth, tf.logSoftmax(logits))));
      return tf.div(crossEntropy, truth.shape[0]) as tf.Scalar;
    }, trained);
    const gradients = trained.map((variable) => grads[variable.name] ?? tf.zerosLike(variable));
    return { loss: value, logits: logits as unknown as tf.Tensor2D, gradients, statistics, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}
