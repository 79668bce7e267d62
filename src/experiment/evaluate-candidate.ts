import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nested, type LongWork } from '../base';
import type { QuantizedModel } from '../compress';
import { applyPasses, emit, latencyModelOf, lower, plan, predictLatency, type Board, type Graph, type MemoryPlan } from '../deploy';
import { writeFirmware } from '../emulate';
import { saveNetwork, type Evaluation, type HistoryRow } from '../nn';
import { key, type Params } from '../space';
import { TrialPruned, type Trial } from '../study';
import { measureCost, type MeasuredCost } from './measure';
import { evaluateGraph, evaluateNetwork, quantizeCandidate, trainCandidate, type IntegerEvaluation, type Trained, type TrainingWork } from './stages';
import { candidatePasses, candidateSkeleton, type CostName, type KnownCosts, type Task } from './task';

/** Everything that became of a candidate. */
export interface CandidateResult extends Trained {
  /** Calibrated on training samples, in integers. */
  readonly quantized: QuantizedModel;
  /** What the firmware computes, after the task's passes. */
  readonly graph: Graph;
  /** The graph's layout on the task's board. */
  readonly memory: MemoryPlan;
  /** Of the pruned network, on the validation split. */
  readonly float: Evaluation;
  /** Of the integer graph, on the validation split. */
  readonly integer: IntegerEvaluation;
  /** What the study is told. */
  readonly values: {
    /** Of the integer graph on the validation split, 0 … 1. */
    readonly accuracy: number;
  } & Pick<KnownCosts, CostName> & { readonly [unit in MeasuredCost['unit']]?: number };
  /** Where it was left on disk, if the task has a folder. */
  readonly folder?: string;
}

/**
 * One evaluation of the method's loop: build → train with pruning → quantise → lower → plan → C → accuracy of the
 * integer network on the validation split. ROM, RAM and MACs are the exact ones of the network that came out.
 * Of a candidate that loses single weights the ROM known beforehand, which decides whether it can fit, is an upper bound.
 *
 * @throws DoesNotFitError before anything is trained, naming the layer that the board has no room for
 * @param seed of the weights, the order of samples and the augmentation
 */
export async function evaluateCandidate<P>(
  task: Task<P>,
  params: P,
  { seed = 0, folder, signal, onProgress, onEpoch }: TrainingWork & { folder?: string } = {},
): Promise<CandidateResult> {
  // What cannot fit is refused by name before anything is trained.
  const passes = candidatePasses(task, params);
  plan(applyPasses(lower(candidateSkeleton(task, params)), task.board, passes), task.board);
  const trained = await trainCandidate(task, params, { seed, signal, onProgress, onEpoch });
  const { validation } = task.dataset;
  const float = await evaluateNetwork(trained.network, validation, { signal });
  const quantized = await quantizeCandidate(task, trained.network, { signal });
  const graph = applyPasses(lower(quantized), task.board, passes);
  const memory = plan(graph, task.board);
  const integer = await evaluateGraph(graph, validation, { signal, onProgress: nested(onProgress, 'quantised') });
  const { macs } = memory;
  const measured = task.measure ? await measureCost(graph, task.board, { memory, signal }) : undefined;
  const values = {
    accuracy: integer.accuracy, rom: memory.romBytes, ram: memory.ramBytes, macs, ...timeOf(graph, memory, task.board),
    ...(measured && { [measured.unit]: measured.cost }),
  };
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true });
    saveNetwork(trained.network, join(folder, 'network.bin'));
    writeFirmware(emit(graph, memory, task.board), join(folder, task.board.name));
    const report = { params, seed, values, floatAccuracy: float.accuracy, history: trained.history.rows };
    writeFileSync(join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  }
  return { ...trained, quantized, graph, memory, float, integer, values, folder };
}

/** Latency in ms and energy in mJ, as far as the board has them. */
function timeOf(graph: Graph, memory: MemoryPlan, board: Board): { latency?: number; energy?: number } {
  if (!latencyModelOf(board)) return {};
  const { seconds, joules } = predictLatency(graph, memory, board);
  return { latency: 1000 * seconds, ...(joules === undefined ? {} : { energy: 1000 * joules }) };
}

/** Where a trial of this task keeps what it made. */
export function trialFolder<P>(task: Task<P>, number: number): string | undefined {
  return task.folder === undefined ? undefined : join(task.folder, `trial-${String(number).padStart(4, '0')}`);
}

/** What `objectiveFunction` takes beside the task. */
export interface ObjectiveFunctionOptions<P> {
  /** Sees everything that became of each candidate. */
  onResult?: (result: CandidateResult, trial: Trial<P>) => void;
  /**
   * Asked after each epoch with the validation accuracies so far, as [epoch, accuracy]: why to stop the trial, or nothing.
   * `optimize.hopeless(study)` says so of one that can no longer add hypervolume.
   */
  stopEarly?: (trial: Trial<P>, curve: readonly (readonly [epoch: number, accuracy: number])[]) => string | undefined;
}

/**
 * The function that a study runs: `study.run(objectiveFunction(task), …)`. Seeds follow from the parameters, so that a
 * study that was interrupted goes on as it would have. Each epoch is reported to the trial as it comes.
 */
export function objectiveFunction<P = Params>(
  task: Task<P>,
  options: ObjectiveFunctionOptions<P> = {},
): (trial: Trial<P>, work: LongWork) => Promise<Record<string, number>> {
  return async (trial, work) => {
    const own = trialFolder(task, trial.number);
    const temporary = own === undefined && task.artifacts ? mkdtempSync(join(tmpdir(), 'paretino-trial-')) : undefined;
    const folder = own ?? temporary;
    const curve: [number, number][] = [];
    const onEpoch = async ({ epoch, valAccuracy }: HistoryRow): Promise<void> => {
      if (valAccuracy === undefined) return;
      curve.push([epoch, valAccuracy]);
      await trial.report(epoch, valAccuracy);
      const reason = options.stopEarly?.(trial, curve);
      if (reason !== undefined) throw new TrialPruned(reason);
    };
    let result: CandidateResult;
    try {
      const whole = await evaluateCandidate(task, trial.params, { ...work, seed: key(trial.params as Params), folder, onEpoch });
      result = { ...whole, folder: own };
      for (const artifact of folder === undefined ? [] : (task.artifacts?.putFolder(folder) ?? [])) await trial.attach(artifact);
    } finally {
      if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
    }
    options.onResult?.(result, trial);
    return { ...result.values, floatAccuracy: result.float.accuracy };
  };
}

