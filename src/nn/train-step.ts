/** One optimisation step: loss and gradients, the optimiser's update, batch-norm statistics. */
import * as tf from '@tensorflow/tfjs';
import type { Architecture } from './architecture';
import { forward, logitsLayer, type ForwardHooks } from './forward';
import type { Optimizer } from './optimizers';
import { variablesOf } from './weights';

export interface TrainerOptions {
  readonly optimizer: Optimizer;
  readonly classes: number;
  readonly labelSmoothing: number;
  readonly classWeights?: readonly number[];
  readonly batchNormMomentum: number;
  readonly clipNorm?: number;
  readonly hooks?: ForwardHooks;
  readonly extraVariables: readonly tf.Variable[];
}

export interface StepResult {
  readonly loss: number;
  readonly correct: number;
}

/** Holds the optimiser's state between steps; dispose it when done. */
export class Trainer {
  step = 0;
  private slots: tf.Tensor1D[] = [];
  private readonly decay?: tf.Tensor1D;
  private readonly trained: tf.Variable[];
  private readonly moving: { layer: string; mean: tf.Variable; variance: tf.Variable }[] = [];
  private readonly variables: ReturnType<typeof variablesOf>;
  /** Fresh statistics are replaced by the first batches' own average; trained ones are moved from where they are. */
  private readonly freshStatistics: boolean;

  constructor(
    model: tf.LayersModel,
    private readonly architecture: Architecture,
    private readonly options: TrainerOptions,
  ) {
    this.variables = variablesOf(model, architecture);
    const kernels: boolean[] = [];
    this.trained = [];
    for (const [layer, roles] of this.variables) {
      for (const [role, variable] of Object.entries(roles)) {
        if (role === 'mean' || role === 'variance' || !variable.trainable) continue;
        this.trained.push(variable);
        kernels.push(role === 'kernel');
      }
      if (roles.mean && roles.variance) this.moving.push({ layer, mean: roles.mean, variance: roles.variance });
    }
    for (const variable of options.extraVariables) {
      this.trained.push(variable);
      kernels.push(false);
    }
    this.freshStatistics = this.moving.every(
      ({ mean, variance }) => mean.dataSync().every((m) => m === 0) && variance.dataSync().every((v) => v === 1),
    );
    const size = this.trained.reduce((sum, variable) => sum + variable.size, 0);
    for (let i = 0; i < options.optimizer.slots; i++) this.slots.push(tf.keep(tf.zeros([size])));
    if (options.optimizer.weightDecay > 0) {
      const mask = new Float32Array(size);
      let offset = 0;
      this.trained.forEach((variable, i) => {
        if (kernels[i]) mask.fill(1, offset, offset + variable.size);
        offset += variable.size;
      });
      this.decay = tf.keep(tf.tensor1d(mask));
    }
  }

  /** One step on a batch: x batch × height × width × channels, y batch class indices. */
  run(x: tf.Tensor4D, y: Int32Array, learningRate: number): StepResult {
    this.step++;
    const statistics = new Map<string, { mean: tf.Tensor1D; variance: tf.Tensor1D }>();
    let logits: tf.Tensor2D | undefined;
    try {
      return tf.tidy(() => {
        const truth = tf.tensor2d(this.targets(y), [y.length, this.options.classes]);
        const { value, grads } = tf.variableGrads(() => {
          const name = logitsLayer(this.architecture);
          const output = forward(this.architecture, this.variables, x, {
            training: true,
            dropoutSeed: this.step,
            hooks: this.options.hooks,
            outputs: [name],
            onBatchStatistics: (layer, mean, variance) => statistics.set(layer, { mean, variance }),
          });
          logits = tf.keep(tf.reshape(output.get(name) as tf.Tensor, [y.length, this.options.classes]) as tf.Tensor2D);
          const crossEntropy = tf.neg(tf.sum(tf.mul(truth, tf.logSoftmax(logits))));
          return tf.div(crossEntropy, y.length) as tf.Scalar;
        }, this.trained);
        const [loss] = value.dataSync();
        // A diverged step is not applied: the weights stay those of the last good one.
        if (Number.isFinite(loss)) {
          this.apply(grads, learningRate);
          this.moveStatistics(statistics);
        }
        return { loss, correct: countCorrect(logits as tf.Tensor2D, y) };
      });
    } finally {
      logits?.dispose();
      for (const { mean, variance } of statistics.values()) tf.dispose([mean, variance]);
    }
  }

  /** The optimiser's vectors, for a checkpoint. */
  state(): Float32Array[] {
    return this.slots.map((slot) => Float32Array.from(slot.dataSync()));
  }

  restore(step: number, state: readonly Float32Array[]): void {
    this.step = step;
    tf.dispose(this.slots);
    this.slots = state.map((values) => tf.keep(tf.tensor1d(values)));
  }

  dispose(): void {
    tf.dispose(this.slots);
    this.decay?.dispose();
  }

  /** Soft labels (Szegedy et al. 2016, section 7), each row times its class's weight: batch × classes. */
  private targets(y: Int32Array): Float32Array {
    const { classes, labelSmoothing, classWeights } = this.options;
    const targets = new Float32Array(y.length * classes);
    for (let i = 0; i < y.length; i++) {
      const weight = classWeights?.[y[i]] ?? 1;
      targets.fill((weight * labelSmoothing) / classes, i * classes, (i + 1) * classes);
      targets[i * classes + y[i]] += weight * (1 - labelSmoothing);
    }
    return targets;
  }

  private apply(grads: Record<string, tf.Tensor>, learningRate: number): void {
    const { optimizer, clipNorm } = this.options;
    let gradient = flat(this.trained.map((variable) => grads[variable.name] ?? tf.zerosLike(variable)));
    if (clipNorm !== undefined) {
      const norm = tf.norm(gradient).dataSync()[0];
      if (norm > clipNorm) gradient = tf.mul(gradient, clipNorm / norm);
    }
    const parameters = flat(this.trained);
    const next = optimizer.update({ gradient, parameters, slots: this.slots, step: this.step, learningRate, decay: this.decay });
    tf.dispose(this.slots);
    this.slots = next.slots.map((slot) => tf.keep(slot));
    assignAll(this.trained, next.parameters);
  }

  private moveStatistics(statistics: ReadonlyMap<string, { mean: tf.Tensor1D; variance: tf.Tensor1D }>): void {
    const seen = this.moving.filter(({ layer }) => statistics.has(layer));
    if (seen.length === 0) return;
    const warm = this.freshStatistics ? 1 - 1 / this.step : 1;
    const momentum = Math.min(this.options.batchNormMomentum, warm);
    const variables = seen.flatMap(({ mean, variance }) => [mean, variance]);
    const batch = seen.flatMap(({ layer }) => {
      const own = statistics.get(layer) as { mean: tf.Tensor1D; variance: tf.Tensor1D };
      return [own.mean, own.variance];
    });
    const old = flat(variables);
    assignAll(variables, tf.add(tf.mul(old, momentum), tf.mul(flat(batch), 1 - momentum)));
  }
}

/** Lays tensors end to end in one vector. */
function flat(tensors: readonly tf.Tensor[]): tf.Tensor1D {
  return tf.concat1d(tensors.map((t) => (t.rank === 1 ? t : tf.reshape(t, [-1])) as tf.Tensor1D));
}

/** Cuts one vector into the variables' values. */
function assignAll(variables: readonly tf.Variable[], vector: tf.Tensor1D): void {
  const parts = tf.split(vector, variables.map((variable) => variable.size));
  // A reshape costs a kernel; most variables (biases, gammas, betas) are vectors already.
  variables.forEach((variable, i) => variable.assign(variable.rank === 1 ? parts[i] : tf.reshape(parts[i], variable.shape)));
}

function countCorrect(logits: tf.Tensor2D, y: Int32Array): number {
  const values = logits.dataSync<'float32'>();
  const classes = logits.shape[1];
  let correct = 0;
  for (let i = 0; i < y.length; i++) {
    let best = 0;
    for (let c = 1; c < classes; c++) if (values[i * classes + c] > values[i * classes + best]) best = c;
    if (best === y[i]) correct++;
  }
  return correct;
}
