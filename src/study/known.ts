import { check } from '../base';
import type { Params } from '../space';
import { violation } from './orientation';
import type { Constraint, Objective, OptimizerContext } from './types';

/** A constraint's value from the parameters alone: its own `known`, or that of the objective of its name. */
export function knownConstraintValue(
  constraint: Constraint,
  objectives: readonly Objective[],
  params: Params,
): number | undefined {
  const known = constraint.known ?? objectives.find((objective) => objective.name === constraint.name)?.known;
  return known?.(params);
}

/** What follows from the parameters alone: values of objectives and constraints, by name. */
export function knownValues({ objectives, constraints }: Pick<OptimizerContext, 'objectives' | 'constraints'>, params: Params): Record<string, number> {
  const known: Record<string, number> = {};
  for (const objective of objectives) if (objective.known) known[objective.name] = objective.known(params);
  for (const constraint of constraints) {
    const value = knownConstraintValue(constraint, objectives, params);
    if (value !== undefined) known[constraint.name] ??= value;
  }
  return known;
}

/** True unless a constraint that needs no trial is broken: what is false here is never worth one. */
export function isKnownFeasible({ objectives, constraints }: Pick<OptimizerContext, 'objectives' | 'constraints'>, params: Params): boolean {
  return constraints.every((constraint) => {
    const value = knownConstraintValue(constraint, objectives, params);
    return value === undefined || violation(constraint, value) <= 0;
  });
}

/** What an evaluation gave: one value an objective, or values by name. */
export type Evaluation = number | readonly number[] | Readonly<Record<string, unknown>>;

/** An evaluation sorted into what the study keeps. */
export interface Measured {
  /** One an objective, in the user's directions. */
  readonly values: number[];
  /** One a constraint, ≤ 0 where it holds. */
  readonly violations: number[];
  /** Everything else that was named. */
  readonly extras: Record<string, unknown>;
}

function byName(objectives: readonly Objective[], evaluation: Evaluation): Record<string, unknown> {
  if (typeof evaluation === 'object' && !Array.isArray(evaluation)) return { ...(evaluation as Record<string, unknown>) };
  const list = (typeof evaluation === 'number' ? [evaluation] : evaluation) as readonly number[];
  const unknown = objectives.filter((objective) => objective.known === undefined);
  const named = list.length === objectives.length ? objectives : unknown;
  const names = objectives.map((objective) => objective.name).join(', ');
  check(list.length === named.length, 'values', list, `one an objective (${names}), or one for each that is not known`);
  return Object.fromEntries(named.map((objective, j) => [objective.name, list[j]]));
}

/**
 * Objective values and constraint violations of an evaluation; what it leaves out is filled in where it is known.
 * @throws ArgumentError naming an objective or constraint without a finite value
 */
export function measure(
  objectives: readonly Objective[],
  constraints: readonly Constraint[],
  params: Params,
  evaluation: Evaluation,
): Measured {
  check(evaluation !== null && evaluation !== undefined, 'values', evaluation, 'numbers, or a record of them by name');
  const record = byName(objectives, evaluation);
  const need = (name: string, known: ((p: Params) => number) | undefined): number => {
    const value = record[name] === undefined ? known?.(params) : record[name];
    check(typeof value === 'number' && Number.isFinite(value), name, value, 'a finite number');
    return value;
  };
  const values = objectives.map((objective) => need(objective.name, objective.known));
  const violations = constraints.map((constraint) => {
    const objective = objectives.find((one) => one.name === constraint.name);
    return violation(constraint, need(constraint.name, constraint.known ?? objective?.known));
  });
  const taken = new Set(objectives.map((objective) => objective.name));
  const extras = Object.fromEntries(Object.entries(record).filter(([name, value]) => !taken.has(name) && value !== undefined));
  return { values, violations, extras };
}
