/* Surrogates of everything in a problem that has to be learnt: unknown objectives, uncertain constraints, failures. */
import { check, finish, type Steps } from '../../../base';
import { matern52, rbf, type RadialKernel } from '../../surrogates/kernels';
import { toInputs, type ColumnKind } from '../../surrogates/covariance';
import { warmFit, type FitCache, type WarmFitOptions } from '../../surrogates/warm-fit';
import { condition, type Posterior } from '../../surrogates/posterior';
import { outputScale, warpedScale, type OutputScale } from './outputs';
import type { KnownPart, Problem } from './problem';

/** How the Gaussian processes of a study's unknown objectives and constraints are fitted. */
export interface ModelOptions {
  /** Kernels to choose from, for each output by the posterior density of its fit (Matérn 5/2 and squared exponential). */
  readonly kernels?: readonly RadialKernel[];
  /**
   * One suggestion in this many follows the second-best kernel of each surrogate (7), once there are more than
   * 2(d + 1) trials; 0 for never.
   */
  readonly secondOpinion?: number;
  /** Known objectives as further inputs of the surrogates. */
  readonly knownAsInputs?: boolean;
  /** How the hyper-parameters are fitted. */
  readonly fit?: WarmFitOptions;
  /** Standard deviation of the noise on each objective, in its units, where it is known; undefined: inferred. */
  readonly noise?: readonly (number | undefined)[];
}

/** Which outputs are warped towards normality before they are standardised: see `BayesianOptions.warp`. */
export type Warp = 'none' | 'constraints' | 'all';

/** Makes the rows that surrogates are fitted on: coordinates, then known objectives scaled to about [0, 1]. */
export interface Features {
  readonly d: number;
  readonly kinds: readonly ColumnKind[];
  row(u: Float64Array, known: KnownPart): Float64Array;
}

export interface Surrogate {
  readonly posterior: Posterior;
  readonly output: OutputScale;
}

export interface Models {
  readonly features: Features;
  /** One an objective; undefined where it is known. */
  readonly objectives: readonly (Surrogate | undefined)[];
  /** Of violations, and of failure (±1): feasible where ≤ 0. */
  readonly constraints: readonly Surrogate[];
}

/** Known values that span decades are compared by their logarithms. */
function knownScale(values: readonly number[]): (value: number) => number {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const log = least > 0 && most > 50 * least;
  const f = log ? Math.log : (v: number): number => v;
  const low = f(least);
  const width = f(most) - low || 1;
  return (value) => (f(log ? Math.max(value, 1e-3 * least) : value) - low) / width;
}

export function features(problem: Problem, knownAsInputs: boolean): Features {
  const d = problem.columns.length;
  const extra = knownAsInputs ? problem.known : [];
  const scales = extra.map((i) => knownScale(problem.observations.map((o) => o.values[i])));
  const kinds = [...problem.kinds, ...extra.map(() => 'numeric' as const)];
  return {
    d: kinds.length,
    kinds,
    row(u, known) {
      if (extra.length === 0) return u;
      const row = new Float64Array(kinds.length);
      row.set(u);
      extra.forEach((i, k) => {
        row[d + k] = scales[k](known.values[i]);
      });
      return row;
    },
  };
}

/** Fits all surrogates to the observations, at once; there must be at least one. */
export function fitModels(problem: Problem, references: readonly number[], options: ModelOptions, cache: FitCache, warp?: Warp): Models {
  return finish(fitModelsSteps(problem, references, options, cache, warp));
}

/** As fitModels, to be left after any evaluation of a fit. */
export function* fitModelsSteps(
  problem: Problem,
  references: readonly number[],
  options: ModelOptions,
  cache: FitCache,
  warp: Warp = 'none',
): Steps<Models> {
  const { observations, failures } = problem;
  for (const one of options.noise ?? []) check(one === undefined || one >= 0, 'noise', one, 'a standard deviation ≥ 0, or undefined');
  const make = features(problem, options.knownAsInputs ?? true);
  const kernels = options.kernels ?? [matern52, rbf];
  // A surrogate that is wrong and sure of it would never be put right: now and then the second best has its turn, with
  // its deviations doubled.
  const every = options.secondOpinion ?? 7;
  const usual = 2 * (problem.columns.length + 1);
  const second = every > 0 && observations.length > usual && observations.length % every === 0;
  const rank = second ? 1 : 0;
  const doubt = second ? 4 : 1;
  const fit = function* (
    rows: readonly Float64Array[],
    values: readonly number[],
    limit: number,
    warped: boolean,
    deviation?: number,
  ): Steps<Surrogate> {
    const scaleOf = warped ? warpedScale : outputScale;
    const output = scaleOf(values, limit);
    const given = deviation === undefined ? {} : { noise: Math.max((deviation / output.scale) ** 2, 1e-8) };
    const standardise = (some: readonly number[]): Float64Array => Float64Array.from(some, scaleOf(some, limit).toModel);
    const inputs = toInputs(rows, make.d, make.kinds);
    const y = Float64Array.from(values, output.toModel);
    const settings = { ...DEFAULT_FIT, ...options.fit, ...given };
    const { kernel, hyper } = yield* warmFit(inputs, values, standardise, kernels, settings, cache, rank);
    const { outputScale: own, noise } = hyper;
    const doubted = { ...hyper, outputScale: doubt * own, noise: doubt * noise };
    const posterior = condition(inputs, y, kernel, doubted);
    yield;
    return { posterior, output };
  };
  const rows = observations.map((o) => make.row(o.u, { values: o.values, feasible: true }));
  const objectives: (Surrogate | undefined)[] = [];
  for (let i = 0; i < problem.m; i++) {
    const known = problem.known.includes(i);
    const noise = options.noise?.[i];
    // Noise that is given is as large everywhere, and would not be so any more.
    const warped = warp === 'all' && noise === undefined;
    objectives.push(known ? undefined : yield* fit(rows, observations.map((o) => o.values[i]), references[i], warped, noise));
  }
  const constraints: Surrogate[] = [];
  for (const i of problem.uncertain) {
    const at = observations.flatMap((o, k) => (Number.isFinite(o.violations[i]) ? [k] : []));
    if (at.length === 0) continue;
    constraints.push(yield* fit(at.map((k) => rows[k]), at.map((k) => observations[k].violations[i]), Infinity, warp !== 'none'));
  }
  if (failures.length > 0) {
    const failed = failures.map((one) => make.row(one.u, problem.knownPart(one.params)));
    const values = [...rows.map(() => -1), ...failed.map(() => 1)];
    constraints.push(yield* fit([...rows, ...failed], values, Infinity, false));
  }
  return { features: make, objectives, constraints };
}

const DEFAULT_FIT: WarmFitOptions = {
  noiseBounds: [1e-6, 1],
  noisePrior: { location: -6, scale: 2 },
  outputScalePrior: { location: 1, scale: 1.5 },
};
