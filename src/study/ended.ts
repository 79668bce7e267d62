import type { TrialRecord } from './types';

/** True for a trial that can still change: it runs, or waits to. */
export function isOpen({ state }: Pick<TrialRecord, 'state'>): boolean {
  return state === 'running' || state === 'waiting';
}

/** True for a trial whose end says nothing about its parameters: the process or the user stopped it. */
export function wasInterrupted(trial: TrialRecord): boolean {
  return trial.state === 'failed' && trial.attributes.interrupted === true;
}

/** The trials that ran to an end of their own, good or bad: complete, pruned and failed ones, without the interrupted. */
export function endedTrials(trials: readonly TrialRecord[]): TrialRecord[] {
  return trials.filter((trial) => !isOpen(trial) && !wasInterrupted(trial));
}
