import { existsSync, rmSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { ArgumentError, breathe, check, createRng, ParetinoError, type LongWork, type Rng } from '../base';
import type { Architecture, Weights } from './architecture';
import type { Augmentation } from './augment';
import { readCheckpoint, writeCheckpoint } from './checkpoint';
import { judge } from './evaluate';
import type { ForwardHooks } from './forward';
import { checkDistillation, Teacher, type Distillation } from './distillation';
import { fromLayersModel } from './from-layers-model';
import { adam, type Optimizer } from './optimizers';
import { cosineSchedule, type LearningRateSchedule } from './schedules';
import type { History, HistoryRow } from './history';
import { Predictor } from './predictor';
import { inputShapeOf, outputSizeOf, sizeOf } from './shapes';
import { checkFinite, checkSamples, isStream, type SampleForm, type SampleSource } from './samples';
import { fromMemory, fromStream } from './training-batches';
import type { StepResult, Trainer } from './trainer';
import { createTrainer } from './create-trainer';
import { applyWeights, weightsOf, type WeightMasks } from './weights';

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

/** The loss stopped being a number. The model keeps the weights of the last good step. */
export class TrainingDivergedError extends ParetinoError {
  constructor(
    /** From 1. */
    readonly epoch: number,
    /** From 1, of the whole training. */
    readonly step: number,
    /** At that step. */
    readonly learningRate: number,
  ) {
    super(
      `training diverged: the loss is not a finite number in epoch ${epoch}, step ${step}, at learning rate ` +
        `${learningRate.toPrecision(3)}; try a smaller learningRate, or clipNorm`,
    );
  }
}

/** Indices of the samples used: all, or a seeded share of each class. */
function chosenSamples(y: Int32Array, fraction: number, rng: Rng): Int32Array {
  const all = Int32Array.from(y.keys());
  if (fraction >= 1) return all;
  const byClass = new Map<number, number[]>();
  rng.shuffle(all).forEach((i) => byClass.set(y[i], [...(byClass.get(y[i]) ?? []), i]));
  const chosen = [...byClass.values()].flatMap((indices) => indices.slice(0, Math.ceil(fraction * indices.length)));
  return Int32Array.from(chosen).sort();
}

function balancedWeights(y: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  y.forEach((label) => counts[label]++);
  return counts.map((count) => (count === 0 ? 1 : y.length / (classes * count)));
}

function checked(data: TrainingData, architecture: Architecture, options: TrainOptions) {
  const classes = outputSizeOf(architecture);
  const form: SampleForm = { name: 'train', size: sizeOf(inputShapeOf(architecture)), classes, isLabelled: true };
  checkSamples(data.train, form);
  if (data.validation && data.validation.n > 0) checkSamples(data.validation, { ...form, name: 'validation' });
  const { epochs = 10, batchSize = 32, dataFraction = 1, labelSmoothing = 0, evaluateEvery = 1 } = options;
  check(Number.isInteger(epochs) && epochs >= 0, 'epochs', epochs, 'an integer of at least 0');
  check(Number.isInteger(batchSize) && batchSize >= 1, 'batchSize', batchSize, 'an integer of at least 1');
  check(dataFraction > 0 && dataFraction <= 1, 'dataFraction', dataFraction, 'a number above 0 and at most 1');
  check(labelSmoothing >= 0 && labelSmoothing < 1, 'labelSmoothing', labelSmoothing, 'a number of at least 0, below 1');
  check(Number.isInteger(evaluateEvery) && evaluateEvery >= 1, 'evaluateEvery', evaluateEvery, 'an integer of at least 1');
  const { classWeights } = options;
  if (isStream(data.train)) {
    check(dataFraction === 1, 'dataFraction', dataFraction, '1, where samples come from a stream');
    check(classWeights !== 'balanced', 'classWeights', classWeights, 'numbers, one a class, where samples come from a stream');
  }
  if (Array.isArray(classWeights) && classWeights.length !== classes) {
    throw new ArgumentError('classWeights', classWeights.length, `${classes} numbers, one a class`);
  }
  return { epochs, batchSize, dataFraction, labelSmoothing, evaluateEvery, form };
}

const evaluationBatch = 64;

/** Calls the hook with a model that is brought up to date, and read again, only where the hook looks at it. */
async function callOnStep(
  onStep: NonNullable<TrainOptions['onStep']>,
  trainer: Trainer,
  event: Pick<StepEvent, 'totalSteps' | 'model' | 'architecture' | 'loss'>,
): Promise<void> {
  let isSeen = false;
  await onStep({
    totalSteps: event.totalSteps,
    architecture: event.architecture,
    loss: event.loss,
    step: trainer.step,
    get model() {
      if (!isSeen) trainer.toModel();
      isSeen = true;
      return event.model;
    },
    setMasks(masks) {
      if (isSeen) trainer.fromModel();
      trainer.setMasks(masks);
      if (isSeen) trainer.toModel();
    },
  });
  if (isSeen) trainer.fromModel();
}

/** The training samples' batches, and weights that make up for how often each class is there. */
function sourceOf({ train }: TrainingData, form: SampleForm, classes: number, { classWeights }: TrainOptions, dataFraction: number, rng: Rng) {
  if (isStream(train)) return { source: fromStream(train, form), classWeights: classWeights as readonly number[] | undefined };
  return {
    source: fromMemory(train, chosenSamples(train.y, dataFraction, rng), form),
    classWeights: classWeights === 'balanced' ? balancedWeights(train.y, classes) : classWeights,
  };
}

/**
 * Trains the model in place, on whatever backend loadBackend started.
 * The same seed gives the same result on the same backend and machine kind, as far as its kernels are
 * deterministic (TensorFlow's multi-threaded sums may differ in the last bits); timeBudgetMs is the exception.
 * @param data samples in memory, or streams of them, read anew in each epoch.
 * @throws ArgumentError for data or options that do not fit the model; TrainingDivergedError; CancelledError.
 */
export async function train(model: tf.LayersModel, data: TrainingData, options: TrainOptions = {}): Promise<History> {
  const { architecture = fromLayersModel(model), signal, onProgress, seed = 0 } = options;
  const { epochs, batchSize, dataFraction, labelSmoothing, evaluateEvery, form } = checked(data, architecture, options);
  const classes = outputSizeOf(architecture);
  const { optimizer = adam(), schedule = cosineSchedule(), checkpoint, earlyStop } = options;
  const baseRate = options.learningRate ?? optimizer.defaultLearningRate;
  const rng = createRng(seed).fork('train');
  const { source, classWeights } = sourceOf(data, form, classes, options, dataFraction, rng.fork('fraction'));
  const batch = Math.min(batchSize, source.n);
  const stepsPerEpoch = Math.ceil(source.n / batch);
  const totalSteps = epochs * stepsPerEpoch;
  const shape = inputShapeOf(architecture);
  const started = performance.now();
  let reported = 0;
  const distillation = options.distillation && checkDistillation(options.distillation, architecture);
  const trainer = createTrainer(model, architecture, {
    inputShape: shape,
    batch,
    steps: totalSteps,
    seed: rng.fork('dropout').integer(0, 2 ** 31 - 1),
    optimizer,
    classes,
    labelSmoothing,
    classWeights,
    batchNormMomentum: options.batchNormMomentum ?? 0.9,
    clipNorm: options.clipNorm,
    hooks: options.hooks,
    extraVariables: options.extraVariables ?? [],
    distillation,
  });
  const teacher = options.distillation && distillation && new Teacher(options.distillation.teacher, distillation.temperature, batch, totalSteps);
  const evaluations = Math.ceil(epochs / evaluateEvery) * Math.ceil((data.validation?.n ?? 0) / evaluationBatch);
  const predictor = new Predictor(model, architecture, {
    batchSize: evaluationBatch,
    hooks: options.hooks,
    extraVariables: options.extraVariables,
    calls: evaluations,
  });
  const fingerprint = JSON.stringify([architecture, epochs, batchSize, dataFraction, String(seed), baseRate, data.train.n]);
  const monitor = earlyStop?.monitor ?? 'valAccuracy';
  const rows: HistoryRow[] = [];
  let best: { epoch: number; value: number; weights: Weights } | undefined;
  let stoppedBy: History['stoppedBy'] = 'epochs';

  try {
    if (checkpoint && existsSync(checkpoint)) {
      const saved = readCheckpoint(checkpoint, architecture, fingerprint);
      if (saved) {
        applyWeights(model, saved.weights, architecture);
        trainer.fromModel();
        trainer.restore(saved.step, saved.optimizer);
        rows.push(...saved.rows);
        best = saved.best;
      }
    }
    if (options.masks) trainer.setMasks(options.masks);
    for (let epoch = rows.length + 1; epoch <= epochs && stoppedBy === 'epochs'; epoch++) {
      const epochStarted = performance.now();
      const epochRng = rng.fork(`epoch ${epoch}`);
      const augmentRng = epochRng.fork('augment');
      let lossSum = 0;
      let correct = 0;
      let seen = 0;
      let learningRate = baseRate;
      for await (const { x, y } of source.batches(epoch, epochRng.fork('order'), batch)) {
        await breathe(signal, 'the training');
        options.augment?.(x, batch, shape, augmentRng);
        learningRate = baseRate * schedule.factorAt(trainer.step / totalSteps);
        const soft = await teacher?.softLabels(x, batch);
        const input = tf.tensor4d(x, [batch, ...shape]);
        let result: StepResult;
        try {
          result = trainer.run(input, y, learningRate, soft);
        } finally {
          input.dispose();
        }
        if (!Number.isFinite(result.loss)) {
          checkFinite(`train.x, as augmented in step ${trainer.step}: x`, x);
          throw new TrainingDivergedError(epoch, trainer.step, learningRate);
        }
        lossSum += result.loss * batch;
        correct += result.correct;
        seen += batch;
        if (options.onStep) await callOnStep(options.onStep, trainer, { totalSteps, model, architecture, loss: result.loss });
        const now = performance.now();
        if (onProgress && (now - reported > 100 || trainer.step === totalSteps)) {
          reported = now;
          const metrics = { epoch, loss: lossSum / seen, accuracy: correct / seen };
          onProgress({ path: ['train'], done: trainer.step, total: totalSteps, unit: 'step', metrics });
        }
        if (options.timeBudgetMs !== undefined && now - started > options.timeBudgetMs) {
          stoppedBy = 'time';
          break;
        }
      }
      let row: HistoryRow = { epoch, loss: lossSum / seen, accuracy: correct / seen, seconds: 0, learningRate };
      trainer.toModel();
      const isLast = epoch === epochs || stoppedBy === 'time';
      if (data.validation && data.validation.n > 0 && (isLast || epoch % evaluateEvery === 0)) {
        const { loss, accuracy } = await judge(predictor, data.validation, { signal });
        row = { ...row, valLoss: loss, valAccuracy: accuracy };
      }
      row = { ...row, seconds: (performance.now() - epochStarted) / 1000 };
      rows.push(row);
      const value = monitor === 'valLoss' ? row.valLoss && -row.valLoss : row.valAccuracy;
      if (earlyStop && value !== undefined) {
        if (!best || value > best.value) best = { epoch, value, weights: weightsOf(model, architecture) };
        else if (rows.filter((r) => r.epoch > (best as { epoch: number }).epoch && r.valLoss !== undefined).length >= earlyStop.patience) {
          stoppedBy = 'patience';
        }
      }
      if (options.targetAccuracy !== undefined && (row.valAccuracy ?? -1) >= options.targetAccuracy) stoppedBy = 'target';
      if (options.onEpoch) {
        if ((await options.onEpoch(row, model)) === 'stop') stoppedBy = 'hook';
        trainer.fromModel();
      }
      if (checkpoint && stoppedBy === 'epochs') {
        writeCheckpoint(checkpoint, {
          fingerprint,
          architecture,
          step: trainer.step,
          rows,
          weights: weightsOf(model, architecture),
          optimizer: trainer.state(),
          best,
        });
      }
    }
    let epoch = rows.length;
    if (best && earlyStop && stoppedBy !== 'target') {
      applyWeights(model, best.weights, architecture);
      epoch = best.epoch;
    }
    if (checkpoint) rmSync(checkpoint, { force: true });
    return { rows, stoppedBy, epoch, steps: trainer.step };
  } catch (error) {
    trainer.toModel();
    throw error;
  } finally {
    trainer.dispose();
    teacher?.dispose();
    predictor.dispose();
  }
}
