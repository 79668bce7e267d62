import * as tf from '@tensorflow/tfjs';
import { check, type LongWork } from '../base';
import type { Architecture, Shape } from './architecture';
import type { ForwardHooks } from './forward';
import { fromLayersModel } from './from-layers-model';
import { Predictor } from './predictor';
import { isStream, rebatched, type SampleStream } from './sample-stream';
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
export async function evaluate(model: tf.LayersModel, samples: Samples | SampleStream, options: EvaluateOptions = {}): Promise<Evaluation> {
  const { batchSize = 64, architecture = fromLayersModel(model), hooks } = options;
  check(samples.n > 0, 'samples', samples.n, 'at least one sample');
  const predictor = new Predictor(model, architecture, { batchSize, hooks, calls: Math.ceil(samples.n / batchSize) });
  try {
    return await judge(predictor, samples, options);
  } finally {
    predictor.dispose();
  }
}

/** What a predictor makes of samples in memory, or of a stream's, of which only a batch is in memory at a time. */
export async function judge(predictor: Predictor, samples: Samples | SampleStream, work: LongWork): Promise<Evaluation> {
  if (!isStream(samples)) return score(await predictor.probabilities(samples.x, samples.n, work), samples.y);
  const { inputSize, classes, batchSize } = predictor;
  const y = new Int32Array(samples.n);
  const probabilities = new Float32Array(samples.n * classes);
  let done = 0;
  for await (const batch of rebatched(samples, 0, inputSize, classes, batchSize)) {
    // Filled up with zeros, as the last batch of samples in memory is: one shape, one graph, the same last bits.
    const rows = done > 0 ? batchSize : batch.n;
    const x = new Float32Array(rows * inputSize);
    x.set(batch.x);
    const own = await predictor.probabilities(x, rows, { signal: work.signal });
    probabilities.set(own.subarray(0, batch.n * classes), done * classes);
    y.set(batch.y, done);
    done += batch.n;
    work.onProgress?.({ path: [], done, total: samples.n, unit: 'sample' });
  }
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
