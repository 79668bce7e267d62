import * as tf from '@tensorflow/tfjs';
import { check, type LongWork } from '../base';
import type { Architecture, Shape } from './architecture';
import type { ForwardHooks } from './forward';
import { fromLayersModel } from './from-layers-model';
import { Predictor } from './predictor';
import { sizeOf } from './shapes';

export interface EvaluateOptions extends LongWork {
  /** Default 64. */
  batchSize?: number;
  /** Taken from the model where it is not given. */
  architecture?: Architecture;
  hooks?: ForwardHooks;
}

/** How a network does on n samples. */
export interface Evaluation {
  /** Share of samples whose largest output is their class. */
  readonly accuracy: number;
  /** Mean cross-entropy, natural logarithm. */
  readonly loss: number;
  /** n class indices. */
  readonly predictions: Int32Array;
  /** n × classes. */
  readonly probabilities: Float32Array;
  /** confusion[truth][prediction], counts. */
  readonly confusion: number[][];
}

/** What evaluation needs of a data set's split. */
export interface Samples {
  /** n × (height · width · channels). */
  readonly x: Float32Array;
  /** n class indices. */
  readonly y: Int32Array;
  readonly n: number;
}

/** Rows `from` to `to` of x as a batch × height × width × channels tensor. */
export function batchTensor(x: Float32Array, shape: Shape, from: number, to: number): tf.Tensor4D {
  const size = sizeOf(shape);
  return tf.tensor4d(x.subarray(from * size, to * size), [to - from, ...shape]);
}

/** Class probabilities, n × classes, of n samples. */
export async function predict(
  model: tf.LayersModel,
  x: Float32Array,
  n: number,
  options: EvaluateOptions = {},
): Promise<Float32Array> {
  const { batchSize = 64, architecture = fromLayersModel(model), hooks } = options;
  const predictor = new Predictor(model, architecture, { batchSize, hooks, calls: Math.ceil(n / batchSize) });
  try {
    return await predictor.probabilities(x, n, options);
  } finally {
    predictor.dispose();
  }
}

/** Accuracy, loss and predictions over labelled samples, with moving statistics and without dropout. */
export async function evaluate(model: tf.LayersModel, samples: Samples, options: EvaluateOptions = {}): Promise<Evaluation> {
  const { x, y, n } = samples;
  check(n > 0, 'samples', n, 'at least one sample');
  const probabilities = await predict(model, x, n, options);
  return score(probabilities, y);
}

/** Evaluation of given probabilities (n × classes) against n labels. Pure. */
export function score(probabilities: Float32Array, y: Int32Array): Evaluation {
  const n = y.length;
  const classes = probabilities.length / n;
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  const predictions = new Int32Array(n);
  let correct = 0;
  let loss = 0;
  for (let i = 0; i < n; i++) {
    let best = 0;
    for (let c = 1; c < classes; c++) {
      if (probabilities[i * classes + c] > probabilities[i * classes + best]) best = c;
    }
    check(y[i] >= 0 && y[i] < classes, `y[${i}]`, y[i], `a class of 0 to ${classes - 1}`);
    predictions[i] = best;
    confusion[y[i]][best]++;
    if (best === y[i]) correct++;
    loss -= Math.log(Math.max(1e-12, probabilities[i * classes + y[i]]));
  }
  return { accuracy: correct / n, loss: loss / n, predictions, probabilities, confusion };
}
