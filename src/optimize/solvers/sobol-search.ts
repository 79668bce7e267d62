import { createRng } from '../../base';
import { scrambledSobol, sobol } from '../../math';
import { dimensionNames } from '../../space';
import type { Optimizer } from '../../study';
import { placeOf, pointOrRandom } from './random';

/**
 * The points of a Sobol sequence one after the other, scrambled by `seed` (default: the study's) or as they are. Those that
 * known constraints reject are replaced by random ones.
 */
export function sobolSearch(options: { scrambled?: boolean; seed?: number | string } = {}): Optimizer {
  const { scrambled = true, seed } = options;
  return {
    name: 'sobol',
    async suggest(context, n) {
      const d = dimensionNames(context.space).length;
      const from = placeOf(context);
      const points = scrambled ? scrambledSobol(from + n, d, createRng(seed ?? context.seed ?? 0)).slice(from) : sobol(n, d, from);
      return points.map((x) => ({ params: pointOrRandom(context, x) }));
    },
  };
}
