/*
 * Bayesian optimisation of one objective or several over mixed spaces. Objectives and constraints that are known
 * enter exactly; what is left is modelled by a Gaussian process each. The acquisition is log expected hypervolume
 * improvement in closed form (grey-box where one objective is left to learn) times the probability of feasibility.
 */
import { check, paced } from '../../base';
import type { Optimizer, OptimizerContext, Suggestion } from '../../study';
import { nextFirstPoint } from './bayesian/first-design';
import { lastResort } from './bayesian/last-resort';
import { fitModelsSteps, type ModelOptions, type Models, type Warp } from './bayesian/models';
import { toProblem, type Candidate, type Problem } from './bayesian/problem';
import { frontOf, makeScorer, ownScorer, referencesOf, withPrior } from './bayesian/scorer';
import { freeColumns, search, type SearchOptions } from './bayesian/search';
import { pointPosterior } from '../surrogates/posterior';
import type { Acquisition } from '../acquisitions/acquisition';
import type { Prior } from '../prior';
import type { FitCache } from '../surrogates/warm-fit';

/** Settings of `bayesian`; each has a default that suits tens to hundreds of trials. */
export interface BayesianOptions {
  /** Trials before the first model; by default 2(d + 1), or fewer where all objectives but one are known. */
  readonly firstPoints?: number;
  /** How the surrogates are fitted. */
  readonly models?: ModelOptions;
  /**
   * Which modelled outputs are warped towards normality (Yeo and Johnson 2000) before they are standardised: 'none'
   * (default), uncertain 'constraints', which leaves feasibility what it is, or 'all', objectives too. Improvement is then
   * still that of the objectives as they are, in closed form; not with an acquisition of another kind. What it is worth:
   * see bayesian/outputs.ts.
   */
  readonly warp?: Warp;
  /** How the acquisition's maximum is looked for. */
  readonly search?: SearchOptions;
  /** What is maximised; by default log expected hypervolume improvement in closed form. One of `acquisitions`, or yours. */
  readonly acquisition?: Acquisition;
  /** Where the optimum is believed to lie: see `priorOver`. It leads at first and fades as trials come in. */
  readonly prior?: Prior;
  /** After how many trials a prior counts as the acquisition itself does (β of πBO). Default 10. */
  readonly priorTrials?: number;
}

/** Of `bayesian` and what explains it. */
export const DEFAULT_WARP: Warp = 'none';

/**
 * A pure function of the history: suggests where the front is expected to gain most hypervolume.
 * @throws ArgumentError where an option makes no sense
 */
export function bayesian(options: BayesianOptions = {}): Optimizer {
  const { firstPoints = 1, priorTrials = 0, models: { kernels } = {}, search: { samples = 1, starts = 1 } = {} } = options;
  check(Number.isInteger(firstPoints) && firstPoints >= 0, 'firstPoints', firstPoints, 'an integer ≥ 0');
  check(priorTrials >= 0, 'priorTrials', priorTrials, 'a number of trials ≥ 0');
  check(kernels?.length !== 0, 'models.kernels', kernels, 'at least one kernel');
  for (const [name, one] of Object.entries({ samples, starts })) check(Number.isInteger(one) && one >= 1, `search.${name}`, one, 'an integer ≥ 1');
  const { warp = DEFAULT_WARP, acquisition } = options;
  check(['none', 'constraints', 'all'].includes(warp), 'warp', warp, "'none', 'constraints' or 'all'");
  check(warp !== 'all' || acquisition === undefined, 'acquisition', acquisition?.name, "none where objectives are warped ('all')");
  const cache: FitCache = new Map();
  return {
    name: 'bayesian',
    async suggest(context, n) {
      check(Number.isInteger(n) && n >= 1, 'n', n, 'at least one suggestion');
      return suggest(options, context, n, cache);
    },
  };
}

function firstPointsOf(options: BayesianOptions, problem: Problem): number {
  if (options.firstPoints !== undefined) return Math.max(1, options.firstPoints);
  const usual = 2 * (problem.columns.length + 1);
  return problem.modelled.length === 1 && problem.known.length > 0 ? Math.min(usual, 6) : usual;
}

async function suggest(
  options: BayesianOptions,
  context: OptimizerContext,
  n: number,
  cache: FitCache,
): Promise<Suggestion[]> {
  const problem = toProblem(context);
  const { rng, signal } = context;
  const taken = new Set(problem.taken);
  const suggestions: Suggestion[] = [];
  const chosen: Candidate[] = [];
  const accept = (candidate: Candidate, explanation: Record<string, unknown>): void => {
    taken.add(candidate.id);
    chosen.push(candidate);
    suggestions.push({ params: candidate.params, explanation });
  };
  const wanted = firstPointsOf(options, problem);
  const done = problem.observations.length + problem.failures.length + problem.pending.length;
  while (suggestions.length < n && (done + suggestions.length < wanted || problem.observations.length === 0)) {
    const round = rng.fork(`first ${suggestions.length}`);
    const point = (await nextFirstPoint(problem, round, taken, chosen.map((c) => c.u), { prior: options.prior, signal })) ?? lastResort(problem, taken, round);
    accept(point, { stage: 'first design' });
  }
  if (suggestions.length >= n) return suggestions;

  const references = referencesOf(problem);
  let models = await paced(fitModelsSteps(problem, references, options.models ?? {}, cache, options.warp ?? DEFAULT_WARP), signal, 'the fit');
  let front = frontOf(problem, models);
  const feasibleKnown = front.length > 0 || models.constraints.length === 0;
  const waiting: Pick<Candidate, 'u' | 'known'>[] = [...problem.pending, ...chosen].map(({ params, u }) => ({ u, known: problem.knownPart(params) }));
  const before = { models, front };
  for (const { u, known } of waiting) ({ models, front } = imagine(models, front, u, known));
  const free = await freeColumns(problem, rng.fork('columns'), signal);
  while (suggestions.length < n) {
    const round = rng.fork(`search ${suggestions.length}`);
    const plain = options.acquisition
      ? ownScorer(problem, options.acquisition, options.acquisition.joint ? before : { models, front }, references, feasibleKnown, waiting, round)
      : makeScorer(problem, models, references, front, feasibleKnown);
    const scorer = options.prior ? withPrior(plain, options.prior, (options.priorTrials ?? 10) / done) : plain;
    const found = await search(problem, scorer, taken, round, free, { ...options.search, signal });
    const point = found ?? lastResort(problem, taken, round);
    accept(point, {
      stage: 'model',
      acquisition: scorer.name,
      value: scorer.score(point.u, point.known),
      ...scorer.explain(point.u, point.known),
    });
    waiting.push(point);
    ({ models, front } = imagine(models, front, point.u, point.known));
  }
  return suggestions;
}

/** The models and front as if a trial that still runs had come out at its predicted mean (kriging believer). */
function imagine(
  models: Models,
  front: readonly (readonly number[])[],
  u: Float64Array,
  known: Candidate['known'],
): { models: Models; front: number[][] } {
  const row = models.features.row(u, known);
  const point = pointPosterior(models.features.d);
  const values: number[] = [];
  const objectives = models.objectives.map((surrogate, j) => {
    if (!surrogate) {
      values.push(known.values[j]);
      return undefined;
    }
    surrogate.posterior.at(row, point);
    values.push(point.mean);
    return { ...surrogate, posterior: surrogate.posterior.extended(row, point.mean) };
  });
  let feasible = true;
  const constraints = models.constraints.map((surrogate) => {
    surrogate.posterior.at(row, point);
    if (point.mean > surrogate.output.toModel(0)) feasible = false;
    return { ...surrogate, posterior: surrogate.posterior.extended(row, point.mean) };
  });
  return { models: { ...models, objectives, constraints }, front: [...front.map((p) => [...p]), ...(feasible ? [values] : [])] };
}
