/* History as evolutionary solvers see it. */
import { encode } from '../../../space';
import { minimized, totalViolation, type OptimizerContext, type TrialRecord } from '../../../study';

export interface Individual {
  /** Coordinates in the unit cube (d). */
  readonly x: readonly number[];
  /** Objectives, minimised (m). */
  readonly f: readonly number[];
  /** Sum of broken constraints; 0 where feasible. */
  readonly violation: number;
}

/** A complete trial as an individual; undefined for one without values. */
export function toIndividual(context: OptimizerContext, trial: TrialRecord): Individual | undefined {
  if (trial.state !== 'complete' || trial.values === undefined || !trial.values.every(Number.isFinite)) return undefined;
  const violation = totalViolation(trial);
  return {
    x: encode(context.space, trial.params),
    f: minimized(context.objectives, trial.values),
    violation: Number.isNaN(violation) ? Infinity : violation,
  };
}

/**
 * A fold over history that goes on from where it stood where history only grew: as pure as the fold itself, and not
 * quadratic over a study.
 */
export function foldHistory<S>(
  initial: () => S,
  step: (state: S, trial: TrialRecord, context: OptimizerContext, index: number) => S,
): (context: OptimizerContext) => S {
  let done = 0;
  let last: TrialRecord | undefined;
  let state: S | undefined;
  let of: unknown;
  return (context) => {
    const { history } = context;
    // Another study, or a trial that came in late: from the start.
    if (state === undefined || of !== context.space || done > history.length || (done > 0 && history[done - 1] !== last)) {
      state = initial();
      done = 0;
      of = context.space;
    }
    for (; done < history.length; done++) state = step(state, history[done], context, done);
    last = history[done - 1];
    return state;
  };
}

/** Every individual of the history, oldest first. */
export function replayIndividuals(): (context: OptimizerContext) => readonly Individual[] {
  return foldHistory<Individual[]>(
    () => [],
    (all, trial, context) => {
      const one = toIndividual(context, trial);
      if (one !== undefined) all.push(one);
      return all;
    },
  );
}
