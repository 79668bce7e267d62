import { decode, sample, type Params } from '../../space';
import { isKnownFeasible, type Optimizer, type OptimizerContext } from '../../study';

/** What `draw` gives, drawn again while known constraints reject it, as often as makes sense. */
export function drawFeasible(context: OptimizerContext, draw: (attempt: number) => Params): Params {
  let params = draw(0);
  for (let attempt = 1; attempt < 1000 && !isKnownFeasible(context, params); attempt++) params = draw(attempt);
  return params;
}

/** A design's point where it is allowed and may be feasible; else a random one. */
export function pointOrRandom(context: OptimizerContext, x: readonly number[]): Params {
  const { space } = context;
  const params = decode(space, x);
  const allowed = (space.allowed ?? []).every((one) => one(params)) && isKnownFeasible(context, params);
  return allowed ? params : drawFeasible(context, () => sample(space, context.rng));
}

/** Place of the first of the suggestions that are asked for. */
export function placeOf(context: OptimizerContext): number {
  return context.place ?? context.history.length + context.pending.length;
}

/** Uniform random search. */
export function randomSearch(): Optimizer {
  return {
    name: 'random',
    async suggest(context, n) {
      return Array.from({ length: n }, () => ({ params: drawFeasible(context, () => sample(context.space, context.rng)) }));
    },
  };
}
