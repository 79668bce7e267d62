import type { QuantizedModel } from '../../compress';
import type { Board } from '../boards';
import { lower } from '../lower';
import { applyPasses, type Pass } from '../passes';
import { plan } from '../plan';
import { latencyModelOf, predictLatency } from './latency';

/** What a network takes on a board, from its shapes alone. */
export interface PredictedCost {
  /** Multiply-accumulates of one inference. */
  readonly macs: number;
  /** Flash of the whole image, B. */
  readonly romBytes: number;
  /** Static memory without the stack, B. */
  readonly ramBytes: number;
  /** Memory of all activations, a part of `ramBytes`, B. */
  readonly arenaBytes: number;
  /** One inference at the board's clock, s; undefined where its core has no latency model (host). */
  readonly seconds?: number;
  /** One inference, J; undefined where the board has no latency model or no figure of its power. */
  readonly joules?: number;
}

/**
 * Costs of a quantised model, or of a skeleton (`compress.skeleton`) before there is anything to quantise: nothing is
 * emitted or compiled, and what does not fit is costed all the same.
 *
 * @param passes what the graph goes through before it is planned
 */
export function predictCost(model: QuantizedModel, board: Board, passes: readonly Pass[] = []): PredictedCost {
  const graph = applyPasses(lower(model), board, passes);
  const memory = plan(graph, board, { check: false });
  const { macs, romBytes, ramBytes, arenaBytes } = memory;
  const latency = latencyModelOf(board) && predictLatency(graph, memory, board);
  return { macs, romBytes, ramBytes, arenaBytes, seconds: latency?.seconds, joules: latency?.joules };
}
