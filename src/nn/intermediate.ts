import * as tf from '@tensorflow/tfjs';
import type { Architecture } from './architecture';
import { batchTensor } from './evaluate';
import { forward, logitsLayer, type ForwardHooks } from './forward';
import { fromLayersModel } from './from-layers-model';
import { inputShapeOf, sizeOf } from './shapes';
import { variablesOf } from './weights';

/** What `intermediateOutputs` and `activationGradients` take beside model and samples. */
export interface IntermediateOptions {
  /** Of the model, where it is at hand already: reading it off the model takes a while. */
  architecture?: Architecture;
  /** Functions that replace weights or layers' outputs on the way. */
  hooks?: ForwardHooks;
}

/**
 * Outputs of the named layers for a batch of samples, moving statistics, no dropout.
 * @param x n × input size. @returns by layer name, n × (height · width · channels).
 */
export function intermediateOutputs(
  model: tf.LayersModel,
  layerNames: readonly string[],
  x: Float32Array,
  options: IntermediateOptions = {},
): Map<string, Float32Array> {
  const { architecture = fromLayersModel(model), hooks } = options;
  const shape = inputShapeOf(architecture);
  const weights = variablesOf(model, architecture);
  const result = new Map<string, Float32Array>();
  tf.tidy(() => {
    const input = batchTensor(x, shape, 0, x.length / sizeOf(shape));
    for (const [name, value] of forward(architecture, weights, input, { hooks, outputs: layerNames })) {
      result.set(name, value.dataSync<'float32'>());
    }
  });
  return result;
}

/**
 * Outputs of the named layers and the gradient of the summed cross-entropy with respect to them, both
 * n × (height · width · channels): row m of a gradient is the derivative of sample m's own loss.
 */
export function activationGradients(
  model: tf.LayersModel,
  layerNames: readonly string[],
  x: Float32Array,
  y: Int32Array,
  options: IntermediateOptions = {},
): Map<
  string,
  {
    /** Output of the layer, n × its shape. */
    activation: Float32Array;
    /** Of the loss with respect to it, n × its shape. */
    gradient: Float32Array;
  }
> {
  const { architecture = fromLayersModel(model), hooks } = options;
  const shape = inputShapeOf(architecture);
  const weights = variablesOf(model, architecture);
  const logits = logitsLayer(architecture);
  const result = new Map<string, { activation: Float32Array; gradient: Float32Array }>();
  tf.tidy(() => {
    const input = batchTensor(x, shape, 0, y.length);
    const activations = forward(architecture, weights, input, { hooks, outputs: layerNames });
    // Adding a zero to each output gives something to differentiate by: d loss / d zero = d loss / d output.
    const zeros = layerNames.map((name) => tf.zerosLike(activations.get(name) as tf.Tensor));
    const loss = (...offsets: tf.Tensor[]): tf.Scalar => {
      const offsetOf = new Map(layerNames.map((name, i) => [name, offsets[i]]));
      const outputs = forward(architecture, weights, input, {
        outputs: [logits],
        hooks: {
          begin: hooks?.begin?.bind(hooks),
          weight: hooks?.weight?.bind(hooks),
          output(layer, value) {
            const hooked = hooks?.output ? hooks.output(layer, value) : value;
            const offset = offsetOf.get(layer.name);
            return offset ? tf.add(hooked, offset) : hooked;
          },
        },
      });
      const flat = tf.reshape(outputs.get(logits) as tf.Tensor, [y.length, -1]);
      const truth = tf.oneHot(tf.tensor1d(y, 'int32'), flat.shape[1] as number);
      return tf.losses.softmaxCrossEntropy(truth, flat, undefined, 0, tf.Reduction.SUM);
    };
    const gradients = tf.grads(loss)(zeros);
    layerNames.forEach((name, i) => {
      result.set(name, {
        activation: (activations.get(name) as tf.Tensor).dataSync<'float32'>(),
        gradient: gradients[i].dataSync<'float32'>(),
      });
    });
  });
  return result;
}
