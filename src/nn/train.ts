import { existsSync, rmSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { breathe, createRng, ParetinoError, type Rng } from '../base';
import type { Weights } from './architecture';
import { readCheckpoint, writeCheckpoint } from './checkpoint';
import { judge } from './evaluate';
import { checkDistillation, Teacher } from './distillation';
import { fromLayersModel } from './from-layers-model';
import { adam } from './optimizers';
import { cosineSchedule } from './schedules';
import type { History, HistoryRow } from './history';
import { Predictor } from './predictor';
import { inputShapeOf } from './shapes';
import { checkFinite, isStream, type SampleForm } from './samples';
import { fromMemory, fromStream } from './training-batches';
import type { StepResult, Trainer } from './trainer';
import { createTrainer } from './create-trainer';
import { checkTraining, type StepEvent, type TrainingData, type TrainOptions } from './train-options';
import { applyWeights, weightsOf } from './weights';

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
  const form = checkTraining(data, architecture, options);
  const { classes } = form;
  const { epochs = 10, batchSize = 32, dataFraction = 1, labelSmoothing = 0, evaluateEvery = 1 } = options;
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
  // Making the steps' graph may take as long as some steps: what waits comes first.
  await breathe(signal, 'the training');
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
          if (!isStream(data.train)) checkFinite('train.x', data.train.x);
          checkFinite(`batch of step ${trainer.step}, as read and augmented: x`, x);
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
