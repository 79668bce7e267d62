/**
 * How long a network takes on a board, before it is built: each kernel's cost is a sum over what it does (products,
 * outputs, positions …), with coefficients of at least 0 fitted to emulated runs (`npx ts-node -T bench/latency.ts` fits
 * them and prints the error on networks that it has not seen). Energy is time × the board's power while computing.
 */
import { ArgumentError } from '../../base';
import type { Board } from '../boards';
import { elements, type Graph, type Op } from '../graph';
import { kernelSetOf } from '../kernels';
import { encodedEntries } from '../kernels/sparse';
import type { MemoryPlan } from '../plan';
import type { Step } from '../steps';
import table from './latency-table.json';

/** What emulated runs of one core are counted in: cycles at zero wait states (rp2040js), or instructions (QEMU). */
export type CostUnit = 'cycles' | 'instructions';

/** Coefficients of one core, by kernel, in the order of stepFeatures. */
export interface LatencyModel {
  /** What the coefficients add up to. */
  readonly unit: CostUnit;
  /** By kernel, one a feature. */
  readonly kernels: Readonly<Record<string, readonly number[]>>;
}

const MODELS = table.cores as Readonly<Record<string, LatencyModel>>;

/** What one inference takes. */
export interface Latency {
  /** Of one inference, in `unit`. */
  readonly cost: number;
  /** What the core's model counts. */
  readonly unit: CostUnit;
  /** Core cycles: the cost, or instructions × the board's cycles an instruction. */
  readonly cycles: number;
  /** s, at the board's clock, without wait states of the flash. */
  readonly seconds: number;
  /** J; undefined where the board has no figure of its power. */
  readonly joules?: number;
}

function windowOf(op: Op): number {
  return 'kernel' in op ? op.kernel[0] * op.kernel[1] : 1;
}

/** Places of a kernel along one axis that lie inside the picture, over all positions; the rest is padding. */
function visible(input: number, output: number, kernel: number, stride: number, before: number): number {
  let sum = 0;
  for (let at = 0; at < output; at++) {
    const first = at * stride - before;
    sum += Math.max(0, Math.min(input, first + kernel) - Math.max(0, first));
  }
  return sum;
}

/**
 * What a step does, as numbers that its cost is a sum over. The first is 1: the cost of being called.
 * Weighted layers: rows of the input read, values gathered, outputs, products.
 */
export function stepFeatures(graph: Graph, { op, kernel, fields }: Step): number[] {
  const [from, to] = [op.inputs[0], op.output].map((id) => graph.tensors[id].shape);
  const outputs = elements(to);
  const positions = to[0] * to[1];
  switch (op.kind) {
    case 'conv2d': {
      if (op.encoding === 'sparse') {
        const rounds = Math.ceil(positions / 4);
        return [1, rounds * to[2], outputs, rounds * encodedEntries(op)];
      }
      // The kernels take two positions and two filters at a time, in rounds of 16 values and of 4.
      const rows = visible(from[0], to[0], op.kernel[0], op.strides[0], op.padding[0]);
      const columns = visible(from[1], to[1], op.kernel[1], op.strides[1], op.padding[2]);
      if (kernel === 'conv2d') return [1, positions, outputs, rows * to[1] * to[2], rows * columns * from[2] * to[2]];
      const size = windowOf(op) * from[2];
      const blocks = Math.ceil(positions / 2) * Math.ceil(to[2] / 2);
      const gathered = rows * columns * from[2];
      const isWhole = from[2] % 4 === 0;
      const clamped = op.min > -128 || op.max < 127 ? outputs : 0;
      const rounds = [blocks, blocks * Math.floor(size / 16), blocks * Math.ceil((size % 16) / 4)];
      return [1, positions * op.kernel[0], isWhole ? gathered : 0, isWhole ? 0 : gathered, positions * size - gathered, ...rounds, clamped];
    }
    case 'depthwiseConv2d':
      if (kernel === 'depthwise_conv2d') {
        const rows = visible(from[0], to[0], op.kernel[0], op.strides[0], op.padding[0]);
        const columns = visible(from[1], to[1], op.kernel[1], op.strides[1], op.padding[2]);
        return [1, positions, outputs, rows * to[1] * to[2], rows * columns * to[2]];
      }
      return [1, to[2], to[2] * to[0], elements(from), outputs];
    case 'fullyConnected': {
      if (op.encoding === 'sparse') return [1, outputs, encodedEntries(op)];
      const size = elements(from);
      if (kernel === 'fully_connected') return [1, outputs, outputs * size];
      const blocks = Math.ceil(outputs / 4);
      return [1, size, outputs, blocks * Math.floor(size / 16), blocks * Math.ceil((size % 16) / 4)];
    }
    case 'averagePool':
    case 'maxPool':
      return [1, positions, outputs, outputs * windowOf(op)];
    case 'mean':
      return [1, from[2], elements(from)];
    case 'softmax':
      return [1, positions, outputs];
    default:
      // Rows, values, and what is filled around them.
      if (kernel === 'copy_rows' || kernel === 'crop_rows') return [1, Number(fields[0]), Number(fields[0]) * Number(fields[1]), Number(fields[4])];
      return [1, outputs];
  }
}

/** Cost of one step, in the model's unit. @throws ArgumentError for a kernel that has not been measured */
export function stepCost(graph: Graph, step: Step, model: LatencyModel): number {
  const coefficients = model.kernels[step.kernel];
  if (!coefficients) throw new ArgumentError('kernel', step.kernel, 'one of the latency table; npx ts-node -T bench/latency.ts measures it');
  return stepFeatures(graph, step).reduce((sum, feature, i) => sum + feature * coefficients[i], 0);
}

/** The model of a board's core; undefined for the host, whose time nobody predicts. */
export function latencyModelOf(board: Board): LatencyModel | undefined {
  // Plain C on a core that has kernels of its own was not measured, nor are the user's kernels.
  if (board.ownKernels?.length) return undefined;
  return kernelSetOf(board) === kernelSetOf({ ...board, kernels: undefined }) ? MODELS[board.core] : undefined;
}

/** Time and energy of a cost that was counted or predicted. */
export function latencyOf(cost: number, unit: CostUnit, board: Board): Latency {
  const cycles = unit === 'cycles' ? cost : cost * (board.cyclesPerInstruction?.value ?? 1);
  const seconds = cycles / board.clockHz;
  return { cost, unit, cycles, seconds, joules: board.activePower && seconds * board.activePower.watts };
}

/**
 * What one inference takes, from the plan alone.
 * @param model default: that of the board's core; of a core of one's own, what experiment.fitLatency gives
 * @throws ArgumentError for a board whose core has no model
 */
export function predictLatency(
  graph: Graph,
  memory: Pick<MemoryPlan, 'steps'>,
  board: Board,
  model: LatencyModel | undefined = latencyModelOf(board),
): Latency {
  if (!model) throw new ArgumentError('board', board.name, `one whose core has been measured: ${Object.keys(MODELS).join(', ')}`);
  return latencyOf(memory.steps.reduce((sum, step) => sum + stepCost(graph, step, model), 0), model.unit, board);
}
