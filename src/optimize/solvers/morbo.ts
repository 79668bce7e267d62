/*
 * MORBO: several trust regions that share their trials, each with local surrogates and a centre of its own on the front;
 * of the outcomes drawn in all of them, the candidate that adds most hypervolume to the whole front is suggested
 * (Daulton, Eriksson, Balandat and Bakshy 2022, "Multi-objective Bayesian optimization over high-dimensional search
 * spaces", arXiv 2109.10964). All of it follows from the history alone, so a trial belongs to the region that it fell in:
 * the one with the nearest centre among those whose box holds it.
 * Six seeds, 100 evaluations: 1.73 times NSGA-II's hypervolume on DTLZ2, 1.08 on ZDT1, 1.20 on TinyMix with unknown costs
 * (bench/local-solvers.ts).
 */
import { check, createRng, paced, type Steps } from '../../base';
import { hypervolumeContributions, paretoFront } from '../../moo';
import { encode } from '../../space';
import type { Optimizer, OptimizerContext, Suggestion } from '../../study';
import { chebyshev, randomWeights, unitScaled } from '../acquisitions/scalarise';
import { matern52 } from '../surrogates/kernels';
import { fitModelsSteps, type ModelOptions, type Models } from './bayesian/models';
import { toProblem, type Candidate, type Problem } from './bayesian/problem';
import { referencesOf } from './bayesian/scorer';
import { lastResort } from './bayesian/last-resort';
import { foldHistory, toIndividual, type Individual } from './evolution/individuals';
import { drawOutcomes } from './sampling/outcomes';
import { better, meritOf, pick, targetOf, type Merit } from './sampling/pick';
import { firstDesign } from './sampling/surroundings';
import { candidatesInside, sidesOf } from './trust-region/candidates';
import { adapted, startOf, type Extent, type ExtentRules } from './trust-region/extent';
import { isSuccess } from './trust-region/success';

/** Settings of MORBO. */
export interface MorboOptions {
  /** Trust regions. Default 5; 1 is what the literature calls MORBO-1. */
  readonly regions?: number;
  /** Trials before the first model. Default 2 (d + 1). */
  readonly firstPoints?: number;
  /** Candidates in each region at which functions are drawn. Default 128. */
  readonly candidates?: number;
  /** When regions grow, shrink and end. Default: 0.8 at first, 0.01 to 1.6, 3 successes, max(10, d / 3) failures. */
  readonly region?: Partial<ExtentRules>;
  /** Of the surrogates. */
  readonly models?: ModelOptions;
}

interface Region {
  readonly centre: Individual;
  readonly extent: Extent;
}

interface State {
  readonly all: readonly Individual[];
  readonly regions: readonly Region[];
  /** Regions that were begun so far, for the weights that place them. */
  readonly begun: number;
}

function rulesOf(options: MorboOptions, d: number): ExtentRules {
  return { initial: 0.8, least: 0.01, most: 1.6, successes: 3, failures: Math.max(10, Math.ceil(d / 3)), ...options.region };
}

/** Largest distance in a coordinate: inside a box of length l where it is ≤ l / 2. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0;
  for (let k = 0; k < a.length; k++) most = Math.max(most, Math.abs(a[k] - b[k]));
  return most;
}

/** What a centre may be: the front of the feasible, or while there are none the least broken. */
function eligible(all: readonly Individual[]): Individual[] {
  const feasible = all.filter((one) => one.violation <= 0);
  if (feasible.length > 0) return paretoFront(feasible.map(({ f }) => f)).map((i) => feasible[i]);
  const least = all.reduce((low, one) => Math.min(low, one.violation), Infinity);
  return all.filter((one) => one.violation === least);
}

/** Where a new region begins: the trial that is best by a scalarisation of random weights. */
function placed(all: readonly Individual[], context: OptimizerContext, number: number): Individual {
  const pool = eligible(all);
  const rng = createRng(context.seed ?? 0).fork(`region ${number}`);
  const weights = randomWeights(pool[0].f.length, rng);
  const scaled = unitScaled(pool.map(({ f }) => f));
  return pool[scaled.reduce((low, y, i) => (chebyshev(y, weights) < chebyshev(scaled[low], weights) ? i : low), 0)];
}

/** Regions with their centres moved to the points of the front inside them that contribute most, each to its own. */
function centred(regions: readonly Region[], all: readonly Individual[]): Region[] {
  const pool = eligible(all);
  const scaled = unitScaled(pool.map(({ f }) => f));
  const gains = pool[0].violation <= 0 ? hypervolumeContributions(scaled, scaled[0].map(() => 1.1)) : pool.map(() => 0);
  const used = new Set<Individual>();
  return regions.map(({ centre, extent }) => {
    let chosen: Individual | undefined;
    let most = -Infinity;
    pool.forEach((one, i) => {
      if (used.has(one) || gains[i] <= most || distance(one.x, centre.x) > extent.length / 2) return;
      [chosen, most] = [one, gains[i]];
    });
    chosen ??= centre;
    used.add(chosen);
    return { centre: chosen, extent };
  });
}

function step(state: State, one: Individual | undefined, x: readonly number[], context: OptimizerContext, rules: ExtentRules): State {
  const { regions } = state;
  const success = one !== undefined && isSuccess(state.all, one);
  const all = one === undefined ? state.all : [...state.all, one];
  const distances = regions.map(({ centre }) => distance(x, centre.x));
  const holds = distances.map((far, r) => far <= regions[r].extent.length / 2 + 1e-9);
  const near = distances.reduce((at, far, r) => (holds[r] && (at < 0 || far < distances[at]) ? r : at), -1);
  let { begun } = state;
  const next = regions.map((region, r) => {
    if (r !== near) return region;
    const extent = adapted(region.extent, success, rules);
    return extent.length < rules.least ? { centre: placed(all, context, begun++), extent: startOf(rules) } : { ...region, extent };
  });
  return { all, regions: centred(next, all), begun };
}

/**
 * MORBO (Daulton, Eriksson, Balandat and Bakshy 2022, arXiv 2109.10964): several trust regions with local surrogates, which
 * suggest what adds most hypervolume to the front of all. For some twenty parameters and more.
 * @throws ArgumentError where an option makes no sense
 */
export function morbo(options: MorboOptions = {}): Optimizer {
  const { regions: count = 5, candidates: each = 128 } = options;
  check(Number.isInteger(count) && count >= 1, 'regions', count, 'an integer ≥ 1');
  check(Number.isInteger(each) && each >= 2, 'candidates', each, 'an integer ≥ 2');
  const firstOf = (context: OptimizerContext): number => options.firstPoints ?? 2 * (Object.keys(context.space.dimensions).length + 1);
  const stateOf = foldHistory<State>(
    () => ({ all: [], regions: [], begun: 0 }),
    (state, trial, context, index) => {
      const rules = rulesOf(options, Object.keys(context.space.dimensions).length);
      const one = toIndividual(context, trial);
      if (state.regions.length > 0) return step(state, one, encode(context.space, trial.params), context, rules);
      const all = one === undefined ? state.all : [...state.all, one];
      if (index + 1 < firstOf(context) || all.length === 0) return { ...state, all };
      const begin = Array.from({ length: count }, (_, r) => ({ centre: placed(all, context, r), extent: startOf(rules) }));
      return { all, regions: centred(begin, all), begun: count };
    },
  );
  return {
    name: 'MORBO',
    async suggest(context, n) {
      const problem = toProblem(context);
      const { rng, signal } = context;
      const taken = new Set(problem.taken);
      const suggestions: Suggestion[] = await firstDesign(problem, firstOf(context), n, taken, rng, signal);
      if (suggestions.length === n) return suggestions;
      const { regions } = stateOf(context);
      const references = referencesOf(problem);
      const modelled: Local[] = [];
      for (const region of regions) modelled.push(await paced(local(problem, region, references, options.models), signal, 'the fit'));
      const front = problem.observations.filter((one) => one.feasible).map(({ values }) => [...values]);
      // Outcomes drawn for what this batch has already: the next one is to add to them.
      const hoped: number[][] = [];
      while (suggestions.length < n) {
        const round = rng.fork(`draw ${suggestions.length}`);
        const target = targetOf([...front, ...hoped], references);
        let found: { candidate: Candidate; merit: Merit; region: number; values: number[] } | undefined;
        for (const [r, { models, centre, sides }] of modelled.entries()) {
          const own = round.fork(`region ${r}`);
          const candidates = await candidatesInside(problem, centre, sides, each, taken, own, signal);
          if (candidates.length === 0) continue;
          const outcomes = drawOutcomes(models, candidates, own);
          const values = outcomes.values.map((y) => inUsersUnits(models, y));
          const { index } = pick(target, { values, violation: outcomes.violation });
          const merit = meritOf(target, values[index], outcomes.violation[index]);
          if (!found || better(merit, found.merit)) found = { candidate: candidates[index], merit, region: r, values: values[index] };
        }
        const candidate = found?.candidate ?? lastResort(problem, taken, round);
        if (found) hoped.push(found.values);
        taken.add(candidate.id);
        const explanation = { stage: 'model', acquisition: 'Thompson sample in trust regions', value: found?.merit[1], region: found?.region };
        suggestions.push({ params: candidate.params, explanation });
      }
      return suggestions;
    },
  };
}

/** A region as candidates are drawn in it. */
interface Local {
  readonly models: Models;
  readonly centre: readonly number[];
  readonly sides: Float64Array;
}

/** Surrogates of what was tried in and around a region: a box of twice its length, or the nearest 2(d + 1) trials. */
function* local(
  problem: Problem,
  { centre, extent }: Region,
  references: readonly number[],
  options: ModelOptions | undefined,
): Steps<Local> {
  const d = centre.x.length;
  const by = problem.observations.map((one, i) => ({ i, far: distance(one.u, centre.x) })).sort((a, b) => a.far - b.far || a.i - b.i);
  const inside = by.filter(({ far }, rank) => far <= extent.length || rank < 2 * (d + 1)).sort((a, b) => a.i - b.i);
  const observations = inside.map(({ i }) => problem.observations[i]);
  const fit = { restarts: 1, ...options?.fit };
  const settings = { kernels: [matern52], secondOpinion: 0, ...options, fit };
  const models = yield* fitModelsSteps({ ...problem, observations }, references, settings, new Map());
  return { models, centre: centre.x, sides: sidesOf(extent.length, new Float64Array(d).fill(1), d) };
}

/** Outcomes drawn (m), back in the units in which regions can be compared: the user's, minimised, up to the reference. */
function inUsersUnits(models: Models, y: readonly number[]): number[] {
  return y.map((v, j) => {
    const output = models.objectives[j]?.output;
    return output ? output.shift + output.scale * v : v;
  });
}
