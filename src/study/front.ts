import { hypervolume, paretoFront } from '../moo';
import { isFeasible, minimized } from './orientation';
import type { Objective, TrialRecord } from './types';

/** Feasible complete trials that no other one dominates, in order of number. */
export function frontOf(objectives: readonly Objective[], trials: readonly TrialRecord[]): TrialRecord[] {
  const feasible = trials.filter(isFeasible);
  const points = feasible.map((trial) => minimized(objectives, trial.values!));
  return paretoFront(points).map((i) => feasible[i]);
}

/**
 * A reference point for the hypervolume, in the user's directions: each objective's own where it has one, else the
 * worst value of any feasible complete trial and a tenth of the observed range beyond it (of its size, without a range).
 */
export function inferReference(objectives: readonly Objective[], trials: readonly TrialRecord[]): number[] {
  const points = trials.filter(isFeasible).map((trial) => minimized(objectives, trial.values!));
  const inferred = objectives.map((objective, j) => {
    if (objective.reference !== undefined) return minimized([objective], [objective.reference])[0];
    if (points.length === 0) return 0;
    const values = points.map((point) => point[j]);
    const worst = values.reduce((a, b) => Math.max(a, b));
    const range = worst - values.reduce((a, b) => Math.min(a, b));
    return worst + 0.1 * (range > 0 ? range : Math.abs(worst) || 1);
  });
  return minimized(objectives, inferred);
}

/** Hypervolume of feasible complete trials. The reference is in the user's directions. */
export function hypervolumeOf(objectives: readonly Objective[], front: readonly TrialRecord[], reference: readonly number[]): number {
  return hypervolume(front.map((trial) => minimized(objectives, trial.values!)), minimized(objectives, reference));
}

/**
 * Hypervolume of the feasible trials as a share, 0 … 1, of the box between the best value of each objective among them
 * and the objectives' own references. Undefined with one objective, or where one has no reference: a box that moves with
 * the worst trial would say nothing.
 */
export function normalizedHypervolume(objectives: readonly Objective[], trials: readonly TrialRecord[]): number | undefined {
  if (objectives.length < 2 || objectives.some(({ reference }) => reference === undefined)) return undefined;
  const front = frontOf(objectives, trials).map((trial) => minimized(objectives, trial.values!));
  const worst = minimized(objectives, objectives.map(({ reference }) => reference as number));
  const best = worst.map((_, j) => front.reduce((least, point) => Math.min(least, point[j]), Infinity));
  if (!worst.every((value, j) => best[j] < value)) return 0;
  return hypervolume(front.map((point) => point.map((cost, j) => (cost - best[j]) / (worst[j] - best[j]))), worst.map(() => 1));
}

/** Hypervolume after each of the trials, in order (n). The reference is in the user's directions. */
export function hypervolumeHistory(
  objectives: readonly Objective[],
  trials: readonly TrialRecord[],
  reference: readonly number[],
): number[] {
  const corner = minimized(objectives, reference);
  let front: number[][] = [];
  let volume = 0;
  return trials.map((trial) => {
    if (!isFeasible(trial)) return volume;
    const point = minimized(objectives, trial.values!);
    if (front.some((other) => other.every((v, j) => v <= point[j]))) return volume;
    front.push(point);
    front = paretoFront(front).map((i) => front[i]);
    volume = hypervolume(front, corner);
    return volume;
  });
}
