/** A training's steps: what the two ways of making them, one by one and as a graph, have in common. */
import type * as tf from '@tensorflow/tfjs';
import type { DistillationLoss } from './distillation';
import type { ForwardHooks } from './forward';
import type { Optimizer } from './optimizers';
import type { WeightMasks } from './weights';

export interface TrainerOptions {
  readonly optimizer: Optimizer;
  readonly classes: number;
  readonly labelSmoothing: number;
  readonly classWeights?: readonly number[];
  readonly batchNormMomentum: number;
  readonly clipNorm?: number;
  readonly hooks?: ForwardHooks;
  readonly extraVariables: readonly tf.Variable[];
  readonly distillation?: DistillationLoss;
  /** Of dropout's masks. */
  readonly seed: number;
}

export interface StepResult {
  readonly loss: number;
  readonly correct: number;
}

/** Holds weights and the optimiser's state between steps; dispose it when done. */
export interface Trainer {
  /** Steps done. */
  readonly step: number;
  /** One step on a batch: x batch × height × width × channels, y batch class indices, soft batch × classes of the teacher, with distillation. One whose loss is not finite is not applied. */
  run(x: tf.Tensor4D, y: Int32Array, learningRate: number, soft?: Float32Array): StepResult;
  /** Brings the model's variables up to date. */
  toModel(): void;
  /** Goes on from the model's variables as they are. */
  fromModel(): void;
  /** From now on weights whose mask is 0 stay 0. */
  setMasks(masks: WeightMasks): void;
  /** The optimiser's vectors, for a checkpoint. */
  state(): Float32Array[];
  restore(step: number, state: readonly Float32Array[]): void;
  /** The model keeps what it has: call toModel before. */
  dispose(): void;
}

/** Soft labels (Szegedy et al. 2016, section 7), each row times its class's weight: batch × classes. */
export function softLabels(y: Int32Array, { classes, labelSmoothing, classWeights }: TrainerOptions): Float32Array {
  const targets = new Float32Array(y.length * classes);
  for (let i = 0; i < y.length; i++) {
    const weight = classWeights?.[y[i]] ?? 1;
    targets.fill((weight * labelSmoothing) / classes, i * classes, (i + 1) * classes);
    targets[i * classes + y[i]] += weight * (1 - labelSmoothing);
  }
  return targets;
}

/** The share of the old moving statistics kept. Fresh ones are replaced by the first batches' own average. */
export function statisticsMomentum(step: number, areFresh: boolean, momentum: number): number {
  return areFresh ? Math.min(momentum, 1 - 1 / step) : momentum;
}

export function countCorrect(logits: Float32Array, y: Int32Array): number {
  const classes = logits.length / y.length;
  let correct = 0;
  for (let i = 0; i < y.length; i++) {
    let best = 0;
    for (let c = 1; c < classes; c++) if (logits[i * classes + c] > logits[i * classes + best]) best = c;
    if (best === y[i]) correct++;
  }
  return correct;
}
