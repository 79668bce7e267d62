/* What a Bayesian solver sees of a study: minimised values, violations, and points of the unit cube. */
import { decode, encode, isAllowed, key, columns, type Column, type Params, type SearchSpace } from '../../../space';
import { paretoFront } from '../../../moo';
import { violation, type Objective, type OptimizerContext, type TrialRecord } from '../../../study';
import type { ColumnKind } from '../../surrogates/covariance';

/** A completed or pruned trial with finite values. */
export interface Observation {
  readonly params: Params;
  /** Coordinates in the unit cube, d values. */
  readonly u: Float64Array;
  /** One an objective, minimised. */
  readonly values: readonly number[];
  /** One a constraint, ≤ 0 feasible. */
  readonly violations: readonly number[];
  readonly feasible: boolean;
}

/** The known part of a candidate. */
export interface KnownPart {
  /** One an objective, minimised; NaN where it is not known. */
  readonly values: readonly number[];
  /** Whether every known constraint holds. */
  readonly feasible: boolean;
}

export interface Problem {
  readonly space: SearchSpace;
  readonly columns: readonly Column[];
  readonly kinds: readonly ColumnKind[];
  readonly m: number;
  /** Objectives that have to be modelled, and those that are known. */
  readonly modelled: readonly number[];
  readonly known: readonly number[];
  /** Constraints that have to be modelled. */
  readonly uncertain: readonly number[];
  readonly hasKnown: boolean;
  /** 1 an objective that is minimised, −1 one that is maximised: everything in here is minimised. */
  readonly signs: readonly number[];
  /** Minimised reference values given by the user; NaN where there is none. */
  readonly references: readonly number[];
  readonly observations: readonly Observation[];
  /** Points that failed or gave no finite value. */
  readonly failures: readonly { readonly params: Params; readonly u: Float64Array }[];
  readonly pending: readonly { readonly params: Params; readonly u: Float64Array }[];
  /** Keys of all points tried or running. */
  readonly taken: ReadonlySet<string>;
  /** The known part of parameters, computed once a point. */
  knownPart(params: Params): KnownPart;
  /** How often a known function has been asked about a new point. */
  readonly calls: () => number;
}

const sign = (objective: Objective): number => (objective.direction === 'maximize' ? -1 : 1);

export function toProblem(context: OptimizerContext): Problem {
  const { space, objectives, constraints, history, pending } = context;
  const known = objectives.flatMap((objective, i) => (objective.known ? [i] : []));
  const modelled = objectives.flatMap((objective, i) => (objective.known ? [] : [i]));
  const exact = constraints.map(
    (constraint) => constraint.known ?? objectives.find((objective) => objective.name === constraint.name)?.known,
  );
  const memo = new Map<string, KnownPart>();
  let calls = 0;
  const hasKnown = known.length > 0 || exact.some((f) => f !== undefined);
  const knownPart = (params: Params): KnownPart => {
    const id = hasKnown ? key(params) : '';
    let part = memo.get(id);
    if (part === undefined) {
      if (hasKnown) calls++;
      const feasible = exact.every((f, i) => f === undefined || violation(constraints[i], f(params)) <= 0);
      // Objectives of a candidate that is out anyway are not worth a call.
      const values = objectives.map((objective) => (feasible && objective.known ? sign(objective) * objective.known(params) : NaN));
      part = { values, feasible: feasible && known.every((i) => Number.isFinite(values[i])) };
      memo.set(id, part);
    }
    return part;
  };
  /** What was measured; of a pruned trial the best of its curve stands for the one objective that is not known. */
  const measured = (trial: TrialRecord): readonly number[] | undefined => {
    if (trial.state === 'complete') return trial.values;
    if (trial.state !== 'pruned' || modelled.length !== 1 || trial.intermediate.length === 0) return undefined;
    const s = sign(objectives[modelled[0]]);
    const best = s * Math.min(...trial.intermediate.map(([, value]) => s * value));
    return objectives.map((objective) => objective.known?.(trial.params) ?? best);
  };
  const observe = (trial: TrialRecord): Observation | undefined => {
    if (!inside(space, trial.params)) return undefined;
    const given = measured(trial);
    if (given === undefined) return undefined;
    const values = objectives.map((objective, i) => sign(objective) * given[i]);
    const violations = constraints.map((constraint, i) => {
      const told = trial.violations?.[i];
      if (told !== undefined) return told;
      const f = exact[i];
      return f === undefined ? NaN : violation(constraint, f(trial.params));
    });
    if (!values.every(Number.isFinite)) return undefined;
    // A pruned trial teaches the surrogate where not to go; the front is made of finished ones.
    const feasible = trial.state === 'complete' && violations.every((v) => v <= 0);
    return { params: trial.params, u: Float64Array.from(encode(space, trial.params)), values, violations, feasible };
  };
  const observations: Observation[] = [];
  const failures: { params: Params; u: Float64Array }[] = [];
  for (const trial of history) {
    const observation = observe(trial);
    if (observation) observations.push(observation);
    else if (trial.state !== 'pruned' && trial.state !== 'waiting' && inside(space, trial.params)) {
      failures.push({ params: trial.params, u: Float64Array.from(encode(space, trial.params)) });
    }
  }
  const list = columns(space);
  return {
    space,
    columns: list,
    kinds: list.map((column) => (column.kind === 'categorical' ? 'category' : 'numeric')),
    m: objectives.length,
    modelled,
    known,
    uncertain: constraints.flatMap((_, i) => (exact[i] ? [] : [i])),
    hasKnown,
    signs: objectives.map(sign),
    references: objectives.map((objective) =>
      objective.reference === undefined ? NaN : sign(objective) * objective.reference,
    ),
    observations,
    failures,
    pending: pending
      .filter((trial) => inside(space, trial.params))
      .map((trial) => ({ params: trial.params, u: Float64Array.from(encode(space, trial.params)) })),
    taken: new Set([...history, ...pending].map((trial) => key(trial.params))),
    knownPart,
    calls: () => calls,
  };
}

/** The feasible observations, or all where none is, and those of them that no other dominates. */
export function bestOf({ observations }: Problem): { readonly from: readonly Observation[]; readonly front: readonly Observation[] } {
  const feasible = observations.filter((o) => o.feasible);
  const from = feasible.length > 0 ? feasible : observations;
  return { from, front: paretoFront(from.map((o) => o.values)).map((i) => from[i]) };
}

/** Whether stored parameters still fit the space: one edited since then may have lost a choice. */
function inside(space: SearchSpace, params: Params): boolean {
  try {
    encode(space, params);
    return true;
  } catch {
    return false;
  }
}

/** A point that may be tried: allowed, not taken, known constraints hold. */
export interface Candidate {
  readonly params: Params;
  readonly id: string;
  /** Coordinates, on the grid of the discrete columns. */
  readonly u: Float64Array;
  readonly known: KnownPart;
}

/** The candidate that a point of the unit cube stands for, or undefined where it may not be tried. */
export function toCandidate(problem: Problem, x: ArrayLike<number>, taken: ReadonlySet<string>): Candidate | undefined {
  return candidateOf(problem, decode(problem.space, x), taken);
}

export function candidateOf(problem: Problem, params: Params, taken: ReadonlySet<string>): Candidate | undefined {
  const { space } = problem;
  if (!isAllowed(space, params)) return undefined;
  const id = key(params);
  if (taken.has(id)) return undefined;
  const known = problem.knownPart(params);
  if (!known.feasible) return undefined;
  return { params, id, u: Float64Array.from(encode(space, params)), known };
}
