/*
 * Tree-structured Parzen estimator for several objectives: candidates are drawn from the density of the better trials
 * and ranked by its ratio to that of the others (Bergstra, Bardenet, Bengio, Kégl, NeurIPS 2011; Ozaki, Tanigaki,
 * Watanabe, Onishi, "Multiobjective tree-structured Parzen estimator", JAIR 73, 2022). Densities over the unit cube,
 * multivariate: each observation is a product of truncated normals (ordered columns) and smoothed frequencies
 * (categorical ones), which keeps what goes together together.
 */
import { check, clamp, type Rng } from '../../base';
import { hypervolumeContributions } from '../../moo';
import type { Column } from '../../space';
import type { Optimizer } from '../../study';
import { normal } from '../../math';
import { firstGeneration } from './evolution/generational';
import { replayIndividuals, type Individual } from './evolution/individuals';
import { leastCrowded, surviving } from './evolution/selection';
import { breed } from './evolution/variation';

/** Settings of the tree-structured Parzen estimator (Ozaki et al. 2022). */
export interface MotpeOptions {
  /** Trials before the first density. Default 2 (d + 1), at least 10. */
  readonly firstPoints?: number;
  /** Candidates drawn for each suggestion. Default 24. */
  readonly candidates?: number;
  /** Share of the trials that count as better. Default 0.2, at most 25 trials. */
  readonly share?: number;
  /** Of the first points' Latin hypercube. Default: the study's. */
  readonly seed?: number | string;
}

interface Density {
  readonly centres: readonly (readonly number[])[];
  /** One a centre and one for the uniform prior, summing to 1. */
  readonly weights: readonly number[];
  /** Width of the kernels a column. */
  readonly widths: readonly number[];
}

function densityOf(members: readonly Individual[], weights: readonly number[], space: readonly Column[]): Density {
  const n = members.length;
  const prior = 1;
  const total = weights.reduce((a, b) => a + b, 0) + prior;
  const d = space.length;
  // Scott's rule on a uniform spread, not below the distance of a level.
  const widths = space.map((column) => {
    const width = 0.5 * Math.pow(Math.max(1, n), -1 / (d + 4));
    return Math.max(width, Number.isFinite(column.levels) ? 0.5 / column.levels : 0.01);
  });
  return { centres: members.map((one) => one.x), weights: [...weights, prior].map((w) => w / total), widths };
}

function logKernel(x: number, centre: number, width: number, column: Column): number {
  if (column.kind === 'categorical') {
    const same = Math.floor(x * column.levels) === Math.floor(centre * column.levels);
    // A tenth of the mass is spread over all choices.
    return Math.log((same ? 0.9 : 0) + 0.1 / column.levels) + Math.log(column.levels);
  }
  const mass = normal.cdf((1 - centre) / width) - normal.cdf(-centre / width);
  return -0.5 * ((x - centre) / width) ** 2 - Math.log(width * Math.sqrt(2 * Math.PI) * mass);
}

function logDensity(x: readonly number[], density: Density, space: readonly Column[]): number {
  const { centres, weights, widths } = density;
  const terms = centres.map((centre, i) =>
    space.reduce((sum, column, j) => sum + logKernel(x[j], centre[j], widths[j], column), Math.log(weights[i])),
  );
  terms.push(Math.log(weights[centres.length]));
  const top = terms.reduce((a, b) => Math.max(a, b), -Infinity);
  return top + Math.log(terms.reduce((sum, t) => sum + Math.exp(t - top), 0));
}

function draw(density: Density, space: readonly Column[], rng: Rng): number[] {
  const { centres, weights, widths } = density;
  let u = rng.next();
  let i = 0;
  while (i < centres.length && u >= weights[i]) u -= weights[i++];
  if (i === centres.length) return space.map(() => rng.next());
  return space.map((column, j) => {
    const centre = centres[i][j];
    if (column.kind === 'categorical') return rng.next() < 0.9 ? centre : rng.next();
    const low = normal.cdf(-centre / widths[j]);
    const high = normal.cdf((1 - centre) / widths[j]);
    const x = centre + widths[j] * normal.quantile(low + rng.next() * (high - low));
    return clamp(x);
  });
}

/** Weights of the better trials: their hypervolume contributions, none of them nothing. */
function worths(better: readonly Individual[]): number[] {
  const feasible = better.filter((one) => one.violation <= 0);
  if (feasible.length < 2) return better.map(() => 1);
  const m = feasible[0].f.length;
  const low = Array.from({ length: m }, (_, j) => feasible.reduce((a, one) => Math.min(a, one.f[j]), Infinity));
  const high = Array.from({ length: m }, (_, j) => feasible.reduce((a, one) => Math.max(a, one.f[j]), -Infinity));
  const unit = better.map((one) => one.f.map((v, j) => (v - low[j]) / (high[j] - low[j] || 1)));
  const gains = hypervolumeContributions(unit.map((p, i) => (better[i].violation > 0 ? p.map(() => 9) : p)), new Array<number>(m).fill(1.1));
  const top = gains.reduce((a, b) => Math.max(a, b), 0);
  return gains.map((gain) => Math.max(0.05, top > 0 ? gain / top : 1));
}

/** MOTPE. */
export function motpe(options: MotpeOptions = {}): Optimizer {
  const { candidates = 24, share = 0.2 } = options;
  check(Number.isInteger(candidates) && candidates >= 1, 'candidates', candidates, 'an integer ≥ 1');
  check(share > 0 && share < 1, 'share', share, 'a number between 0 and 1');
  const individualsOf = replayIndividuals();
  return {
    name: 'MOTPE',
    async suggest(context, n) {
      const all = individualsOf(context);
      const first = options.firstPoints ?? Math.max(10, 2 * (Object.keys(context.space.dimensions).length + 1));
      if (context.history.length < first || all.length < 2) return firstGeneration(context, first, n, options.seed);
      const size = Math.min(25, Math.max(1, Math.ceil(share * all.length)));
      const better = surviving(all, size, (_, front, count) => leastCrowded(all, front, count));
      const chosen = new Set(better);
      const others = all.filter((one) => !chosen.has(one));
      let densities: { good: Density; bad: Density } | undefined;
      const made = breed(context, n, (space) => {
        densities ??= { good: densityOf(better, worths(better), space), bad: densityOf(others, others.map(() => 1), space) };
        const { good, bad } = densities;
        let best: number[] = [];
        let score = -Infinity;
        for (let k = 0; k < candidates; k++) {
          const x = draw(good, space, context.rng);
          const ratio = logDensity(x, good, space) - logDensity(x, bad, space);
          if (ratio > score) [best, score] = [x, ratio];
        }
        return best;
      });
      return made.map((params) => ({ params }));
    },
  };
}
