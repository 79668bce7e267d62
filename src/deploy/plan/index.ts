import { ParetinoError } from '../../base';
import type { Board } from '../boards';
import { macsOf, wholeWords, type Graph, type TensorId } from '../graph';
import { kernelFor } from '../kernels';
import { codeBytes } from '../predict/code-sizes';
import { constantBytes, stepsOf, type Step } from '../steps';
import { blocksOf, IN_PLACE, liveBound, liveBytes, type Block } from './lifetimes';
import { assignOffsets } from './offsets';

/** Where everything lies, and what it takes, before anything is compiled. */
export interface MemoryPlan {
  /** Where in the arena what lies, and how long. */
  readonly blocks: readonly (Block & {
    /** From the start of the arena, B. */
    readonly offset: number;
  })[];
  /** Arena offset of each tensor, B. */
  readonly offsets: readonly number[];
  /** Arena offset of the scratch memory of each step, B; undefined where it needs none. */
  readonly scratchOffsets: readonly (number | undefined)[];
  /** Static memory for all activations, B. */
  readonly arenaBytes: number;
  /** Bytes live at the worst op: what no plan can beat without recomputing. */
  readonly boundBytes: number;
  /** The op during which most is live. */
  readonly peakOp: string;
  /** Calls of the firmware, in order. */
  readonly steps: readonly Step[];
  /** Files of C that the image links, by name. */
  readonly kernels: readonly string[];
  /** Weights, tables and descriptors in flash, B. */
  readonly constantBytes: number;
  /** The whole image in flash: code and constants, B. */
  readonly romBytes: number;
  /** Multiply-accumulates of one inference. */
  readonly macs: number;
  /** Static memory: arena and what start-up and harness need, B. The stack comes on top. */
  readonly ramBytes: number;
}

/** A network that the board cannot hold; thrown before anything is built. */
export class DoesNotFitError extends ParetinoError {
  constructor(
    /** Which is too small. */
    readonly memory: 'flash' | 'RAM',
    /** B over the limit. */
    readonly excess: number,
    /** The layer that takes most of it. */
    readonly layer: string,
    message: string,
  ) {
    super(message);
  }
}

function checkFits(graph: Graph, board: Board, memory: MemoryPlan): void {
  const flash = memory.romBytes - board.flashBytes;
  if (flash > 0) {
    const bytes = constantBytes(memory.steps);
    const most = Math.max(...bytes);
    const { name } = memory.steps[bytes.indexOf(most)].op;
    throw new DoesNotFitError('flash', flash, name,
      `${graph.name} needs ${memory.romBytes} B of flash, ${flash} B more than ${board.title} has; ` +
        `the largest part is ${name} with ${most} B`);
  }
  const ram = memory.ramBytes + board.stackBytes - board.ramBytes;
  if (ram > 0) {
    throw new DoesNotFitError('RAM', ram, memory.peakOp,
      `${graph.name} needs ${memory.ramBytes} B of RAM and ${board.stackBytes} B of stack, ${ram} B more than ` +
        `${board.title} has; most is live in ${memory.peakOp}`);
  }
}

/** The blocks, and one for the scratch memory of each step that needs some: alive during that op only. */
function withScratch(
  graph: Graph,
  tensorBlocks: readonly Block[],
  steps: readonly Step[],
): { blocks: Block[]; scratchOf: (number | undefined)[] } {
  const blocks = tensorBlocks.slice();
  const places = new Map(graph.ops.map((op, i) => [op, i]));
  const scratchOf = steps.map(({ op, scratchBytes }) => {
    if (scratchBytes === 0) return undefined;
    const at = places.get(op) as number;
    return blocks.push({ tensors: [], bytes: scratchBytes, from: at, to: at }) - 1;
  });
  return { blocks, scratchOf };
}

/** What must lie somewhere, before it is said where: blocks of tensors, and behind them those of scratch memory. */
function contentsOf(graph: Graph, board: Board) {
  const choices = new Map(graph.ops.map((op) => [op, kernelFor(graph, op, board)]));
  const tensorBlocks = blocksOf(graph, (op) => choices.get(op)?.kernel.overwritesInput ?? IN_PLACE.has(op.kind));
  const blockOf = new Map<TensorId, number>();
  tensorBlocks.forEach((block, i) => block.tensors.forEach((id) => blockOf.set(id, i)));
  const steps = stepsOf(graph, (a, b) => blockOf.get(a) === blockOf.get(b), (op) => choices.get(op));
  return { tensorBlocks, steps, ...withScratch(graph, tensorBlocks, steps) };
}

/** B that are live at the worst step, the kernels' own memory included: what a plan comes within a few bytes of, quickly. */
export function peakBytes(graph: Graph, board: Board): number {
  return liveBound(graph, contentsOf(graph, board).blocks);
}

/**
 * Lays out a graph on a board: arena offsets, flash and RAM, exactly and before anything is compiled.
 *
 * @param options.check set to false to get the plan of a network that does not fit (its costs, say)
 * @param options.tries orders of blocks that are tried where the first ones miss the bound; default 400
 * @throws DoesNotFitError naming the layer that takes most, and by how much it is too large
 */
export function plan(graph: Graph, board: Board, options: { check?: boolean; tries?: number } = {}): MemoryPlan {
  const { tensorBlocks, steps, blocks, scratchOf } = contentsOf(graph, board);
  const placed = assignOffsets(blocks, options.tries);
  const offsets = new Array<number>(graph.tensors.length).fill(0);
  blocks.forEach((block, i) => block.tensors.forEach((id) => (offsets[id] = placed.offsets[i])));
  const kernels = [...new Set(steps.map((step) => step.kernel))].sort();
  const constants = constantBytes(steps).reduce((sum, bytes) => sum + bytes, 0);
  const arenaBytes = wholeWords(placed.bytes);
  const code = codeBytes(board, [...kernels, ...runnersOf(graph)]);
  const live = liveBytes(graph, tensorBlocks);
  const bound = Math.max(...live);
  const memory: MemoryPlan = {
    blocks: blocks.map((block, i) => ({ ...block, offset: placed.offsets[i] })),
    offsets,
    scratchOffsets: scratchOf.map((block) => block === undefined ? undefined : placed.offsets[block]),
    arenaBytes,
    boundBytes: bound,
    peakOp: graph.ops[live.indexOf(bound)]?.name ?? graph.tensors[graph.input].name,
    steps,
    kernels,
    constantBytes: constants,
    romBytes: code.rom + constants,
    macs: graph.ops.reduce((sum, op) => sum + macsOf(graph, op), 0),
    ramBytes: arenaBytes + code.ram,
  };
  if (options.check ?? true) checkFits(graph, board, memory);
  return memory;
}

/** The files of the runtime that a graph needs beside its kernels. */
export function runnersOf(graph: Graph): string[] {
  return graph.boundary === 'uint8' ? ['run', 'run_unsigned'] : ['run'];
}
