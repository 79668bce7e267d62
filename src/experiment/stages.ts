/** The stages between a data set and a board, each its own function: a notebook may stop after any of them and look. */
import { breathe, createRng, nested, type LongWork } from '../base';
import { calibrate, quantize, trainWithPruning, type PrunedNetwork, type QuantizedModel } from '../compress';
import type { Split } from '../datasets';
import { boundarySizes, dequantizeOutput, interpret, quantizeInput, type Graph } from '../deploy';
import { chosenAtRandom, evaluate, inBatches, initialNetwork, loadBackend, modelOf, networkOf, train, type Evaluation, type History, type HistoryRow, type Network, type SampleSource, type TrainOptions } from '../nn';
import type { Task } from './task';

/** A trained network and how it came about. */
export interface Trained {
  /** As trained, and pruned where that was asked for. */
  readonly network: Network;
  /** Loss and accuracy of each epoch. */
  readonly history: History;
  /** What was removed, where pruning was asked for. */
  readonly pruned?: PrunedNetwork;
}

/** How a candidate is trained, beside what its task says. */
export interface TrainingWork extends LongWork {
  /** Of the weights, the order of samples and the augmentation. */
  seed?: number | string;
  /** Called after each epoch; what it throws ends the training. */
  onEpoch?: (row: HistoryRow) => void | Promise<void>;
}

function inTurn(first: NonNullable<TrainingWork['onEpoch']>, then: TrainOptions['onEpoch']): TrainOptions['onEpoch'] {
  return async (row, model) => {
    await first(row);
    return then?.(row, model);
  };
}

/** Builds and trains a candidate, pruning on the way. The network is the small dense one (of single weights: the old shape with zeros). */
export async function trainCandidate<P>(task: Task<P>, params: P, work: TrainingWork = {}): Promise<Trained> {
  await loadBackend();
  const { seed = 0, signal } = work;
  const architecture = task.architecture(params);
  const onProgress = nested(work.onProgress, 'train');
  const own: TrainOptions = { seed, ...task.training?.(params), signal, onProgress };
  const options: TrainOptions = work.onEpoch === undefined ? own : { ...own, onEpoch: inTurn(work.onEpoch, own.onEpoch) };
  const pruning = task.pruning?.(params);
  if (pruning) {
    const { sparsity, structured, heuristic, schedule, warmupEpochs } = pruning;
    // Early stopping would bring back weights from before the pruning.
    const { earlyStop: _, targetAccuracy: __, checkpoint: ___, ...rest } = options;
    const pruned = await trainWithPruning(architecture, task.dataset, { ...rest, sparsity, structured, heuristic, pruningSchedule: schedule, warmupEpochs });
    return { network: pruned.network, history: pruned.history, pruned };
  }
  const model = modelOf(initialNetwork(architecture, seed));
  try {
    const history = await train(model, task.dataset, { ...options, architecture });
    return { network: networkOf(model, architecture), history };
  } finally {
    model.dispose();
  }
}

/** A network's accuracy in float. */
export async function evaluateNetwork(network: Network, samples: SampleSource, { signal }: LongWork = {}): Promise<Evaluation> {
  await loadBackend();
  const model = modelOf(network);
  try {
    return await evaluate(model, samples, { architecture: network.architecture, signal });
  } finally {
    model.dispose();
  }
}

/** Static quantisation with ranges from a seeded choice of the training split. */
export async function quantizeCandidate<P>(task: Task<P>, network: Network, { signal }: LongWork = {}): Promise<QuantizedModel> {
  const { train: split } = task.dataset;
  const chosen = chosenAtRandom(split, task.calibrationSamples ?? 256, createRng('calibration'));
  const { scheme = 'int8' } = task;
  return quantize(network, await calibrate(network, chosen, { correctBiases: [scheme], signal }), scheme);
}

/** The quantised inputs of a split, ready for a runner or the interpreter. */
export function quantizedInputs(graph: Graph, split: Split, count: number = split.n): (Int8Array | Uint8Array)[] {
  const size = split.x.length / split.n;
  return Array.from({ length: Math.min(count, split.n) }, (_, i) => quantizeInput(graph, split.x.subarray(i * size, (i + 1) * size)));
}

/** Index of the largest value; of equals the first. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** How the integers of a graph do on a split: what the firmware will do, bit for bit. */
export interface IntegerEvaluation {
  /** Share of samples whose largest output is their class. */
  readonly accuracy: number;
  /** n class indices. */
  readonly predictions: Int32Array;
  /** confusion[truth][prediction], counts. */
  readonly confusion: number[][];
}

/** Accuracy of the integer graph, in exactly the arithmetic of the firmware. */
export async function evaluateGraph(graph: Graph, samples: SampleSource, { signal, onProgress }: LongWork = {}): Promise<IntegerEvaluation> {
  const { input: size, output: classes } = boundarySizes(graph);
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  const predictions = new Int32Array(samples.n);
  let [done, correct] = [0, 0];
  for await (const { x, y, n } of inBatches(samples, 16, { name: 'samples', size, classes, isLabelled: true })) {
    for (let i = 0; i < n; i++) {
      const output = interpret(graph, quantizeInput(graph, x.subarray(i * size, (i + 1) * size)));
      const prediction = argmax(dequantizeOutput(graph, output));
      predictions[done++] = prediction;
      confusion[y[i]][prediction]++;
      if (prediction === y[i]) correct++;
    }
    onProgress?.({ path: ['evaluate'], done, total: samples.n, unit: 'sample', metrics: { accuracy: correct / done } });
    await breathe(signal, 'the evaluation');
  }
  return { accuracy: correct / samples.n, predictions, confusion };
}
