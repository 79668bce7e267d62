import { check } from '../base';

/** What a test problem gives at a point. */
export interface Evaluated {
  /** To be minimised (m). */
  readonly objectives: number[];
  /** ≤ 0 where feasible. */
  readonly constraints: number[];
}

/** A test problem: a pure function over a box. */
export interface Problem {
  /** As in the literature. */
  readonly name: string;
  /** [low, high] of each variable (d). */
  readonly bounds: readonly (readonly [low: number, high: number])[];
  /** Number of objectives. */
  readonly objectiveCount: number;
  /** Number of constraints. */
  readonly constraintCount: number;
  /** Variables that `evaluate` rounds. */
  readonly integers?: readonly number[];
  /** Usual reference point of the hypervolume. */
  readonly reference?: readonly number[];
  /** Best known hypervolume at that reference. */
  readonly bestHypervolume?: number;
  /** Objectives and constraints at x (d), inside the bounds. */
  evaluate(x: ArrayLike<number>): Evaluated;
}

/**
 * The numbers of a point of d variables.
 * @throws ArgumentError where it has another number of them
 */
export function variablesOf(x: ArrayLike<number>, d: number): number[] {
  check(x.length === d, 'x', x, `${d} numbers, one a variable`);
  return Array.from(x);
}

export const unitBox = (d: number): [number, number][] => Array.from({ length: d }, () => [0, 1]);

export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
