import { check } from '../base';
import { paretoFront as frontIndices } from '../moo';
import { isFeasible, minimized, type Constraint, type Objective, type TrialRecord } from '../study';

/** As much of a study as figures read: a Study is one, and so is anything read back from a file. */
export interface StudyView {
  /** For titles and legends. */
  readonly name?: string;
  /** In the order of each trial's `values`. */
  readonly objectives: readonly Objective[];
  /** Limits that figures draw; default none. */
  readonly constraints?: readonly Constraint[];
  /** In order of number. */
  readonly trials: readonly TrialRecord[];
}

/** A complete trial, judged. */
export interface Judged {
  readonly trial: TrialRecord;
  /** One an objective, in the user's directions. */
  readonly values: readonly number[];
  /** One an objective, smaller is better. */
  readonly costs: readonly number[];
  readonly feasible: boolean;
  /** Feasible, and no other feasible trial dominates it. */
  readonly front: boolean;
}

/** The complete trials with finite values, in order of number, and which of them are feasible and on the front. */
export function judge(study: StudyView): Judged[] {
  const m = study.objectives.length;
  check(m > 0, 'study.objectives', study.objectives, 'at least one');
  const complete = study.trials.filter(
    (trial) => trial.state === 'complete' && trial.values?.length === m && trial.values.every(Number.isFinite),
  );
  const costs = complete.map((trial) => minimized(study.objectives, trial.values as readonly number[]));
  const feasible = complete.map(isFeasible);
  const candidates = complete.map((_, i) => i).filter((i) => feasible[i]);
  const front = new Set(frontIndices(candidates.map((i) => costs[i])).map((i) => candidates[i]));
  return complete.map((trial, i) => ({
    trial,
    values: trial.values as readonly number[],
    costs: costs[i],
    feasible: feasible[i],
    front: front.has(i),
  }));
}

/** Index of an objective by name. */
export function objectiveIndex(study: StudyView, name: string): number {
  const index = study.objectives.findIndex((objective) => objective.name === name);
  check(index >= 0, 'objective', name, `one of ${study.objectives.map((objective) => objective.name).join(', ')}`);
  return index;
}

/** What an axis is called that shows an objective; with `arrow`, which way is better. */
export function objectiveTitle({ name, label, direction }: Objective, arrow = true): string {
  return `${escapeText(label ?? name)}${arrow ? (direction === 'maximize' ? ' →' : ' ←') : ''}`;
}

/** A number as short as it can be read: 4 significant digits, thousands as k, M, G. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1e4) {
    const [divisor, suffix] = size >= 1e9 ? [1e9, 'G'] : size >= 1e6 ? [1e6, 'M'] : [1e3, 'k'];
    return `${Number((value / divisor).toPrecision(4))}${suffix}`;
  }
  return String(Number(value.toPrecision(4)));
}

/** Beyond so many trials their descriptions would outweigh the figure: the number alone must do. */
const DESCRIBED = 2000;

/** A trial in words, for the pointer: its number, values and parameters, one a line. */
export function describeTrial(study: StudyView, trial: TrialRecord): string {
  if (study.trials.length > DESCRIBED) return `trial ${trial.number}`;
  const lines = [`<b>trial ${trial.number}</b>`];
  study.objectives.forEach((objective, j) => {
    const value = trial.values?.[j];
    if (value !== undefined) lines.push(`${escapeText(objective.name)}: ${shortNumber(value)}`);
  });
  const params = Object.entries(trial.params);
  for (const [name, value] of params.slice(0, 12)) {
    lines.push(`${escapeText(name)} = ${typeof value === 'number' ? shortNumber(value) : escapeText(String(value))}`);
  }
  if (params.length > 12) lines.push(`… and ${params.length - 12} more`);
  return lines.join('<br>');
}

/** Plotly reads a small HTML in texts: names must not be taken for tags. */
export function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** The text that `escapeText` was given. */
export function unescapeText(text: string): string {
  return text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
}
