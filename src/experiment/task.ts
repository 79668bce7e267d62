import { ArgumentError, check } from '../base';
import { keptElements, prunedArchitecture, skeleton, type PruningHeuristic, type PruningSchedule, type QuantizedModel, type Scheme, type SparsityByGroup } from '../compress';
import { encodeSparse, latencyModelOf, predictCost, type Board, type Pass } from '../deploy';
import { costUnit } from './measure';
import { countParameters, type Architecture, type SampleSource, type TrainOptions } from '../nn';
import { defineSpace, key, type Params, type SearchSpace } from '../space';
import type { ArtifactStore } from '../storage';
import type { Constraint, Objective } from '../study';

/** What a candidate's training prunes. */
export interface Pruning {
  /** Share of the channels to remove: one for all groups, or by group (of the weights: by layer). Must follow from the parameters alone. */
  readonly sparsity: SparsityByGroup;
  /**
   * Whole channels (default), or single weights: then RAM and MACs stay, and the graph goes through `encodeSparse`, which
   * leaves zeros out of the flash where that saves any. Must follow from the parameters alone.
   */
  readonly structured?: boolean;
  /** What says which go first; default `compress.l1`. */
  readonly heuristic?: PruningHeuristic;
  /** When in the training they go; default `compress.agp()`. */
  readonly schedule?: PruningSchedule;
  /** Epochs before the schedule begins; default 0. */
  readonly warmupEpochs?: number;
}

/** What a search trains on and judges by: a Dataset is one, and so are two streams of a set that does not fit in memory. */
export interface TaskData {
  /** What displays call it. */
  readonly name?: string;
  /** Trained on, pruned by, calibrated with. */
  readonly train: SampleSource;
  /** Its accuracy is the objective. */
  readonly validation: SampleSource;
}

/** How one point of a search space becomes a network on a board: everything but the search itself. */
export interface Task<P = Params> {
  /** Trained on, validated on; the test split is left alone. */
  readonly dataset: TaskData;
  /** What ROM, RAM, latency and energy are of. */
  readonly board: Board;
  /** Default 'int8'. */
  readonly scheme?: Scheme;
  /** The network to train, before pruning. Must follow from the parameters alone. */
  readonly architecture: (params: P) => Architecture;
  /** Absent: nothing is pruned. */
  readonly pruning?: (params: P) => Pruning | undefined;
  /** Absent: the defaults of nn.train. */
  readonly training?: (params: P) => TrainOptions;
  /**
   * What a graph goes through before it is planned: `(graph, board) => deploy.patchwise(graph, board, …)`, say. Those that
   * look at shapes alone cost the same before training as after it; with those that look at weights (`encodeSparse`), what
   * is known is an upper bound. Default: none, but for `encodeSparse` where single weights are pruned.
   */
  readonly passes?: readonly Pass[];
  /**
   * Set to run each candidate's firmware on the board's emulator: instructions, or cycles where it counts them, become an
   * objective (`objectivesOf`) and a value of each trial. Needs the board's compiler and emulator. Default: not run.
   */
  readonly measure?: boolean;
  /** Samples of the training split that set the activation ranges; default 256. */
  readonly calibrationSamples?: number;
  /** Folder in which each trial leaves its network, its C project and its report; absent: nothing is kept on disk. */
  readonly folder?: string;
  /** Keeps each trial's network, C project and report as artifacts of the trial; absent: they are not. */
  readonly artifacts?: ArtifactStore;
}

/** A task over a search space: the parameters' types come from the space. */
export function defineTask<P>(space: SearchSpace<P>, task: Task<P>): Task<P> {
  defineSpace(space.dimensions);
  for (const name of ['train', 'validation'] as const) {
    const n = (task.dataset[name] as SampleSource | undefined)?.n;
    check(n !== undefined && n > 0, `task.dataset.${name}.n`, n, 'at least one sample');
  }
  check((task.calibrationSamples ?? 1) >= 1, 'task.calibrationSamples', task.calibrationSamples, 'at least 1');
  return task;
}

/**
 * What the parameters alone decide before any training: exactly, but for `encodeSparse` among the passes. The ROM is at most
 * this then, and the latency an estimate: how many weights stay is known, but not how many bytes their places take.
 */
export interface KnownCosts {
  /** Trainable numbers, after pruning of channels. */
  readonly parameters: number;
  /** Multiply-accumulates of one inference. */
  readonly macs: number;
  /** Flash of the whole image on the board, B. */
  readonly rom: number;
  /** Static memory on the board without the stack, B. */
  readonly ram: number;
  /** One inference at the board's clock, ms, by the model of its core: within 15 % of emulated runs on the networks that CI tries; undefined on the host. */
  readonly latency?: number;
  /** One inference, mJ; undefined where the board has no latency model or no `activePower`. */
  readonly energy?: number;
}

/** Costs as a search has them. */
export type CostName = 'rom' | 'ram' | 'macs' | 'latency' | 'energy';

const milli = (value: number | undefined): number | undefined => (value === undefined ? undefined : 1000 * value);

/** The shape that a candidate's network will have after pruning. */
export function candidateArchitecture<P>(task: Task<P>, params: P): Architecture {
  const architecture = task.architecture(params);
  const pruning = task.pruning?.(params);
  return pruning && pruning.structured !== false ? prunedArchitecture(architecture, pruning.sparsity) : architecture;
}

/** What a candidate will be once it is quantised, but for its numbers. */
export function candidateSkeleton<P>(task: Task<P>, params: P, architecture = candidateArchitecture(task, params)): QuantizedModel {
  const pruning = task.pruning?.(params);
  const kept = pruning?.structured === false ? keptElements(architecture, pruning.sparsity) : undefined;
  return skeleton(architecture, task.scheme ?? 'int8', kept);
}

/** What a candidate's graph goes through: the task's passes, and the encoding of zeros where single weights are pruned. */
export function candidatePasses<P>({ passes = [], pruning }: Task<P>, params: P): readonly Pass[] {
  return pruning?.(params)?.structured === false && !passes.includes(encodeSparse) ? [...passes, encodeSparse] : passes;
}

/** Weights that a skeleton knows to be zero. */
function removedWeights({ operations }: QuantizedModel): number {
  return operations.reduce((sum, op) => ('weights' in op && op.weights.kept !== undefined ? sum + op.weights.data.length - op.weights.kept : sum), 0);
}

/**
 * ROM, RAM and MACs of a candidate from its parameters alone; remembers what it has computed, since an optimiser asks
 * for thousands of candidates a step.
 */
export function knownCosts<P = Params>(task: Task<P>): (params: P) => KnownCosts {
  const seen = new Map<string, KnownCosts>();
  return (params) => {
    const id = key(params as Params);
    let costs = seen.get(id);
    if (!costs) {
      const architecture = candidateArchitecture(task, params);
      const model = candidateSkeleton(task, params, architecture);
      const parameters = countParameters(architecture) - removedWeights(model);
      const cost = predictCost(model, task.board, candidatePasses(task, params));
      const [latency, energy] = [milli(cost.seconds), milli(cost.joules)];
      costs = { parameters, macs: cost.macs, rom: cost.romBytes, ram: cost.ramBytes, latency, energy };
      // A long search asks for millions.
      if (seen.size >= 16_384) seen.clear();
      seen.set(id, costs);
    }
    return costs;
  };
}

/** Limits of a search: ROM and RAM in bytes (default: the board's own); MACs, latency in ms, energy in mJ (default: none). */
export type Limits = Readonly<Partial<Record<CostName, number>>>;

const LABELS: Readonly<Record<CostName, string>> = { rom: 'ROM (B)', ram: 'RAM (B)', macs: 'MACs', latency: 'latency (ms)', energy: 'energy (mJ)' };

function checkKnown(name: CostName, board: Board): void {
  if (name !== 'latency' && name !== 'energy') return;
  if (!latencyModelOf(board)) throw new ArgumentError(name, board.name, 'a board whose core has a latency model (experiment.fitLatency makes one)');
  if (name === 'energy' && !board.activePower) throw new ArgumentError(name, board.name, 'a board with activePower: { watts, source }');
}

/**
 * The four objectives of the method (accuracy up; ROM, RAM and MACs down) and its constraints
 * (Deutel, Hannig and Teich; arXiv 2305.14109), or others of the known costs in the place of those three: latency says
 * more than MACs where kernels differ in speed. All but the accuracy are known without training. Where `task.measure` is
 * set, what an inference costs on the board's emulator is one more.
 *
 * @param limits a cost that is limited need not be an objective
 * @param costs which are objectives; default rom, ram, macs
 * @throws ArgumentError for a limit that makes no sense, or a cost that this board does not have
 */
export function objectivesOf<P = Params>(
  task: Task<P>,
  limits: Limits = {},
  costs: readonly CostName[] = ['rom', 'ram', 'macs'],
): {
  /** Accuracy, then the costs, then what is measured. */
  objectives: Objective<P>[];
  /** A limit for each cost that has one. */
  constraints: Constraint<P>[];
} {
  for (const [name, value] of Object.entries(limits)) {
    if (!(value > 0)) throw new ArgumentError(`limits.${name}`, value, 'a positive number');
  }
  const knownOf = knownCosts(task);
  const finite = (value: number | undefined): number | undefined => (Number.isFinite(value) ? value : undefined);
  const upper: Limits = {
    ...limits,
    rom: limits.rom ?? finite(task.board.flashBytes),
    ram: limits.ram ?? finite(task.board.ramBytes - task.board.stackBytes),
  };
  const limited = (['rom', 'ram', 'macs', 'latency', 'energy'] as const).filter((name) => upper[name] !== undefined);
  for (const name of [...costs, ...limited]) checkKnown(name, task.board);
  const known = (name: CostName) => (params: P) => knownOf(params)[name] as number;
  // Nothing but a run tells: an objective that is modelled, like the accuracy.
  const measured: Objective<P>[] = task.measure ? [{ name: costUnit(task.board), direction: 'minimize' }] : [];
  return {
    objectives: [
      { name: 'accuracy', direction: 'maximize', reference: 0 },
      ...costs.map((name): Objective<P> => ({ name, direction: 'minimize', known: known(name), reference: upper[name], label: LABELS[name] })),
      ...measured,
    ],
    constraints: limited.map((name) => ({ name, upper: upper[name], known: known(name) })),
  };
}
