/* What an earlier study found out, as if it were this one's own history. */
import { contains, type Params, type SearchSpace } from '../space';
import type { Optimizer, TrialRecord } from '../study';

/** How trials of an earlier study become ones of this space. */
export interface WarmStartOptions {
  /** Values of parameters that the earlier study did not have. */
  readonly defaults?: Params;
}

/** The earlier trials as trials of the space: those that fit, without what it does not know. */
function fitting(trials: readonly TrialRecord[], space: SearchSpace, m: number, defaults: Params): TrialRecord[] {
  const names = Object.keys(space.dimensions);
  return trials.flatMap((trial) => {
    if (trial.state !== 'complete' || trial.values?.length !== m) return [];
    const all: Params = { ...defaults, ...trial.params };
    const params = Object.fromEntries(names.filter((name) => all[name] !== undefined).map((name) => [name, all[name]]));
    return contains(space, params) ? [{ ...trial, params }] : [];
  });
}

/**
 * The optimiser with the complete trials of an earlier study of the same objectives before its history: it need not
 * learn again what is known. A study resumed goes on the same with the same earlier trials. For a search that is only
 * akin to the earlier one, `study.enqueueTrials(earlier.front())` tries its best points anew instead.
 */
export function withEarlierTrials(optimizer: Optimizer, trials: readonly TrialRecord[], options: WarmStartOptions = {}): Optimizer {
  // The same records each time: what solvers remember of a history that only grew is then of use.
  const made = new WeakMap<SearchSpace, readonly TrialRecord[]>();
  return {
    name: `${optimizer.name}, warm`,
    suggest(context, n) {
      const { space, constraints } = context;
      let earlier = made.get(space);
      if (earlier === undefined) {
        earlier = fitting(trials, space, context.objectives.length, options.defaults ?? {}).filter(
          // Whether other constraints were kept is not known, and not knowing is not feasible.
          (trial) => (trial.violations ?? []).length === constraints.length,
        );
        made.set(space, earlier);
      }
      return optimizer.suggest({ ...context, history: [...earlier, ...context.history] }, n);
    },
  };
}
