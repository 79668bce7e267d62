import { check, createRng } from '../../base';
import { latinHypercube } from '../../math';
import { dimensionNames } from '../../space';
import type { Optimizer } from '../../study';
import { placeOf, pointOrRandom } from './random';

/**
 * Latin hypercube designs of `points` points, one after the other: every design visits each of `points` slices of each
 * dimension once. `seed` is by default the study's. Those that known constraints reject are replaced by random ones.
 */
export function latinHypercubeSearch(options: { points?: number; seed?: number | string } = {}): Optimizer {
  const { points = 20, seed } = options;
  check(Number.isInteger(points) && points >= 1, 'points', points, 'an integer ≥ 1');
  return {
    name: 'latin hypercube',
    async suggest(context, n) {
      const d = dimensionNames(context.space).length;
      const from = placeOf(context);
      return Array.from({ length: n }, (_, i) => {
        const design = latinHypercube(points, d, createRng(seed ?? context.seed ?? 0).fork(Math.floor((from + i) / points)));
        return { params: pointOrRandom(context, design[(from + i) % points]) };
      });
    },
  };
}
