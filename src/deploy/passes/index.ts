import type { Board } from '../boards';
import type { Graph } from '../graph';

export { patchwise, waysToSplit, type PatchwiseOptions, type Split } from './patchwise';
export { encodeSparse } from './encode-sparse';
export { splitIntoPatches, splitPoints, type Grid } from './split';
export { dropIdentities, dropUnused, fuseActivations, fusePads, fuseReshapes, simplify } from './simplify';

/** A plain function from graph to graph that leaves the outputs as they are; most do not look at the board. */
export type Pass = (graph: Graph, board: Board) => Graph;

/** The passes, one after another. */
export function applyPasses(graph: Graph, board: Board, passes: readonly Pass[] = []): Graph {
  return passes.reduce((now, pass) => pass(now, board), graph);
}
