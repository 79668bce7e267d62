/** What a training is given, and what it must be. */
import type * as tf from '@tensorflow/tfjs';
import { check, type LongWork } from '../base';
import type { Architecture } from './architecture';
import type { Augmentation } from './augment';
import type { Distillation } from './distillation';
import type { ForwardHooks } from './forward';
import type { HistoryRow } from './history';
import type { Optimizer } from './optimizers';
import { checkSamples, isStream, type SampleForm, type SampleSource } from './samples';
import type { LearningRateSchedule } from './schedules';
import { inputShapeOf, outputSizeOf, sizeOf } from './shapes';
import type { WeightMasks } from './weights';

/** What training needs of a data set: samples in memory, or streams of them for sets larger than memory. */
export interface TrainingData {
  /** What is trained on; a stream is read once an epoch. */
  readonly train: SampleSource;
  /** What is evaluated after epochs; nothing where absent. */
  readonly validation?: SampleSource;
}

/** What a hook sees after each optimiser step; pruning while training works by `setMasks`. */
export interface StepEvent {
  /** From 1. */
  readonly step: number;
  /** Steps of the whole training, were it not stopped early. */
  readonly totalSteps: number;
  /** Up to date, and what is written to its variables counts. Looking at it costs about a millisecond a step. */
  readonly model: tf.LayersModel;
  /** Of the model. */
  readonly architecture: Architecture;
  /** Mean cross-entropy of this step's batch. */
  readonly loss: number;
  /** From now on the weights whose mask is 0 stay 0. */
  setMasks(masks: WeightMasks): void;
}

export interface TrainOptions extends LongWork {
  /** Default 10. */
  epochs?: number;
  /** Default 32, at most the samples there are. The last batch of an epoch is filled up from its first samples. */
  batchSize?: number;
  /** Default adam(). */
  optimizer?: Optimizer;
  /** Before the schedule; default: the optimiser's own. */
  learningRate?: number;
  /** Default cosineSchedule(). */
  schedule?: LearningRateSchedule;
  /** Order of samples, augmentation and dropout; default 0. */
  seed?: number | string;
  /** Share of probability spread over all classes; default 0. */
  labelSmoothing?: number;
  /** A factor on the loss of each class, or 'balanced': n / (classes · count). */
  classWeights?: readonly number[] | 'balanced';
  /** Changes each batch of training samples, in place; default: none. */
  augment?: Augmentation;
  /** A trained network to learn from beside the labels. */
  distillation?: Distillation;
  /** Share of the training samples used, the same share of each class: a fidelity. Default 1. */
  dataFraction?: number;
  /** Stops after `patience` evaluations without a better validation accuracy (or loss), and restores the best weights. */
  earlyStop?: {
    /** Evaluations in a row without a better one. */
    patience: number;
    /** What has to become better; default 'valAccuracy'. */
    monitor?: 'valAccuracy' | 'valLoss';
  };
  /** Stops once the validation accuracy is at least this. */
  targetAccuracy?: number;
  /** Stops after the first step past this much time. What it gives then depends on the machine. */
  timeBudgetMs?: number;
  /** A file written after each epoch; where it exists and fits, training goes on from it. Removed at the end. */
  checkpoint?: string;
  /** Weights whose mask is 0 stay 0. */
  masks?: WeightMasks;
  /** After each step: pruning changes its masks here. */
  onStep?: (event: StepEvent) => void | Promise<void>;
  /** After each epoch. */
  onEpoch?: (row: HistoryRow, model: tf.LayersModel) => void | 'stop' | Promise<void | 'stop'>;
  /** Epochs between evaluations on the validation split; default 1. The last epoch is always evaluated. */
  evaluateEvery?: number;
  /** Of the moving statistics; default 0.9, which follows a short training better than tf's 0.99. */
  batchNormMomentum?: number;
  /** Limit of the gradient's Euclidean norm. */
  clipNorm?: number;
  /** Reaches into the forward pass, in training and validation: fake quantisation. */
  hooks?: ForwardHooks;
  /** Trained beside the model's own: the scales of fake quantisers. */
  extraVariables?: readonly tf.Variable[];
  /** Taken from the model where it is not given. */
  architecture?: Architecture;
}

/** What a notebook may hand over uncalled (`adam` for `adam()`), or by its name. */
function checkParts({ optimizer, schedule, augment, masks, earlyStop }: TrainOptions): void {
  const isFunction = (value: unknown): boolean => typeof value === 'function';
  check(optimizer === undefined || isFunction(optimizer.update), 'optimizer', optimizer, 'an optimizer: adam(), sgd(), rmsprop() or one of your own');
  check(schedule === undefined || isFunction(schedule.factorAt), 'schedule', schedule, 'a schedule: cosineSchedule(), stepSchedule(), constantSchedule() or one of your own');
  check(augment === undefined || isFunction(augment), 'augment', augment, 'a function: augmentations(jitter(), scaling()), say');
  check(masks === undefined || masks instanceof Map, 'masks', masks, 'a Map of masks by layer');
  if (earlyStop === undefined) return;
  const { patience, monitor = 'valAccuracy' } = earlyStop;
  check(Number.isInteger(patience) && patience >= 1, 'earlyStop.patience', patience, 'an integer of at least 1');
  check(monitor === 'valAccuracy' || monitor === 'valLoss', 'earlyStop.monitor', monitor, "'valAccuracy' or 'valLoss'");
}

function checkNumbers(options: TrainOptions, classes: number): void {
  const { dataFraction = 1, labelSmoothing = 0, batchNormMomentum = 0.9, learningRate, clipNorm, timeBudgetMs, targetAccuracy } = options;
  const whole = { epochs: 0, batchSize: 1, evaluateEvery: 1 };
  for (const [name, least] of Object.entries(whole)) {
    const value = options[name as keyof typeof whole] ?? least;
    check(Number.isInteger(value) && value >= least, name, value, `an integer of at least ${least}`);
  }
  check(dataFraction > 0 && dataFraction <= 1, 'dataFraction', dataFraction, 'a number above 0 and at most 1');
  check(labelSmoothing >= 0 && labelSmoothing < 1, 'labelSmoothing', labelSmoothing, 'a number of at least 0, below 1');
  check(batchNormMomentum >= 0 && batchNormMomentum < 1, 'batchNormMomentum', batchNormMomentum, 'a number of at least 0, below 1');
  check(targetAccuracy === undefined || (targetAccuracy >= 0 && targetAccuracy <= 1), 'targetAccuracy', targetAccuracy, 'a share of 0 to 1');
  for (const [name, value] of Object.entries({ learningRate, clipNorm, timeBudgetMs })) {
    check(value === undefined || (value > 0 && value < Infinity), name, value, 'a finite number above 0');
  }
  if (!options.classWeights || options.classWeights === 'balanced') return;
  check(typeof options.classWeights !== 'string', 'classWeights', options.classWeights, "'balanced', or numbers, one a class");
  check(options.classWeights.length === classes, 'classWeights', options.classWeights, `${classes} numbers, one a class`);
  options.classWeights.forEach((weight, i) => check(weight >= 0 && weight < Infinity, `classWeights[${i}]`, weight, 'a finite number of at least 0'));
}

/** What samples must be for a model. @throws ArgumentError for data or options that do not fit it */
export function checkTraining(data: TrainingData, architecture: Architecture, options: TrainOptions): SampleForm & { classes: number } {
  check(data, 'data', data, 'a data set, or { train } of samples');
  const classes = outputSizeOf(architecture);
  const form = { name: 'train', size: sizeOf(inputShapeOf(architecture)), classes, isLabelled: true };
  checkSamples(data.train, form);
  const hasValidation = data.validation !== undefined && data.validation.n > 0;
  if (data.validation && hasValidation) checkSamples(data.validation, { ...form, name: 'validation' });
  checkNumbers(options, classes);
  checkParts(options);
  const { classWeights, dataFraction = 1, earlyStop, targetAccuracy } = options;
  if (isStream(data.train)) {
    check(dataFraction === 1, 'dataFraction', dataFraction, '1, where samples come from a stream');
    check(classWeights !== 'balanced', 'classWeights', classWeights, 'numbers, one a class, where samples come from a stream');
  }
  check(hasValidation || !earlyStop, 'earlyStop', earlyStop, 'none, where there is no validation split');
  check(hasValidation || targetAccuracy === undefined, 'targetAccuracy', targetAccuracy, 'none, where there is no validation split');
  return form;
}
