/*
 * TuRBO-1: Bayesian optimisation inside one trust region, which doubles after successes, halves after failures, and
 * begins anew elsewhere when it is spent; candidates by Thompson sampling from a surrogate of the region's own trials
 * (Eriksson et al. 2019, arXiv 1910.01739; constraints as in SCBO, Eriksson and Poloczek 2021, arXiv 2002.08526).
 * With several objectives each suggestion draws weights and works on their Chebyshev scalarisation, as ParEGO does; a
 * success is then hypervolume added. All of it follows from the history alone.
 * Six seeds, 20 dimensions, 100 evaluations: 0.76 of the value that NSGA-II leaves of Ackley, 0.95 of Levy's
 * (bench/local-solvers.ts).
 */
import { check, paced } from '../../base';
import type { Optimizer, OptimizerContext, Suggestion } from '../../study';
import { randomWeights } from '../acquisitions/scalarise';
import { matern52 } from '../surrogates/kernels';
import type { FitCache } from '../surrogates/warm-fit';
import { fitModelsSteps, type ModelOptions } from './bayesian/models';
import { toProblem, type Observation, type Problem } from './bayesian/problem';
import { frontOf, referencesOf } from './bayesian/scorer';
import { lastResort } from './bayesian/last-resort';
import { foldHistory, toIndividual, type Individual } from './evolution/individuals';
import { scalarised } from './parego';
import { drawOutcomes } from './sampling/outcomes';
import { pick, targetOf } from './sampling/pick';
import { firstDesign, inModelUnits } from './sampling/surroundings';
import { candidatesInside, sidesOf } from './trust-region/candidates';
import { adapted, startOf, type Extent, type ExtentRules } from './trust-region/extent';
import { isSuccess } from './trust-region/success';

/** Settings of TuRBO. */
export interface TurboOptions {
  /** Trials of each region before its first model. Default 2 (d + 1). */
  readonly firstPoints?: number;
  /** Candidates at which functions are drawn. Default 384. */
  readonly candidates?: number;
  /** When the region grows, shrinks and ends. Default: 0.8 at first, 2⁻⁷ to 1.6, 3 successes, max(4, d) failures. */
  readonly region?: Partial<ExtentRules>;
  /** Of the surrogates. */
  readonly models?: ModelOptions;
}

interface Region {
  /** Place in the history where it began. */
  readonly since: number;
  readonly extent: Extent;
  readonly members: readonly Individual[];
}

/** TuRBO's default rules in d dimensions, one trial at a time. */
function rulesOf(options: TurboOptions, d: number): ExtentRules {
  return { initial: 0.8, least: 0.5 ** 7, most: 1.6, successes: 3, failures: Math.max(4, d), ...options.region };
}

/**
 * TuRBO-1 (Eriksson et al. 2019, arXiv 1910.01739): Bayesian optimisation inside one trust region that grows, shrinks and begins
 * anew elsewhere; with several objectives on a new Chebyshev scalarisation each time. For many parameters.
 * @throws ArgumentError where an option makes no sense
 */
export function turbo(options: TurboOptions = {}): Optimizer {
  const { candidates: count = 384 } = options;
  check(Number.isInteger(count) && count >= 2, 'candidates', count, 'an integer ≥ 2');
  const cache: FitCache = new Map();
  const firstOf = (context: OptimizerContext): number => options.firstPoints ?? 2 * (Object.keys(context.space.dimensions).length + 1);
  const regionOf = foldHistory<Region>(
    () => ({ since: 0, extent: { length: NaN, successes: 0, failures: 0 }, members: [] }),
    (region, trial, context, index) => {
      const rules = rulesOf(options, Object.keys(context.space.dimensions).length);
      const one = toIndividual(context, trial);
      const extent = Number.isNaN(region.extent.length) ? startOf(rules) : region.extent;
      const members = one === undefined ? region.members : [...region.members, one];
      if (index - region.since < firstOf(context)) return { ...region, extent, members };
      const next = adapted(extent, one !== undefined && isSuccess(region.members, one), rules);
      if (next.length < rules.least) return { since: index + 1, extent: startOf(rules), members: [] };
      return { ...region, extent: next, members };
    },
  );
  return {
    name: 'TuRBO',
    async suggest(context, n) {
      const { rng, signal } = context;
      const region = regionOf(context);
      const own = { ...context, history: context.history.slice(region.since) };
      const taken = new Set(toProblem(context).taken);
      const suggestions: Suggestion[] = await firstDesign(toProblem(own), firstOf(context), n, taken, rng, signal);
      while (suggestions.length < n) {
        const round = rng.fork(`draw ${suggestions.length}`);
        const weights = context.objectives.length > 1 ? randomWeights(context.objectives.length, round.fork('weights')) : undefined;
        const problem = toProblem(weights ? scalarised(own, weights) : own);
        const references = referencesOf(problem);
        const settings = { kernels: [matern52], secondOpinion: 0, ...options.models };
        const models = await paced(fitModelsSteps(problem, references, settings, cache), signal, 'the fit');
        const centre = best(problem).u;
        const lengthscales = models.objectives[0]?.posterior.hyper.lengthscales ?? centre.map(() => 1);
        const sides = sidesOf(region.extent.length, lengthscales, centre.length);
        const candidates = await candidatesInside(problem, centre, sides, count, taken, round, signal);
        if (candidates.length === 0) candidates.push(lastResort(problem, taken, round));
        const target = targetOf(frontOf(problem, models), inModelUnits(models, references));
        const { index, merit } = pick(target, drawOutcomes(models, candidates, round));
        const { params, id } = candidates[index];
        taken.add(id);
        const explanation = { stage: 'model', acquisition: 'Thompson sample in a trust region', value: merit[1], region: region.extent.length };
        suggestions.push({ params, explanation: weights ? { ...explanation, weights } : explanation });
      }
      return suggestions;
    },
  };
}

/** The observation that a region is centred on: the best feasible one, or the least broken. */
function best({ observations }: Problem): Observation {
  const broken = (one: Observation): number => one.violations.reduce((sum, v) => sum + Math.max(0, v), 0);
  return observations.reduce((a, b) => {
    if (a.feasible !== b.feasible) return a.feasible ? a : b;
    if (!a.feasible && broken(a) !== broken(b)) return broken(a) < broken(b) ? a : b;
    return b.values[0] < a.values[0] ? b : a;
  });
}
