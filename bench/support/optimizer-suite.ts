/* The problems of the optimiser's benches, as studies see them. */
import { createRng } from '../../src/base';
import { hypervolume } from '../../src/moo';
import * as problems from '../../src/problems';
import { defineSpace, integer, real, type Dimension, type Params, type SearchSpace } from '../../src/space';
import { violation, type Constraint, type Objective, type Optimizer, type TrialRecord } from '../../src/study';
import { cpuSeconds } from './statistics';

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

/** The cases of the bench of one step: four objectives beside the others. */
export const stepCases: readonly Case[] = [
  ...cases,
  {
    ...boxed('DTLZ2_m4', problems.dtlz2({ variables: 8, objectives: 4 }), [1.1, 1.1, 1.1, 1.1], 1.155674862465958),
    name: 'DTLZ2, 4 objectives',
  },
];

/** What a study had reached after `at` evaluations. */
export interface Checkpoint {
  readonly at: number;
  readonly hypervolume: number;
  /** CPU seconds of one suggestion, mean so far. */
  readonly secondsPerStep: number;
  /** Trials so far that broke a constraint known in advance. */
  readonly wasted: number;
}

/** Evaluates a study's points as they come, and reports at the numbers of evaluations asked for. */
export class Tally {
  private readonly feasible: number[][] = [];
  private count = 0;
  private wasted = 0;

  constructor(
    private readonly one: Case,
    private readonly at: readonly number[],
    private readonly onCheckpoint: (checkpoint: Checkpoint) => void,
  ) {}

  /** `seconds`: CPU time of all suggestions so far. */
  add(params: Params, seconds: number): { values: number[]; violations: number[] } {
    const { constraints, reference } = this.one;
    const { values, constraints: raw } = this.one.evaluate(params);
    const violations = constraints.map((constraint, i) => violation(constraint, raw[i]));
    if (constraints.some((c, i) => c.known !== undefined && violations[i] > 0)) this.wasted++;
    if (violations.every((v) => v <= 0)) this.feasible.push(values);
    this.count++;
    if (this.at.includes(this.count)) {
      const reached = hypervolume(this.feasible, [...reference]);
      const { count: at, wasted } = this;
      this.onCheckpoint({ at, hypervolume: reached, secondsPerStep: seconds / at, wasted });
    }
    return { values, violations };
  }
}

/** One study by `optimizer` from one seed, up to the last of `at`. */
export async function play(
  one: Case,
  optimizer: Optimizer,
  seed: number,
  at: readonly number[],
  onCheckpoint: (checkpoint: Checkpoint) => void,
): Promise<TrialRecord[]> {
  const { space, objectives, constraints } = one;
  const history: TrialRecord[] = [];
  const tally = new Tally(one, at, onCheckpoint);
  let cpu = 0;
  for (let number = 0; number < Math.max(...at); number++) {
    const before = process.cpuUsage();
    const rng = createRng(seed).fork(number);
    const context = { space, objectives, constraints, history, pending: [], rng, seed, place: number };
    const [{ params }] = await optimizer.suggest(context, 1);
    cpu += cpuSeconds(before);
    const { values, violations } = tally.add(params, cpu);
    history.push({ number, state: 'complete', params, values, violations, intermediate: [], attributes: {} });
  }
  return history;
}
