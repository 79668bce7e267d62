/* The problems of the optimiser's benches, as studies see them. */
import { createRng } from '../../src/base';
import { hypervolume } from '../../src/moo';
import * as problems from '../../src/problems';
import { defineSpace, encode, integer, real, type Dimension, type Params, type SearchSpace } from '../../src/space';
import { violation, type Constraint, type Objective, type Optimizer, type TrialRecord } from '../../src/study';

export interface Case {
  readonly name: string;
  /** Its heading in the baselines beside the checkout. */
  readonly baseline: string;
  readonly space: SearchSpace;
  readonly objectives: readonly Objective[];
  readonly constraints: readonly Constraint[];
  readonly reference: readonly number[];
  readonly best: number;
  /** Objectives (minimised) and constraint values. */
  evaluate(params: Params): { values: number[]; constraints: number[] };
}

export function boxed(baseline: string, problem: problems.Problem, reference: readonly number[], best: number): Case {
  const names = problem.bounds.map((_, i) => `x${i + 1}`);
  const dimensions: [string, Dimension][] = problem.bounds.map(([low, high], i) => [
    names[i],
    problem.integers?.includes(i) ? integer(low, high) : real(low, high),
  ]);
  return {
    name: problem.name,
    baseline,
    space: defineSpace(Object.fromEntries(dimensions)),
    objectives: reference.map((value, j) => ({ name: `f${j + 1}`, direction: 'minimize', reference: value })),
    constraints: Array.from({ length: problem.constraintCount }, (_, j) => ({ name: `g${j + 1}`, upper: 0 })),
    reference,
    best,
    evaluate(params) {
      const { objectives, constraints } = problem.evaluate(names.map((name) => params[name] as number));
      return { values: objectives, constraints };
    },
  };
}

const tinyMixReference = [0.6, 1.9, 1.5];

const tinyMix: Case = {
  name: 'TinyMix',
  baseline: 'TinyMix',
  space: defineSpace(problems.tinyMixDimensions),
  objectives: problems.tinyMixObjectives as readonly Objective[],
  constraints: problems.tinyMixConstraints as readonly Constraint[],
  reference: tinyMixReference,
  best: 4.40529,
  evaluate(params) {
    const p = params as unknown as problems.TinyMixParams;
    const costs = problems.tinyMixCosts(p);
    const values = [problems.tinyMixError(p, costs.parameters), Math.log10(costs.romKb), Math.log10(costs.mmacs)];
    return { values, constraints: [costs.ramKb, costs.romKb] };
  },
};

/** Definitions, references and best known hypervolumes as in the baselines. */
export const cases: readonly Case[] = [
  boxed('ZDT1_d6', problems.zdt1({ variables: 6 }), [11, 11], 120.666),
  boxed('DTLZ2_d6', problems.dtlz2({ variables: 6, objectives: 2 }), [1.1, 1.1], 0.42457),
  boxed('BraninCurrin', problems.braninCurrin(), [18, 6], 59.4008),
  boxed('C2DTLZ2_d4', problems.c2dtlz2({ variables: 4, objectives: 2, middleRadius: 0.2 * Math.SQRT2 }), [1.1, 1.1], 0.40004),
  boxed('VehicleSafety', problems.vehicleSafety(), [1864.72022, 11.81993945, 0.2903999384], 246.816),
  boxed('OSY', problems.osy(), [-75, 75], 10107.9),
  boxed('RE23', problems.re23(), [6437.264865636001, 1417536.758594], 8.75319e9),
  tinyMix,
];

export interface Run {
  /** Hypervolume after each number of evaluations asked for. */
  readonly hypervolumes: readonly number[];
  /** CPU seconds of one suggestion, mean over the run. */
  readonly secondsPerStep: number;
  /** Trials that broke a constraint known in advance. */
  readonly wasted: number;
  readonly history: readonly TrialRecord[];
}

/** One study of `evaluations` trials from one seed; hypervolume of the feasible points at each of `at`. */
export async function play(one: Case, optimizer: Optimizer, seed: number, at: readonly number[]): Promise<Run> {
  const { space, objectives, constraints, reference } = one;
  const history: TrialRecord[] = [];
  const hypervolumes: number[] = [];
  const feasible: number[][] = [];
  let cpu = 0;
  let wasted = 0;
  const total = Math.max(...at);
  for (let number = 0; number < total; number++) {
    const before = process.cpuUsage();
    const rng = createRng(seed).fork(number);
    const context = { space, objectives, constraints, history, pending: [], rng, seed, place: number };
    const [{ params }] = await optimizer.suggest(context, 1);
    const used = process.cpuUsage(before);
    cpu += (used.user + used.system) / 1e6;
    const { values, constraints: raw } = one.evaluate(params);
    const violations = constraints.map((constraint, i) => violation(constraint, raw[i]));
    if (constraints.some((c, i) => c.known !== undefined && violations[i] > 0)) wasted++;
    if (violations.every((v) => v <= 0)) feasible.push(values);
    encode(space, params);
    history.push({ number, state: 'complete', params, values, violations, intermediate: [], attributes: {} });
    if (at.includes(number + 1)) hypervolumes.push(hypervolume(feasible, [...reference]));
  }
  return { hypervolumes, secondsPerStep: cpu / total, wasted, history };
}

export const mean = (values: readonly number[]): number => values.reduce((s, v) => s + v, 0) / values.length;

/** Standard error of the mean; NaN of one value. */
export function standardError(values: readonly number[]): number {
  const m = mean(values);
  return Math.sqrt(values.reduce((s, v) => s + (v - m) ** 2, 0) / (values.length - 1) / values.length);
}
