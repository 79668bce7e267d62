import type { QuantizedModel } from '../compress';
import type { Board } from './boards';
import { lower } from './lower';
import { applyPasses, type Pass } from './passes';
import { plan } from './plan';

/** What a network takes on a board, from its shapes alone. */
export interface PredictedCost {
  readonly macs: number;
  /** Flash of the whole image, B. */
  readonly romBytes: number;
  /** Static memory without the stack, B. */
  readonly ramBytes: number;
  readonly arenaBytes: number;
}

/**
 * Costs of a quantised model, or of a skeleton (`compress.skeleton`) before there is anything to quantise: nothing is
 * emitted or compiled, and what does not fit is costed all the same.
 *
 * @param passes what the graph goes through before it is planned
 */
export function predictCost(model: QuantizedModel, board: Board, passes: readonly Pass[] = []): PredictedCost {
  const graph = applyPasses(lower(model), board, passes);
  const { macs, romBytes, ramBytes, arenaBytes } = plan(graph, board, { check: false });
  return { macs, romBytes, ramBytes, arenaBytes };
}
