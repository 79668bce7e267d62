/*
 * Least values that an objective is seen to have, as a penalty is 0 wherever nothing is broken. A Gaussian process does
 * not know of them: all over such a plateau it holds a yet lower value for possible, and expected improvement goes there
 * again and again. Where k points far apart share the least value, the chance that another lies below it is about
 * 1/(k + 2) (Laplace's rule of succession), and what would be gained below it counts for that much.
 */
import type { BoxDecomposition } from '../../../moo';
import type { Problem } from './problem';

/** Values this share of the way from the least to the reference apart are the same. */
const SAME = 1e-4;
/** How many points must share the least value: a tenth of all, and no fewer than this. */
const FEWEST = 5;
/** How far apart they must be, as a share of the space, mean over the columns: a minimum is narrow, a plateau wide. */
const APART = 0.5;

export interface Floor {
  /** Minimised; −Infinity where none is seen. */
  readonly value: number;
  /** What a gain below it counts for. */
  readonly weight: number;
}

const NONE: Floor = { value: -Infinity, weight: 1 };

/** The floor of each objective. */
export function floorsOf(problem: Problem, references: readonly number[]): Floor[] {
  const { observations, columns, modelled } = problem;
  return references.map((reference, j) => {
    if (!modelled.includes(j)) return NONE;
    const least = Math.min(...observations.map((o) => o.values[j]));
    const level = least + SAME * (reference - least);
    const there = observations.filter((o) => o.values[j] <= level);
    if (there.length < Math.max(FEWEST, observations.length / 10)) return NONE;
    const ranges = columns.map((_, k) => {
      const at = there.map((o) => o.u[k]);
      return Math.max(...at) - Math.min(...at);
    });
    const apart = ranges.reduce((s, v) => s + v / ranges.length, 0);
    return apart >= APART ? { value: least, weight: 1 / (there.length + 2) } : NONE;
  });
}

/** The boxes cut at the floors, those below weighted. `floors` are in the units of the boxes. */
export function cutAtFloors(boxes: BoxDecomposition, floors: readonly Floor[]): BoxDecomposition {
  if (!floors.some(({ value }) => value > -Infinity)) return boxes;
  const { m } = boxes;
  let list = Array.from({ length: boxes.count }, (_, c) => ({
    lower: [...boxes.lower.subarray(c * m, (c + 1) * m)],
    upper: [...boxes.upper.subarray(c * m, (c + 1) * m)],
    weight: boxes.weights?.[c] ?? 1,
  }));
  floors.forEach(({ value, weight }, j) => {
    list = list.flatMap((box) => {
      if (box.lower[j] >= value) return [box];
      const below = { ...box, upper: box.upper.map((v, k) => (k === j ? Math.min(value, v) : v)), weight: weight * box.weight };
      return box.upper[j] > value ? [below, { ...box, lower: box.lower.map((v, k) => (k === j ? value : v)) }] : [below];
    });
  });
  return {
    m,
    count: list.length,
    lower: Float64Array.from(list.flatMap(({ lower }) => lower)),
    upper: Float64Array.from(list.flatMap(({ upper }) => upper)),
    weights: Float64Array.from(list, ({ weight }) => weight),
  };
}
