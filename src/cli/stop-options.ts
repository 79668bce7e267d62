/* The criteria of `study.stop` as options of a command. */
import type { Command } from 'commander';
import { stop, type Objective, type StopCriterion } from '../study';
import { oneOf, positive, UsageError, wholeNumber } from './usage';

export interface StopOptions {
  readonly stopAfter?: string;
  readonly stopBudget?: string;
  readonly stopAt?: string;
  readonly stopHypervolume?: string;
  readonly stopStalled?: string | true;
  readonly stopImprovement?: string;
}

export function addStopOptions(command: Command): Command {
  return command
    .option('--stop-after <seconds>', 'stop once this run has taken so long; trials that run are finished')
    .option('--stop-budget <seconds>', 'stop once all trials of the study, earlier runs too, have taken so long together')
    .option('--stop-at <values>', 'stop once one feasible trial is as good as all of these: accuracy=0.9,rom=32768')
    .option('--stop-hypervolume <volume>', 'stop once the front dominates this much')
    .option('--stop-stalled [trials]', 'stop once the last 20 trials, or as many, gained less than 0.1 % of hypervolume')
    .option('--stop-improvement <percent>', 'stop once the optimiser expects less than this share of the hypervolume from each of 3 suggestions');
}

/**
 * What the options ask for; nothing where none is given. Without the study's objectives, names in `--stop-at` are not
 * looked at.
 * @throws UsageError
 */
export function stopCriteria(options: StopOptions, objectives?: readonly Objective[]): StopCriterion[] {
  const criteria: StopCriterion[] = [];
  const add = <T>(value: T | undefined, make: (value: T) => StopCriterion): void => {
    if (value !== undefined) criteria.push(make(value));
  };
  add(positive('--stop-after', options.stopAfter), stop.afterSeconds);
  add(positive('--stop-budget', options.stopBudget), (limit) => stop.budgetSpent(limit));
  add(options.stopAt === undefined ? undefined : targets(options.stopAt, objectives), stop.targetReached);
  add(positive('--stop-hypervolume', options.stopHypervolume), (volume) => stop.hypervolumeReached(volume));
  const { stopStalled } = options;
  if (stopStalled !== undefined) criteria.push(stop.hypervolumeStalled({ trials: wholeNumber('--stop-stalled', stopStalled === true ? '20' : stopStalled, 1) }));
  add(positive('--stop-improvement', options.stopImprovement), (percent) => stop.improvementBelow(percent / 100));
  return criteria;
}

/** Values by name of objective. */
function targets(text: string, objectives: readonly Objective[] | undefined): Record<string, number> {
  const pairs = text.split(',').map((part): [string, number] => {
    const at = part.lastIndexOf('=');
    const value = part.slice(at + 1).trim();
    if (at < 1 || value === '' || !Number.isFinite(Number(value))) throw new UsageError('--stop-at', part, 'NAME=NUMBER, several of them with commas between');
    return [part.slice(0, at).trim(), Number(value)];
  });
  if (objectives) for (const [name] of pairs) oneOf('--stop-at', name, objectives.map((one) => one.name));
  return Object.fromEntries(pairs);
}
