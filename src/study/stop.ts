/*
 * When a study has done enough. A criterion is asked after each trial and says why to stop, or nothing. Pass one or
 * several to `run({ stop })`; one of your own is a function of the same kind.
 */
import { check } from '../base';
import { explanationOf } from './explanation';
import { isFeasible, minimized } from './orientation';
import { endedTrials } from './ended';
import { secondsOf } from './rows';
import { shortNumber } from './table';
import type { Objective, TrialRecord } from './types';

/** What a criterion may look at. */
export interface StopView {
  /** The study as it is now. */
  readonly study: {
    /** In the order of each trial's `values`. */
    readonly objectives: readonly Objective[];
    /** Every trial, in order of number. */
    readonly trials: readonly TrialRecord[];
    /** Feasible complete trials that no other one dominates. */
    front(): TrialRecord[];
    /** Of the front, to `reference` (m, in the user's units and directions) or one inferred from the trials. */
    hypervolume(reference?: readonly number[]): number;
    /** The hypervolume after each trial, in order of number. */
    hypervolumeHistory(reference?: readonly number[]): number[];
  };
  /** Since this run began. */
  readonly seconds: number;
}

/** Why to stop now; undefined to go on. */
export type StopCriterion = (view: StopView) => string | undefined;

/** After this much time in a run; trials that run are finished. */
export function afterSeconds(limit: number): StopCriterion {
  check(limit >= 0, 'limit', limit, 'a number of seconds ≥ 0');
  return ({ seconds }) => (seconds >= limit ? `${shortNumber(seconds)} s have passed, of ${shortNumber(limit)} s` : undefined);
}

/** Once the trials of the study, counting those of earlier runs, have cost this much; by default in seconds of theirs. */
export function budgetSpent(limit: number, cost: (trial: TrialRecord) => number = (trial) => secondsOf(trial) ?? 0): StopCriterion {
  check(limit >= 0, 'limit', limit, 'a number ≥ 0');
  return ({ study }) => {
    const spent = endedTrials(study.trials).reduce((sum, trial) => sum + cost(trial), 0);
    return spent >= limit ? `the budget is spent: ${shortNumber(spent)} of ${shortNumber(limit)}` : undefined;
  };
}

/** Once one feasible trial is as good as all of these values, by name of objective: `{ accuracy: 0.9, rom: 32768 }`. */
export function targetReached(target: Readonly<Record<string, number>>): StopCriterion {
  check(Object.keys(target).length > 0, 'target', target, 'a value for at least one objective');
  return ({ study: { objectives, trials } }) => {
    for (const name of Object.keys(target)) {
      check(objectives.some((one) => one.name === name), `target.${name}`, target[name], objectives.map((one) => one.name).join(', '));
    }
    const reached = trials.find((trial) => {
      if (!isFeasible(trial)) return false;
      return objectives.every((objective, j) => {
        const wanted = target[objective.name];
        return wanted === undefined || minimized([objective], [trial.values![j]])[0] <= minimized([objective], [wanted])[0];
      });
    });
    return reached && `trial ${reached.number} reaches ${Object.entries(target).map(([name, v]) => `${name} ${shortNumber(v)}`).join(', ')}`;
  };
}

/** Once the front dominates this much; `reference` as in `study.hypervolume`. */
export function hypervolumeReached(target: number, reference?: readonly number[]): StopCriterion {
  check(Number.isFinite(target), 'target', target, 'a finite number');
  return ({ study }) => {
    const volume = study.hypervolume(reference);
    return volume >= target ? `hypervolume ${shortNumber(volume)} has reached ${shortNumber(target)}` : undefined;
  };
}

/** Once the last `trials` (20) together gained less than `share` (0.001) of the hypervolume. */
export function hypervolumeStalled(options: { trials?: number; share?: number; reference?: readonly number[] } = {}): StopCriterion {
  const { trials = 20, share = 1e-3, reference } = options;
  check(Number.isInteger(trials) && trials >= 1, 'trials', trials, 'an integer ≥ 1');
  check(share >= 0, 'share', share, 'a number ≥ 0');
  return ({ study }) => {
    const history = study.hypervolumeHistory(reference);
    const now = history[history.length - 1] ?? 0;
    const before = history[history.length - 1 - trials] ?? 0;
    // Before the first feasible trial there is nothing that could stall.
    if (!(before > 0) || now - before > share * now) return undefined;
    return `hypervolume gained ${shortNumber((100 * (now - before)) / now)} % in ${trials} trials, less than ${shortNumber(100 * share)} %`;
  };
}

/**
 * Once the optimiser expected less than `share` (0.001) of the hypervolume from each of its last `trials` (3)
 * suggestions. For optimisers whose explanations say so: `improvement`, a share, as `optimize.bayesian` gives it.
 */
export function improvementBelow(share = 1e-3, options: { trials?: number } = {}): StopCriterion {
  const { trials = 3 } = options;
  check(share >= 0, 'share', share, 'a number ≥ 0');
  check(Number.isInteger(trials) && trials >= 1, 'trials', trials, 'an integer ≥ 1');
  return ({ study }) => {
    const last = endedTrials(study.trials).slice(-trials);
    const expected = last.map((trial) => explanationOf(trial)?.improvement);
    if (last.length < trials || !expected.every((one) => typeof one === 'number' && one < share)) return undefined;
    return `the last ${trials} suggestions each promised less than ${shortNumber(100 * share)} % of the hypervolume`;
  };
}
