import { check } from '../base';
import type { StopCriterion, StopView } from './stop';

/** How long a run goes on: `trials` more, `total` in all, and/or until a criterion says why to stop. */
export interface RunLimits {
  /** Number of further trials. */
  trials?: number;
  /** Number of finished trials that the study shall have in the end, counting those it has. */
  total?: number;
  /** Asked before the first trial and after each; with these, `trials` and `total` may be left out. */
  stop?: StopCriterion | readonly StopCriterion[];
}

/** When a run ends, worked out from its `RunLimits`. */
export interface RunLimit {
  /** Finished trials that the study has in the end; Infinity where only criteria end it. */
  readonly wanted: number;
  /** Trials of this run, for progress; undefined where nobody knows. */
  readonly count: number | undefined;
  /** Trials of this run that are done, for progress, where the study has finished so many. It may have more than were asked for. */
  doneOf(finished: number): number;
  /** Why to stop now, if a criterion says so. */
  reason(study: StopView['study']): string | undefined;
}

/** Checks the limits of a run that begins now; `finished` is the number of trials that the study has finished. */
export function runLimit({ trials, total, stop = [] }: RunLimits, finished: number): RunLimit {
  const criteria = Array.isArray(stop) ? (stop as readonly StopCriterion[]) : [stop as StopCriterion];
  for (const criterion of criteria) check(typeof criterion === 'function', 'stop', criterion, 'criteria, such as study.stop.hypervolumeStalled()');
  const given = [trials, total].filter((one) => one !== undefined).length;
  check(given === 1 || (given === 0 && criteria.length > 0), 'trials, total', { trials, total }, 'one of the two, or a criterion to stop by');
  const count = trials ?? total;
  check(count === undefined || (Number.isInteger(count) && count >= 0), trials === undefined ? 'total' : 'trials', count, 'an integer ≥ 0');
  const began = performance.now();
  const wanted = total ?? (trials === undefined ? Infinity : finished + trials);
  const first = count === undefined ? finished : wanted - count;
  return {
    wanted,
    count,
    doneOf: (now) => Math.min(now - first, count ?? Infinity),
    reason(study) {
      const view = { study, seconds: (performance.now() - began) / 1000 };
      for (const criterion of criteria) {
        const reason = criterion(view);
        if (reason !== undefined) return reason;
      }
      return undefined;
    },
  };
}
