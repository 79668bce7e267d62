import { check } from '../../base';
import { partitionsFor, referenceDirections } from '../../moo';
import type { Optimizer, OptimizerContext } from '../../study';
import { firstGeneration, type GenerationalOptions } from './evolution/generational';
import { replayIndividuals, type Individual } from './evolution/individuals';
import { breed, checkVariation, offspring } from './evolution/variation';
import { placeOf } from './random';

/** Settings of MOEA/D (Zhang and Li 2007). */
export interface MoeadOptions extends Omit<GenerationalOptions, 'population'> {
  /** About how many subproblems; the directions decide. Default 20. */
  readonly population?: number;
  /** Subproblems that breed with each other. Default a fifth of them, at least 3. */
  readonly neighbours?: number;
  /** Probability to mate among neighbours rather than all. Default 0.9. */
  readonly locality?: number;
}

/** Directions, their neighbourhoods. */
function decompose(m: number, size: number, neighbours: number | undefined): { weights: number[][]; near: number[][] } {
  const weights = m === 1 ? [[1]] : referenceDirections(m, partitionsFor(m, Math.max(m, size)));
  const count = Math.min(weights.length, neighbours ?? Math.max(3, Math.round(weights.length / 5)));
  const distance = (a: number[], b: number[]): number => Math.hypot(...a.map((v, j) => v - b[j]));
  const near = weights.map((w) =>
    weights
      .map((_, i) => i)
      .sort((a, b) => distance(weights[a], w) - distance(weights[b], w) || a - b)
      .slice(0, count),
  );
  return { weights, near };
}

/** The best individual for each direction: feasible before infeasible, then by the weighted Chebyshev distance. */
function incumbents(all: readonly Individual[], weights: readonly number[][]): Individual[] {
  const m = all[0].f.length;
  const ideal = Array.from({ length: m }, (_, j) => all.reduce((low, one) => Math.min(low, one.f[j]), Infinity));
  const worst = Array.from({ length: m }, (_, j) => all.reduce((high, one) => Math.max(high, one.f[j]), -Infinity));
  return weights.map((w) => {
    const scalar = (one: Individual): number =>
      one.f.reduce((far, v, j) => Math.max(far, (Math.max(w[j], 1e-6) * (v - ideal[j])) / (worst[j] - ideal[j] || 1)), 0);
    return all.reduce((best, one) => {
      if (one.violation !== best.violation) return one.violation < best.violation ? one : best;
      return scalar(one) < scalar(best) ? one : best;
    });
  });
}

/**
 * MOEA/D: one scalar subproblem a direction, mating among neighbouring ones (Zhang, Li, IEEE TEC 11(6), 2007), with
 * objectives scaled to the range seen. The incumbent of a subproblem is the best of the whole history, which decides
 * everything; suggestions go round the subproblems.
 */
export function moead(options: MoeadOptions = {}): Optimizer {
  const { population: size = 20, locality = 0.9 } = options;
  check(Number.isInteger(size) && size >= 2, 'population', size, 'an integer ≥ 2');
  check(locality >= 0 && locality <= 1, 'locality', locality, 'a probability');
  checkVariation(options);
  const individualsOf = replayIndividuals();
  return {
    name: 'MOEA/D',
    async suggest(context: OptimizerContext, n) {
      const all = individualsOf(context);
      const { weights, near } = decompose(context.objectives.length, size, options.neighbours);
      const first = Math.max(weights.length, 4);
      if (context.history.length < first || all.length === 0) return firstGeneration(context, first, n, options.seed);
      const best = incumbents(all, weights);
      let at = placeOf(context);
      const made = breed(context, n, (space) => {
        const i = at++ % weights.length;
        const pool = context.rng.next() < locality ? near[i] : weights.map((_, k) => k);
        return offspring(best[i].x, best[context.rng.choice(pool)].x, space, options, context.rng);
      });
      return made.map((params) => ({ params }));
    },
  };
}
