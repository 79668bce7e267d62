/** Training steps operation by operation, on any backend: loss and gradients, the optimiser's update, batch-norm statistics. */
import * as tf from '@tensorflow/tfjs';
import type { Architecture } from './architecture';
import { lossAndGradients } from './loss';
import { assignAll, flat, TrainedVariables } from './train-state';
import { countCorrect, softLabels, statisticsMomentum, type StepResult, type Trainer, type TrainerOptions } from './trainer';
import { clipped } from './optimizers';
import type { WeightMasks } from './weights';

/** Weights live in the model's own variables. */
export class EagerTrainer implements Trainer {
  step = 0;
  private slots: tf.Tensor1D[] = [];
  private mask?: tf.Tensor1D;
  private readonly decay?: tf.Tensor1D;
  private readonly variables: TrainedVariables;
  private readonly areStatisticsFresh: boolean;

  constructor(
    model: tf.LayersModel,
    private readonly architecture: Architecture,
    private readonly options: TrainerOptions,
  ) {
    const { optimizer } = options;
    this.variables = new TrainedVariables(model, architecture, options.extraVariables);
    this.areStatisticsFresh = this.variables.areStatisticsFresh();
    for (let i = 0; i < optimizer.slots; i++) this.slots.push(tf.keep(tf.zeros([this.variables.size])));
    this.decay = this.variables.decay(optimizer);
  }

  run(x: tf.Tensor4D, y: Int32Array, learningRate: number, soft?: Float32Array): StepResult {
    this.step++;
    const { classes, hooks, seed, distillation } = this.options;
    const { trained, all } = this.variables;
    return tf.tidy(() => {
      const truth = tf.tensor2d(softLabels(y, this.options), [y.length, classes]);
      const result = lossAndGradients(x, truth, {
        architecture: this.architecture,
        weights: all,
        trained,
        hooks,
        dropoutSeed: tf.tensor1d([seed, this.step], 'int32'),
        distillation: distillation && soft && { ...distillation, soft: tf.tensor2d(soft, [y.length, classes]) },
      });
      try {
        const [loss] = result.loss.dataSync();
        // A diverged step is not applied: the weights stay those of the last good one.
        const isGood = Number.isFinite(loss) && this.apply(result.gradients, learningRate);
        if (isGood) this.moveStatistics(this.variables.statistics(result.statistics));
        return { loss: isGood ? loss : NaN, correct: countCorrect(result.logits.dataSync<'float32'>(), y) };
      } finally {
        result.dispose();
      }
    });
  }

  toModel(): void {
    // They are there.
  }

  fromModel(): void {
    // They are seen at the next step.
  }

  setMasks(masks: WeightMasks): void {
    this.mask?.dispose();
    this.mask = this.variables.mask(masks);
    tf.tidy(() => assignAll(this.variables.trained, tf.mul(flat(this.variables.trained), this.mask as tf.Tensor1D)));
  }

  state(): Float32Array[] {
    return this.slots.map((slot) => Float32Array.from(slot.dataSync()));
  }

  restore(step: number, state: readonly Float32Array[]): void {
    this.step = step;
    tf.dispose(this.slots);
    this.slots = state.map((values) => tf.tensor1d(values));
  }

  dispose(): void {
    tf.dispose(this.slots);
    this.decay?.dispose();
    this.mask?.dispose();
  }

  /** False where it would leave weights that are no numbers: then nothing is changed. */
  private apply(gradients: readonly tf.Tensor[], learningRate: number): boolean {
    const { optimizer, clipNorm } = this.options;
    const { trained } = this.variables;
    const next = optimizer.update({
      gradient: clipped(flat(gradients), clipNorm),
      parameters: flat(trained),
      slots: this.slots,
      step: tf.scalar(this.step),
      learningRate: tf.scalar(learningRate),
      decay: this.decay,
    });
    if (!Number.isFinite(tf.sum(next.parameters).dataSync()[0])) return false;
    tf.dispose(this.slots);
    this.slots = next.slots.map((slot) => tf.keep(slot));
    assignAll(trained, this.mask ? tf.mul(next.parameters, this.mask) : next.parameters);
    return true;
  }

  private moveStatistics(batch: tf.Tensor1D): void {
    if (batch.size === 0) return;
    const momentum = statisticsMomentum(this.step, this.areStatisticsFresh, this.options.batchNormMomentum);
    const { moving } = this.variables;
    assignAll(moving, tf.add(tf.mul(flat(moving), momentum), tf.mul(batch, 1 - momentum)));
  }
}
