import type { Acquisition } from '../acquisition';
import { sampledImprovement, type SampledOptions } from '../sampled-improvement';

/**
 * qEHVI by quasi-Monte-Carlo: joint with the points of the batch and those that still run, over a front taken as it is
 * predicted. Exact over its draws, and so without a slope where none of them improves.
 */
export function qEhvi(options: SampledOptions = {}): Acquisition {
  return { name: 'qEHVI', joint: true, prepare: (state) => sampledImprovement(state, state.waiting, state.front, false, options) };
}

/** log qEHVI, softened so that it has a slope everywhere. */
export function qLogEhvi(options: SampledOptions = {}): Acquisition {
  return { name: 'log qEHVI', joint: true, prepare: (state) => sampledImprovement(state, state.waiting, state.front, true, options) };
}
