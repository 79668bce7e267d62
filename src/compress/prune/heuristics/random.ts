import type { PruningHeuristic } from './heuristic';

/** No reason at all: the control that every other heuristic has to beat. */
export const random: PruningHeuristic = {
  name: 'random',
  score(layer, context) {
    const rng = context.rng.fork(layer);
    return new Float32Array(context.kernelOf(layer).channels).map(() => rng.next());
  },
  scoreWeights(layer, context) {
    const rng = context.rng.fork(layer);
    return context.kernelOf(layer).kernel.map(() => rng.next());
  },
};
