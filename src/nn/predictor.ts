import * as tf from '@tensorflow/tfjs';
import { breathe, check, type LongWork } from '../base';
import type { Architecture } from './architecture';
import { forward, logitsLayer, type ForwardHooks, type Tensors } from './forward';
import { GraphFunction } from './graph/graph-function';
import type { WeightRole } from './layouts';
import { inputShapeOf, outputSizeOf, sizeOf } from './shapes';
import { variablesOf } from './weights';

export interface PredictorOptions {
  readonly batchSize: number;
  readonly hooks?: ForwardHooks;
  /** Variables that the hooks use. */
  readonly extraVariables?: readonly tf.Variable[];
  /** How many batches it is for, about. */
  readonly calls: number;
}

/** A model's class probabilities, again and again as its weights change: with moving statistics and without dropout. */
export class Predictor {
  private readonly graph: GraphFunction;
  private readonly weights: readonly tf.Variable[];

  constructor(
    model: tf.LayersModel,
    private readonly architecture: Architecture,
    private readonly options: PredictorOptions,
  ) {
    const { hooks, extraVariables = [], calls } = options;
    const variables = variablesOf(model, architecture);
    const places = [...variables].flatMap(([layer, roles]) => Object.keys(roles).map((role) => [layer, role as WeightRole] as const));
    this.weights = [...places.map(([layer, role]) => variables.get(layer)?.[role] as tf.Variable), ...extraVariables];
    const logits = logitsLayer(architecture);
    this.graph = new GraphFunction((x, ...values) => {
      const weights = new Map<string, Partial<Record<WeightRole, tf.Tensor>>>();
      places.forEach(([layer, role], i) => weights.set(layer, { ...weights.get(layer), [role]: values[i] }));
      const output = forward(architecture, weights as Tensors, x as tf.Tensor4D, { hooks, outputs: [logits] }).get(logits);
      return [tf.softmax(tf.reshape(output as tf.Tensor, [x.shape[0], -1]))];
    }, calls);
  }

  get batchSize(): number {
    return this.options.batchSize;
  }

  /** Numbers in a sample. */
  get inputSize(): number {
    return sizeOf(inputShapeOf(this.architecture));
  }

  get classes(): number {
    return outputSizeOf(this.architecture);
  }

  /** n × classes. @param x n × input size. */
  async probabilities(x: Float32Array, n: number, { signal, onProgress }: LongWork = {}): Promise<Float32Array> {
    const shape = inputShapeOf(this.architecture);
    const size = sizeOf(shape);
    check(x.length === n * size, 'x', x.length, `${n} × ${size} numbers (the model's input is ${shape})`);
    const batch = Math.min(n, this.options.batchSize);
    let result: Float32Array | undefined;
    for (let from = 0; from < n; from += batch) {
      await breathe(signal, 'the prediction');
      const to = Math.min(n, from + batch);
      let samples = x.subarray(from * size, to * size);
      if (to - from < batch) {
        // Filled up with zeros: one shape, one graph.
        samples = new Float32Array(batch * size);
        samples.set(x.subarray(from * size, to * size));
      }
      const values = tf.tidy(() => this.graph.call(tf.tensor4d(samples, [batch, ...shape]), ...this.weights)[0].dataSync<'float32'>());
      const classes = values.length / batch;
      result ??= new Float32Array(n * classes);
      result.set(values.subarray(0, (to - from) * classes), from * classes);
      onProgress?.({ path: [], done: to, total: n, unit: 'sample' });
    }
    return result ?? new Float32Array(0);
  }

  dispose(): void {
    this.graph.dispose();
  }
}
