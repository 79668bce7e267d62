/* The one place where the user's directions turn into minimisation and back. */
import type { Constraint, Objective, TrialRecord } from './types';

/** Values in the user's directions as values to minimise, or back: it is its own inverse. */
export function minimized(objectives: readonly Objective[], values: readonly number[]): number[] {
  return values.map((value, j) => (objectives[j].direction === 'maximize' ? -value : value));
}

/** How far a value is beyond a constraint's limits: ≤ 0 feasible. */
export function violation(constraint: Constraint, value: number): number {
  const over = constraint.upper === undefined ? -Infinity : value - constraint.upper;
  const under = constraint.lower === undefined ? -Infinity : constraint.lower - value;
  return Math.max(over, under);
}

/** True where a trial completed and breaks no constraint. */
export function isFeasible(trial: TrialRecord): boolean {
  return trial.state === 'complete' && trial.values !== undefined && (trial.violations ?? []).every((v) => v <= 0);
}

/** Sum of the amounts by which constraints are broken; 0 where feasible. */
export function totalViolation(trial: TrialRecord): number {
  return (trial.violations ?? []).reduce((sum, v) => sum + Math.max(0, v), 0);
}
