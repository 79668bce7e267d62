/**
 * Training steps as one TensorFlow graph each: the step is recorded once, weights and the optimiser's state live in
 * the graph's session as resource variables, and from then on a step is one call, as in Keras. TensorFlow's own
 * passes over the graph share and fuse what they can.
 */
import * as tf from '@tensorflow/tfjs';
import type { Architecture, Shape } from './architecture';
import { GraphBuilder, types, type Output } from './graph/graph';
import { record } from './graph/record';
import { GraphSession } from './graph/session';
import { after, SessionVector, VectorGroup } from './graph/session-vectors';
import { lossAndGradients } from './loss';
import { clipped } from './optimizers';
import { assignAll, cut, flat, TrainedVariables } from './train-state';
import { countCorrect, softLabels, statisticsMomentum, type StepResult, type Trainer, type TrainerOptions } from './trainer';
import type { WeightMasks } from './weights';

const T = { type: types.float };

const sizeOfAll = (variables: readonly tf.Variable[]): number => variables.reduce((sum, { size }) => sum + size, 0);

interface StepGraph {
  readonly session: GraphSession;
  /** Parameters, moving statistics, and what is frozen. */
  readonly model: VectorGroup;
  readonly state: VectorGroup;
  readonly mask: VectorGroup;
  /** With distillation the teacher's soft labels come last. */
  readonly feeds: readonly [x: Output, truth: Output, scalars: Output, seed: Output, soft?: Output];
  readonly logits: Output;
  /** The loss, once everything is updated; without masks and with. */
  readonly steps: readonly [Output, Output];
  /** Comes once the masks are pressed on the parameters. */
  readonly masked: Output;
}

function buildStep(
  architecture: Architecture,
  variables: TrainedVariables,
  inputShape: Shape,
  batch: number,
  options: TrainerOptions,
): StepGraph {
  const { optimizer, classes, clipNorm, hooks, distillation } = options;
  const graph = new GraphBuilder();
  const parameters = new SessionVector(graph, variables.size);
  const mask = new SessionVector(graph, variables.size);
  const moving = new SessionVector(graph, sizeOfAll(variables.moving));
  const frozen = new SessionVector(graph, sizeOfAll(variables.frozen));
  const slots = Array.from({ length: optimizer.slots }, () => new SessionVector(graph, variables.size));
  const shapes = {
    x: [batch, ...inputShape] as [number, number, number, number],
    truth: [batch, classes] as [number, number],
    scalars: [3] as [number],
    seed: [2] as [number],
  };
  const feeds = [
    graph.placeholder(shapes.x),
    graph.placeholder(shapes.truth),
    graph.placeholder(shapes.scalars),
    graph.placeholder(shapes.seed, types.int32),
    ...(distillation ? ([graph.placeholder(shapes.truth)] as const) : ([] as const)),
  ] as const;
  let built: StepGraph | undefined;
  tf.tidy(() => {
    const x: tf.Tensor4D = tf.zeros(shapes.x);
    const truth: tf.Tensor2D = tf.zeros(shapes.truth);
    const scalars: tf.Tensor1D = tf.ones(shapes.scalars);
    const seed: tf.Tensor1D = tf.zeros(shapes.seed, 'int32');
    const soft: tf.Tensor2D = tf.zeros(shapes.truth);
    const vectors = {
      parameters: flat(variables.trained),
      moving: flat(variables.moving),
      slots: slots.map(() => tf.zeros([variables.size]) as tf.Tensor1D),
    };
    // The variables' own tensors stand for pieces of the vectors.
    const pieces = (own: readonly tf.Variable[], vector: tf.Tensor1D, source: Output): Output[] =>
      record(graph, new Map([[vector, source]]), () => cut(vector, own));
    const inputs = new Map<tf.Tensor, Output>([
      [x, feeds[0]],
      [truth, feeds[1]],
      [scalars, feeds[2]],
      [seed, feeds[3]],
      ...(feeds[4] ? ([[soft, feeds[4]]] as const) : []),
      [vectors.parameters, parameters.read],
      [vectors.moving, moving.read],
      ...vectors.slots.map((slot, i) => [slot, slots[i].read] as const),
    ]);
    pieces(variables.trained, vectors.parameters, parameters.read).forEach((piece, i) => inputs.set(variables.trained[i], piece));
    pieces(variables.moving, vectors.moving, moving.read).forEach((piece, i) => inputs.set(variables.moving[i], piece));
    pieces(variables.frozen, flat(variables.frozen), frozen.read).forEach((piece, i) => inputs.set(variables.frozen[i], piece));

    const [loss, logits, nextParameters, nextMoving, ...nextSlots] = record(graph, inputs, () => {
      const result = lossAndGradients(x, truth, {
        architecture,
        weights: variables.all,
        trained: variables.trained,
        hooks,
        dropoutSeed: seed,
        distillation: distillation && { ...distillation, soft },
      });
      const [learningRate, step, momentum] = tf.unstack(scalars) as tf.Scalar[];
      const next = optimizer.update({
        gradient: clipped(flat(result.gradients), clipNorm),
        parameters: vectors.parameters,
        slots: vectors.slots,
        step,
        learningRate,
        decay: variables.decay(optimizer),
      });
      const batchStatistics = variables.statistics(result.statistics);
      const moved = tf.add(tf.mul(vectors.moving, momentum), tf.mul(batchStatistics, tf.sub(1, momentum)));
      const outputs = [tf.clone(result.loss), tf.clone(result.logits), next.parameters, moved, ...next.slots];
      result.dispose();
      return outputs;
    });
    // A diverged step is not applied: the weights stay those of the last good one. It shows in the loss, or in what it makes of them.
    const sum = graph.add('Sum', [nextParameters, graph.integers([0])], { T, Tidx: { type: types.int32 } });
    const isGood = graph.add('IsFinite', [graph.add('AddV2', [loss, sum], { T })], { T });
    const told = graph.add('Select', [isGood, loss, graph.floats([NaN], [])], { T });
    const ifGood = (vector: SessionVector, next: Output): Output =>
      vector.assign(graph.add('Select', [isGood, next, vector.read], { T }));
    const rest = [ifGood(moving, nextMoving), ...slots.map((slot, i) => ifGood(slot, nextSlots[i]))];
    const maskedParameters = graph.add('Mul', [nextParameters, mask.read], { T });
    const steps = [nextParameters, maskedParameters].map((next) => after(graph, [...rest, ifGood(parameters, next)], told));
    const masked = after(graph, [parameters.assign(graph.add('Mul', [parameters.read, mask.read], { T }))]);
    const groups = {
      model: new VectorGroup(graph, [parameters, moving, frozen]),
      state: new VectorGroup(graph, slots),
      mask: new VectorGroup(graph, [mask]),
    };
    const session = new GraphSession(graph);
    groups.model.write(session, [vectors.parameters, vectors.moving, flat(variables.frozen)]);
    groups.state.write(session, vectors.slots);
    built = { session, ...groups, feeds, logits, steps: steps as [Output, Output], masked };
  });
  return built as unknown as StepGraph;
}

export class GraphTrainer implements Trainer {
  step = 0;
  private isMasked = false;
  private readonly graph: StepGraph;
  private readonly variables: TrainedVariables;
  private readonly areStatisticsFresh: boolean;

  /**
   * @param batch number of samples of every step.
   * @throws RecordingError where a hook looks at values, so that a step is no graph.
   */
  constructor(
    model: tf.LayersModel,
    architecture: Architecture,
    inputShape: Shape,
    batch: number,
    private readonly options: TrainerOptions,
  ) {
    this.variables = new TrainedVariables(model, architecture, options.extraVariables);
    this.areStatisticsFresh = this.variables.areStatisticsFresh();
    this.graph = buildStep(architecture, this.variables, inputShape, batch, options);
  }

  run(x: tf.Tensor4D, y: Int32Array, learningRate: number, soft?: Float32Array): StepResult {
    this.step++;
    const { session, feeds, logits, steps } = this.graph;
    const { seed, classes, batchNormMomentum } = this.options;
    const momentum = statisticsMomentum(this.step, this.areStatisticsFresh, batchNormMomentum);
    return tf.tidy(() => {
      const values = [
        x,
        tf.tensor2d(softLabels(y, this.options), [y.length, classes]),
        tf.tensor1d([learningRate, this.step, momentum]),
        tf.tensor1d([seed, this.step], 'int32'),
        ...(soft ? [tf.tensor2d(soft, [y.length, classes])] : []),
      ];
      const results = session.run(feeds.map((feed, i) => [feed as Output, values[i]] as const), [steps[this.isMasked ? 1 : 0], logits]);
      const [loss] = results[0].dataSync();
      return { loss, correct: countCorrect(results[1].dataSync<'float32'>(), y) };
    });
  }

  toModel(): void {
    tf.tidy(() => {
      const [parameters, moving] = this.graph.model.read(this.graph.session);
      assignAll(this.variables.trained, parameters);
      assignAll(this.variables.moving, moving);
    });
  }

  fromModel(): void {
    const { trained, moving, frozen } = this.variables;
    tf.tidy(() => this.graph.model.write(this.graph.session, [flat(trained), flat(moving), flat(frozen)]));
  }

  setMasks(masks: WeightMasks): void {
    const { session, mask, masked } = this.graph;
    tf.tidy(() => {
      mask.write(session, [this.variables.mask(masks)]);
      session.run([], [masked]);
    });
    this.isMasked = true;
  }

  state(): Float32Array[] {
    return tf.tidy(() => this.graph.state.read(this.graph.session).map((slot) => Float32Array.from(slot.dataSync())));
  }

  restore(step: number, state: readonly Float32Array[]): void {
    this.step = step;
    tf.tidy(() => this.graph.state.write(this.graph.session, state.map((values) => tf.tensor1d(values))));
  }

  dispose(): void {
    this.graph.session.dispose();
  }
}
