import * as tf from '@tensorflow/tfjs';
import { check, type LongWork } from '../base';
import type { Architecture, Shape } from './architecture';
import type { ForwardHooks } from './forward';
import { fromLayersModel } from './from-layers-model';
import { Predictor } from './predictor';
import type { InputSource, SampleSource } from './samples';
import { sizeOf } from './shapes';

export interface EvaluateOptions extends LongWork {
  /** Default 64. */
  batchSize?: number;
  /** Taken from the model where it is not given. */
  architecture?: Architecture;
  /** Functions that replace weights or outputs on the way: fake quantisation. */
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

/** Rows `from` to `to` of x as a batch × height × width × channels tensor. */
export function batchTensor(x: Float32Array, shape: Shape, from: number, to: number): tf.Tensor4D {
  const size = sizeOf(shape);
  return tf.tensor4d(x.subarray(from * size, to * size), [to - from, ...shape]);
}

/** Does something with a predictor for so many samples, and gives its memory back. */
async function withPredictor<T>(
  model: tf.LayersModel,
  { n }: InputSource,
  options: EvaluateOptions,
  work: (predictor: Predictor) => Promise<T>,
): Promise<T> {
  const { batchSize = 64, architecture = fromLayersModel(model), hooks } = options;
  const predictor = new Predictor(model, architecture, { batchSize, hooks, calls: Math.ceil(n / batchSize) });
  try {
    return await work(predictor);
  } finally {
    predictor.dispose();
  }
}

/** Class probabilities, n × classes, of n samples. @throws ArgumentError; CancelledError */
export function predict(model: tf.LayersModel, samples: InputSource, options: EvaluateOptions = {}): Promise<Float32Array> {
  return withPredictor(model, samples, options, async (predictor) => (await predictor.run(samples, options)).outputs);
}

/** Accuracy, loss and predictions over labelled samples, with moving statistics and without dropout. @throws ArgumentError; CancelledError */
export function evaluate(model: tf.LayersModel, samples: SampleSource, options: EvaluateOptions = {}): Promise<Evaluation> {
  return withPredictor(model, samples, options, (predictor) => judge(predictor, samples, options));
}

/** What a predictor makes of labelled samples. */
export async function judge(predictor: Predictor, samples: SampleSource, work: LongWork): Promise<Evaluation> {
  const { outputs, y } = await predictor.run(samples, { ...work, isLabelled: true });
  return score(outputs, y);
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
