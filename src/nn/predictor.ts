import * as tf from '@tensorflow/tfjs';
import type { LongWork } from '../base';
import type { Architecture } from './architecture';
import { forward, logitsLayer, type ForwardHooks, type Tensors } from './forward';
import { GraphFunction } from './graph/graph-function';
import type { WeightRole } from './layouts';
import { runBatches, type Outputs } from './run-batches';
import type { InputSource } from './samples';
import { inputShapeOf, outputSizeOf } from './shapes';
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

  /** Class probabilities. @throws ArgumentError for samples that do not fit the model; CancelledError */
  run(samples: InputSource, work: LongWork & { isLabelled?: boolean } = {}): Promise<Outputs> {
    return runBatches(samples, (x) => this.graph.call(x, ...this.weights)[0], {
      ...work,
      inputShape: inputShapeOf(this.architecture),
      outputSize: outputSizeOf(this.architecture),
      batchSize: this.options.batchSize,
      what: 'the prediction',
    });
  }

  dispose(): void {
    this.graph.dispose();
  }
}
