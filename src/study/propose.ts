import { ArgumentError, ParetinoError, check } from '../base';
import { cardinality, checkParams, enumerate, isAllowed, key, sample, type Params } from '../space';
import { wasInterrupted } from './ended';
import { isKnownFeasible } from './known';
import type { Optimizer, OptimizerContext, Suggestion, TrialRecord } from './types';

/** Thrown by optimisers and by `ask` when every point of a finite space that may be tried has been tried. */
export class SpaceExhaustedError extends ParetinoError {
  constructor(tried: number) {
    super(`the search space is exhausted: all its points that known constraints allow are among the ${tried} tried`);
  }
}

/** Above this many points a space is not counted out before each suggestion. */
const COUNTABLE = 50_000;

/** Keys by record: records never change, and a study of thousands asks for all of them at each step. */
const keys = new WeakMap<TrialRecord, string>();

function keyOf(trial: TrialRecord): string {
  let found = keys.get(trial);
  if (found === undefined) {
    found = key(trial.params);
    keys.set(trial, found);
  }
  return found;
}

/** Keys of the points that need no second trial. */
export function triedKeys(trials: readonly TrialRecord[]): Set<string> {
  const tried = trials.filter((trial) => trial.state !== 'waiting' && !wasInterrupted(trial));
  return new Set(tried.map(keyOf));
}

type Rules = Pick<OptimizerContext, 'space' | 'objectives' | 'constraints'>;

/** Number of points that may be tried, where it is small enough to count; Infinity elsewhere. */
export function countCandidates(rules: Rules): number {
  if (!(cardinality(rules.space) <= COUNTABLE)) return Infinity;
  let count = 0;
  for (const params of enumerate(rules.space)) if (isKnownFeasible(rules, params)) count++;
  return count;
}

/** A random point not tried, not known to be infeasible; undefined where there is none. */
function unseen(context: OptimizerContext, tried: ReadonlySet<string>): Params | undefined {
  const fits = (params: Params): boolean => !tried.has(key(params)) && isKnownFeasible(context, params);
  for (let attempt = 0; attempt < 2000; attempt++) {
    const params = sample(context.space, context.rng);
    if (fits(params)) return params;
  }
  if (cardinality(context.space) > 1_000_000) return undefined;
  const all = [...enumerate(context.space)].filter(fits);
  return all.length > 0 ? context.rng.choice(all) : undefined;
}

/**
 * One suggestion of the optimiser, checked: inside the space, not known to be infeasible, and not a point tried before
 * where the space is finite; in its stead a random one that is.
 */
export async function propose(optimizer: Optimizer, context: OptimizerContext, trials: readonly TrialRecord[]): Promise<Suggestion> {
  const finite = Number.isFinite(cardinality(context.space));
  // Of a space with a real dimension nobody asks for the same point twice.
  const tried = finite ? triedKeys(trials) : new Set<string>();
  const [suggestion] = await optimizer.suggest(context, 1);
  check(suggestion !== undefined, `optimizer '${optimizer.name}'`, suggestion, 'a suggestion');
  checkParams(context.space, suggestion.params);
  const again = finite && tried.has(key(suggestion.params));
  if (!again && isKnownFeasible(context, suggestion.params)) return suggestion;
  const params = unseen(context, tried);
  if (params !== undefined) return { params, explanation: { fallback: again ? 'tried before' : 'known to be infeasible' } };
  if (finite) throw new SpaceExhaustedError(tried.size);
  throw new ArgumentError('constraints', context.constraints.map((c) => c.name), 'limits on known values that some points keep');
}

/** The given parameters with the rest drawn at random, feasible as far as that is known and can be had. */
export function complete(context: OptimizerContext, given: Partial<Params>): Params {
  const here: Record<string, Params[string]> = {};
  for (const name of Object.keys(context.space.dimensions)) if (given[name] !== undefined) here[name] = given[name];
  let params = sample(context.space, context.rng, here);
  for (let attempt = 0; attempt < 200 && !isKnownFeasible(context, params); attempt++) params = sample(context.space, context.rng, here);
  checkParams(context.space, params);
  check(isAllowed(context.space, params), 'params', params, 'an allowed point');
  return params;
}
