/*
 * Least values that an objective is seen to have: an error of 0, a penalty that is 0 wherever nothing is broken. A
 * Gaussian process does not know of them: all over such a plateau it holds a yet lower value for possible, and expected
 * improvement goes there again and again. A value that is the least at many points far apart is taken for the floor, and
 * what would lie below it counts for nothing.
 */
import type { BoxDecomposition } from '../../../moo';
import type { Problem } from './problem';

/** Values this share of the way from the least to the reference apart are the same. */
const SAME = 1e-4;
/** How many points must share the least value: a tenth of all, and no fewer than this. */
const FEWEST = 5;
/** How far apart they must be, as a share of the space, mean over the columns: a minimum is narrow, a plateau wide. */
const APART = 0.5;

/** Of each objective (minimised) the floor, or −Infinity where none is seen. */
export function floorsOf(problem: Problem, references: readonly number[]): number[] {
  const { observations, columns, modelled } = problem;
  return references.map((reference, j) => {
    if (!modelled.includes(j)) return -Infinity;
    const least = Math.min(...observations.map((o) => o.values[j]));
    const level = least + SAME * (reference - least);
    const there = observations.filter((o) => o.values[j] <= level);
    if (there.length < Math.max(FEWEST, observations.length / 10)) return -Infinity;
    const ranges = columns.map((_, k) => {
      const at = there.map((o) => o.u[k]);
      return Math.max(...at) - Math.min(...at);
    });
    return ranges.reduce((s, v) => s + v / ranges.length, 0) >= APART ? least : -Infinity;
  });
}

/** The boxes above the floors. */
export function above(boxes: BoxDecomposition, floors: readonly number[]): BoxDecomposition {
  if (!floors.some((floor) => floor > -Infinity)) return boxes;
  const { m } = boxes;
  const kept: number[] = [];
  for (let c = 0; c < boxes.count; c++) {
    if (floors.every((floor, j) => boxes.upper[c * m + j] > floor)) kept.push(c);
  }
  const lower = new Float64Array(kept.length * m);
  const upper = new Float64Array(kept.length * m);
  kept.forEach((c, i) => {
    for (let j = 0; j < m; j++) {
      lower[i * m + j] = Math.max(boxes.lower[c * m + j], floors[j]);
      upper[i * m + j] = boxes.upper[c * m + j];
    }
  });
  return { m, count: kept.length, lower, upper };
}
