/** Chooses where to end patch-wise execution and into how many parts to cut, by what it does to the memory. */
import { check } from '../../base';
import type { Board } from '../boards';
import { elements, macsOf, type Graph } from '../graph';
import { peakBytes, plan } from '../plan';
import { estimateSplit, splitIntoPatches, splitPoints, type Grid } from './split';

/** How far `patchwise` may go: what it may compute anew, and when the RAM is small enough. */
export interface PatchwiseOptions {
  /** Multiply-accumulates that may be done anew, as a share of the network's; default 0.25. */
  readonly mostExtraMacs?: number;
  /** B of RAM that are enough: of what fits, the one that computes least anew is taken. Default: as little RAM as can be. */
  readonly enoughRamBytes?: number;
  /** Parts down and across at most; default 4. */
  readonly mostParts?: number;
}

/** A way to split a graph, and what it costs. */
export interface Split {
  /** Index of the last op that is split. */
  readonly until: number;
  /** Rows and columns of patches. */
  readonly grid: Grid;
  /** The graph so split. */
  readonly graph: Graph;
  /** Memory of all activations, B. */
  readonly arenaBytes: number;
  /** Static memory on the board without the stack, B. */
  readonly ramBytes: number;
  /** Flash of the whole image, B. */
  readonly romBytes: number;
  /** Multiply-accumulates more than the graph's own, as a share of them. */
  readonly extraMacs: number;
}

/** A way to split of which the memory is known roughly. */
interface Estimate {
  readonly until: number;
  readonly grid: Grid;
  readonly peakBytes: number;
  readonly extraMacs: number;
}

const bytesOf = (graph: Graph, id: number): number => elements(graph.tensors[id].shape);

/** The ops from `first` on as a graph of their own. */
function restOf(graph: Graph, first: number): Graph {
  return { ...graph, ops: graph.ops.slice(first), input: graph.ops[first - 1].output };
}

/**
 * The ways to split that take less memory than any that computes less anew, in this order. Their largest parts
 * stand for the whole, since the parts are done one after another.
 */
function estimates(graph: Graph, board: Board, { mostExtraMacs = 0.25, mostParts = 4 }: PatchwiseOptions): Estimate[] {
  check(mostExtraMacs >= 0, 'mostExtraMacs', mostExtraMacs, 'a number of at least 0');
  check(Number.isInteger(mostParts) && mostParts >= 1, 'mostParts', mostParts, 'a whole number of at least 1');
  const whole = peakBytes(graph, board);
  const macs = graph.ops.reduce((sum, op) => sum + macsOf(graph, op), 0);
  const found: Estimate[] = [];
  for (const until of splitPoints(graph)) {
    const cut = graph.ops[until].output;
    const rest = until + 1 < graph.ops.length ? peakBytes(restOf(graph, until + 1), board) : 0;
    // Input and output of the split are there all the time, and what comes after it is not split.
    if (Math.max(rest, bytesOf(graph, graph.input) + bytesOf(graph, cut)) >= whole) continue;
    const [height, width] = graph.tensors[cut].shape;
    for (let rows = 1; rows <= Math.min(mostParts, height); rows++) {
      for (let columns = 1; columns <= Math.min(mostParts, width); columns++) {
        const estimate = rows * columns === 1 ? undefined : estimateSplit(graph, until, [rows, columns]);
        const extraMacs = estimate ? estimate.macs / macs - 1 : Infinity;
        if (!estimate || extraMacs > mostExtraMacs) continue;
        const peak = Math.max(rest, peakBytes(estimate.largest, board));
        if (peak < whole) found.push({ until, grid: [rows, columns], peakBytes: peak, extraMacs });
      }
    }
  }
  found.sort((a, b) => a.extraMacs - b.extraMacs || a.peakBytes - b.peakBytes || a.grid[0] * a.grid[1] - b.grid[0] * b.grid[1]);
  let least = Infinity;
  return found.filter((one) => one.peakBytes < least && ((least = one.peakBytes), true));
}

function madeOf(graph: Graph, board: Board, { until, grid, extraMacs }: Estimate): Split {
  const split = splitIntoPatches(graph, until, grid);
  const { arenaBytes, ramBytes, romBytes } = plan(split, board, { check: false });
  return { until, grid, graph: split, arenaBytes, ramBytes, romBytes, extraMacs };
}

/**
 * Every way to split the graph's first layers that takes less RAM than those that compute less anew, from the least of
 * that to the most. Empty where the first layers do not rule the peak.
 */
export function waysToSplit(graph: Graph, board: Board, options: Omit<PatchwiseOptions, 'enoughRamBytes'> = {}): Split[] {
  return estimates(graph, board, options).map((estimate) => madeOf(graph, board, estimate));
}

/**
 * A graph whose first layers are computed part by part, where that saves RAM on this board; the same graph where it
 * does not. The outputs are the same, bit for bit.
 */
export function patchwise(graph: Graph, board: Board, options: PatchwiseOptions = {}): Graph {
  const { enoughRamBytes } = options;
  const now = plan(graph, board, { check: false }).ramBytes;
  if (enoughRamBytes !== undefined && now <= enoughRamBytes) return graph;
  const ways = estimates(graph, board, options);
  if (enoughRamBytes !== undefined) {
    for (const way of ways) {
      const split = madeOf(graph, board, way);
      if (split.ramBytes <= enoughRamBytes) return split.graph;
    }
  }
  const best = ways.length > 0 ? madeOf(graph, board, ways[ways.length - 1]) : undefined;
  return best && best.ramBytes < now ? best.graph : graph;
}
