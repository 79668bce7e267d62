/*
 * ARS-MOBOpt (Deutel, Kontes, Mutschler and Teich, "Combining Multi-Objective Bayesian Optimization with Reinforcement
 * Learning for TinyML", arXiv 2305.14109): a Gaussian process for each objective, and in place of a climb on the
 * acquisition an ensemble of small policies, started at the means of clusters of the Pareto front, that walk through the
 * search space and are trained by augmented random search. Their reward is the Monte-Carlo expected improvement of a
 * Chebyshev scalarisation; they compete, and the best point that any of them visited is suggested.
 * The sizes of policies, walks and searches are not published; those here are ours.
 * Six seeds, 100 evaluations: 1.78 times NSGA-II's hypervolume on DTLZ2, 1.10 on ZDT1, 1.21 on TinyMix with unknown costs
 * (bench/local-solvers.ts).
 */
import { breathe, check, paced } from '../../base';
import { normal } from '../../math';
import { paretoFront } from '../../moo';
import type { Optimizer, OptimizerContext, Suggestion } from '../../study';
import { chebyshev, randomWeights } from '../acquisitions/scalarise';
import { ScalarisedImprovement } from '../acquisitions/scalarised-improvement';
import { pointPosterior } from '../surrogates/posterior';
import type { FitCache } from '../surrogates/warm-fit';
import { augmentedRandomSearch, type RandomSearchOptions } from './ars/augmented-random-search';
import { means } from './ars/means';
import { act, policySize } from './ars/policy';
import { lastResort } from './bayesian/last-resort';
import { fitModelsSteps, type ModelOptions, type Models } from './bayesian/models';
import { toCandidate, toProblem, type Candidate, type Problem } from './bayesian/problem';
import { frontOf, referencesOf } from './bayesian/scorer';
import { firstDesign } from './sampling/surroundings';

/** Settings of ARS-MOBOpt; the paper does not publish the sizes, those here are ours. */
export interface ArsMoboptOptions {
  /** Trials before the first model. Default 2 (d + 1). */
  readonly firstPoints?: number;
  /** Policies in the ensemble. Default 4. */
  readonly policies?: number;
  /** Steps that a policy walks from its start. Default 5. */
  readonly horizon?: number;
  /** Of the search for a policy's parameters. Default 8 iterations, 8 directions, the best 4, α 0.5, ν 0.5. */
  readonly search?: Partial<RandomSearchOptions>;
  /** Of the surrogates. */
  readonly models?: ModelOptions;
}

/**
 * ARS-MOBOpt (Deutel, Kontes, Mutschler and Teich, arXiv 2305.14109): Gaussian processes, and in place of a climb on the
 * acquisition small policies that walk through the space from the front, trained by augmented random search.
 * @throws ArgumentError where an option makes no sense
 */
export function arsMobopt(options: ArsMoboptOptions = {}): Optimizer {
  const { policies = 4, horizon = 5 } = options;
  check(Number.isInteger(policies) && policies >= 1, 'policies', policies, 'an integer ≥ 1');
  check(Number.isInteger(horizon) && horizon >= 1, 'horizon', horizon, 'an integer ≥ 1');
  const search: RandomSearchOptions = { iterations: 8, directions: 8, top: 4, step: 0.5, noise: 0.5, ...options.search };
  const cache: FitCache = new Map();
  return {
    name: 'ARS-MOBOpt',
    async suggest(context, n) {
      const { rng, signal } = context;
      const firstPoints = options.firstPoints ?? 2 * (Object.keys(context.space.dimensions).length + 1);
      const problem = toProblem(context);
      const taken = new Set(problem.taken);
      const suggestions: Suggestion[] = await firstDesign(problem, firstPoints, n, taken, rng, signal);
      if (suggestions.length === n) return suggestions;
      const settings = { secondOpinion: 0, ...options.models };
      const models = await paced(fitModelsSteps(problem, referencesOf(problem), settings, cache), signal, 'the fit');
      const starts = means(startingPoints(problem), policies, rng.fork('means'));
      while (suggestions.length < n) {
        const round = rng.fork(`search ${suggestions.length}`);
        const weights = randomWeights(problem.m, round.fork('weights'));
        const value = rewardOf(problem, models, weights, round.fork('samples'));
        let best: { candidate: Candidate; value: number } | undefined;
        const walk = (theta: Float64Array, from: readonly number[]): number => {
          let x: ArrayLike<number> = from;
          let sum = 0;
          for (let t = 0; t < horizon; t++) {
            x = act(theta, x);
            const candidate = toCandidate(problem, x, taken);
            if (!candidate) continue;
            const reward = value(candidate);
            if (!best || reward > best.value) best = { candidate, value: reward };
            sum += reward;
          }
          return sum;
        };
        for (const [i, from] of starts.entries()) {
          const own = round.fork(`policy ${i}`);
          const theta = Float64Array.from({ length: policySize(from.length) }, () => 0.3 * own.normal());
          const trained = await augmentedRandomSearch((one) => walk(one, from), theta, search, own, () => breathe(signal, 'the search'));
          walk(trained, from);
        }
        const candidate = best?.candidate ?? lastResort(problem, taken, round);
        taken.add(candidate.id);
        const explanation = { stage: 'model', acquisition: 'Monte-Carlo EI of a scalarisation', value: best?.value, weights };
        suggestions.push({ params: candidate.params, explanation });
      }
      return suggestions;
    },
  };
}

/** Where policies start from: the feasible front, or all that was tried while there is none. */
function startingPoints({ observations }: Problem): Float64Array[] {
  const feasible = observations.filter((one) => one.feasible);
  const from = feasible.length > 0 ? paretoFront(feasible.map(({ values }) => values)).map((i) => feasible[i]) : observations;
  return from.map(({ u }) => u);
}

/** Expected improvement times the probability of feasibility; that alone while nothing is feasible. */
function rewardOf(problem: Problem, models: Models, weights: readonly number[], rng: OptimizerContext['rng']): (candidate: Candidate) => number {
  const front = frontOf(problem, models);
  const low = weights.map((_, j) => front.reduce((a, y) => Math.min(a, y[j]), Infinity));
  const range = weights.map((_, j) => front.reduce((a, y) => Math.max(a, y[j]), -Infinity) - low[j] || 1);
  const best = front.reduce((a, y) => Math.min(a, chebyshev(y.map((v, j) => (v - low[j]) / range[j]), weights)), Infinity);
  const improvement = front.length > 0 ? new ScalarisedImprovement(weights, low, range, best, rng) : undefined;
  const point = pointPosterior(models.features.d);
  const mean = new Float64Array(problem.m);
  const deviation = new Float64Array(problem.m);
  return ({ u, known }) => {
    const row = models.features.row(u, known);
    let feasible = 1;
    for (const { posterior, output } of models.constraints) {
      posterior.at(row, point);
      feasible *= normal.cdf((output.toModel(0) - point.mean) / Math.sqrt(point.variance));
    }
    if (!improvement) return feasible;
    models.objectives.forEach((surrogate, j) => {
      if (surrogate) surrogate.posterior.at(row, point);
      mean[j] = surrogate ? point.mean : known.values[j];
      deviation[j] = surrogate ? Math.sqrt(point.variance) : 0;
    });
    return feasible * improvement.expected(mean, deviation);
  };
}
