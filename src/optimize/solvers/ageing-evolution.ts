import { check } from '../../base';
import type { Column } from '../../space';
import type { Optimizer } from '../../study';
import { firstGeneration } from './evolution/generational';
import { foldHistory, toIndividual, type Individual } from './evolution/individuals';
import { breed, offspring } from './evolution/variation';

/** Settings of ageing evolution (Real, Aggarwal, Huang and Le 2019). */
export interface AgeingOptions {
  /** Trials alive at a time: the youngest. Default 50. */
  readonly population?: number;
  /** Drawn for each tournament. Default 10. */
  readonly sample?: number;
  /** Of the first generation's Latin hypercube. Default: the study's. */
  readonly seed?: number | string;
}

/**
 * Ageing evolution: the best of a random sample of the youngest trials is mutated in one dimension (Real, Aggarwal,
 * Huang, Le, AAAI 2019), judged by a randomly weighted Chebyshev distance each time, as µNAS does for several
 * objectives (Liberis, Dudziak, Lane, EuroMLSys 2021).
 */
export function ageingEvolution(options: AgeingOptions = {}): Optimizer {
  const { population: size = 50, sample: drawn = 10, seed } = options;
  check(Number.isInteger(size) && size >= 2, 'population', size, 'an integer ≥ 2');
  check(Number.isInteger(drawn) && drawn >= 1 && drawn <= size, 'sample', drawn, `an integer from 1 to ${size}`);
  const replay = foldHistory<readonly Individual[]>(
    () => [],
    (alive, trial, context) => {
      const one = toIndividual(context, trial);
      return one === undefined ? alive : [...alive, one].slice(-size);
    },
  );
  return {
    name: 'ageing evolution',
    async suggest(context, n) {
      const alive = replay(context);
      const start = Math.min(size, 20);
      if (context.history.length < start || alive.length === 0) return firstGeneration(context, start, n, seed);
      const { rng } = context;
      const m = context.objectives.length;
      const low = Array.from({ length: m }, (_, j) => alive.reduce((a, one) => Math.min(a, one.f[j]), Infinity));
      const high = Array.from({ length: m }, (_, j) => alive.reduce((a, one) => Math.max(a, one.f[j]), -Infinity));
      const parent = (): Individual => {
        const weights = Array.from({ length: m }, () => -Math.log(1 - rng.next()));
        const scalar = (one: Individual): number =>
          one.f.reduce((far, v, j) => Math.max(far, (weights[j] * (v - low[j])) / (high[j] - low[j] || 1)), 0);
        const sampled = Array.from({ length: drawn }, () => rng.choice(alive));
        return sampled.reduce((best, one) => {
          if (one.violation !== best.violation) return one.violation < best.violation ? one : best;
          return scalar(one) < scalar(best) ? one : best;
        });
      };
      const mutate = (space: readonly Column[]): number[] => {
        const x = parent().x.slice();
        const j = rng.integer(0, space.length - 1);
        x[j] = offspring([x[j]], [x[j]], [space[j]], { crossover: 0, mutation: 1 }, rng)[0];
        return x;
      };
      return breed(context, n, mutate).map((params) => ({ params }));
    },
  };
}
