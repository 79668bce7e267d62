import { check } from '../../base';
import { hypervolumeContributions } from '../../moo';
import type { Optimizer } from '../../study';
import { firstGeneration, type GenerationalOptions } from './evolution/generational';
import { foldHistory, toIndividual, type Individual } from './evolution/individuals';
import { constrainedFronts, rankPopulation, tournament } from './evolution/selection';
import { breed, checkVariation, offspring } from './evolution/variation';

/** Index of the member that the others miss least: in the last front the one that adds least hypervolume. */
function leastUseful(pool: readonly Individual[]): number {
  const fronts = constrainedFronts(pool);
  const last = fronts[fronts.length - 1];
  if (last.length === 1 || pool[last[0]].violation > 0) return last[last.length - 1];
  const m = pool[last[0]].f.length;
  const points = last.map((i) => pool[i].f);
  const low = Array.from({ length: m }, (_, j) => points.reduce((a, p) => Math.min(a, p[j]), Infinity));
  const high = Array.from({ length: m }, (_, j) => points.reduce((a, p) => Math.max(a, p[j]), -Infinity));
  const unit = points.map((p) => p.map((v, j) => (high[j] > low[j] ? (v - low[j]) / (high[j] - low[j]) : 0)));
  const gains = hypervolumeContributions(unit, new Array<number>(m).fill(2));
  const least = gains.reduce((at, gain, k) => (gain < gains[at] ? k : at), 0);
  return last[least];
}

/**
 * SMS-EMOA: one child at a time; of the worst front the member goes that contributes least hypervolume (Beume, Naujoks,
 * Emmerich, EJOR 181(3), 2007). Objectives are scaled to the front's range, with the reference at twice that.
 */
export function smsEmoa(options: GenerationalOptions = {}): Optimizer {
  const { population: size = 20 } = options;
  check(Number.isInteger(size) && size >= 2, 'population', size, 'an integer ≥ 2');
  checkVariation(options);
  const replay = foldHistory<readonly Individual[]>(
    () => [],
    (members, trial, context) => {
      const child = toIndividual(context, trial);
      if (child === undefined) return members;
      const pool = [...members, child];
      if (pool.length <= size) return pool;
      const out = leastUseful(pool);
      return pool.filter((_, i) => i !== out);
    },
  );
  return {
    name: 'SMS-EMOA',
    async suggest(context, n) {
      const members = replay(context);
      if (context.history.length < size || members.length === 0) return firstGeneration(context, size, n, options.seed);
      const ranked = rankPopulation(members);
      const mate = (): Individual => tournament(ranked, context.rng);
      return breed(context, n, (space) => offspring(mate().x, mate().x, space, options, context.rng)).map((params) => ({ params }));
    },
  };
}
