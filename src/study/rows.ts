/* A study's trials as flat records, and in words. */
import { frontOf, normalizedHypervolume } from './front';
import { isFeasible } from './orientation';
import { shortNumber } from './table';
import type { Objective, TrialRecord, TrialState } from './types';

const STATES: readonly TrialState[] = ['complete', 'pruned', 'failed', 'running', 'waiting'];

/** How long a trial took; undefined for one that has not ended. */
export function secondsOf({ started, finished }: TrialRecord): number | undefined {
  return started && finished ? (finished.getTime() - started.getTime()) / 1000 : undefined;
}

/** One flat record a trial: number, state, objectives by name, feasibility, seconds, parameters by name. */
export function trialRows(objectives: readonly Objective[], trials: readonly TrialRecord[]): Record<string, unknown>[] {
  return trials.map((trial) => ({
    trial: trial.number,
    state: trial.state,
    ...Object.fromEntries(objectives.map((objective, j) => [objective.name, trial.values?.[j]])),
    feasible: trial.state === 'complete' ? isFeasible(trial) : undefined,
    seconds: secondsOf(trial),
    ...trial.params,
  }));
}

/** Trials in each state, those that there can be, in order. */
export function countByState(trials: readonly TrialRecord[]): Record<TrialState, number> {
  return Object.fromEntries(STATES.map((state) => [state, trials.filter((trial) => trial.state === state).length])) as Record<TrialState, number>;
}

/** '12 complete, 1 failed'. */
export function countsOf(trials: readonly TrialRecord[]): string {
  const counts = Object.entries(countByState(trials)).filter(([, count]) => count > 0);
  return counts.map(([state, count]) => `${count} ${state}`).join(', ') || 'no trials yet';
}

/** 'accuracy ↑, rom ↓'. */
export function aimsOf(objectives: readonly Objective[]): string {
  return objectives.map(({ name, direction }) => `${name} ${direction === 'maximize' ? '↑' : '↓'}`).join(', ');
}

/** What the trials have come to: the best value with one objective, else the front and how much of its box it takes. */
export function resultsOf(objectives: readonly Objective[], trials: readonly TrialRecord[]): string[] {
  const front = frontOf(objectives, trials);
  if (front.length === 0) return trials.some(({ state }) => state === 'complete') ? ['none feasible'] : [];
  if (objectives.length === 1) return [`best ${objectives[0].name} ${shortNumber(front[0].values![0])}`];
  const volume = normalizedHypervolume(objectives, trials);
  return [`front of ${front.length}`, ...(volume === undefined ? [] : [`normalised hypervolume ${shortNumber(volume)}`])];
}
