import { check } from '../base';
import { paretoFront } from './dominance';
import { checkPoints } from './points';

/** Orders of the best values, one by one: the k-th smallest of a list (k from 1). */
function kthSmallest(values: readonly number[], k: number): number {
  return [...values].sort((a, b) => a - b)[k - 1];
}

/**
 * The k %-attainment surface of several runs with two objectives: corner points (n × 2, ascending in the first) of the
 * region that at least `level` runs of the `fronts` weakly dominate. `level` = 1 is the best of all runs, the number of
 * runs the worst, half of it the median (Fonseca, Grunert da Fonseca, "Exploring the performance of stochastic
 * multiobjective optimisers with the second-order attainment function", EMO 2005).
 */
export function attainmentSurface(fronts: readonly (readonly ArrayLike<number>[])[], level: number): number[][] {
  check(fronts.length > 0, 'fronts', fronts, 'at least one run');
  check(Number.isInteger(level) && level >= 1 && level <= fronts.length, 'level', level, `an integer from 1 to ${fronts.length}`);
  for (const front of fronts) checkPoints(front, 'fronts', 2);
  const stairs = fronts.map((front) => [...front].sort((a, b) => a[0] - b[0] || a[1] - b[1]));
  const places = [...new Set(stairs.flatMap((front) => front.map((point) => point[0])))].sort((a, b) => a - b);
  const next = new Array<number>(fronts.length).fill(0);
  const lowest = new Array<number>(fronts.length).fill(Infinity);
  const surface: number[][] = [];
  for (const x of places) {
    stairs.forEach((front, run) => {
      while (next[run] < front.length && front[next[run]][0] <= x) lowest[run] = Math.min(lowest[run], front[next[run]++][1]);
    });
    const y = kthSmallest(lowest, level);
    if (y < (surface.length > 0 ? surface[surface.length - 1][1] : Infinity)) surface.push([x, y]);
  }
  return surface;
}

/** Share of runs (0 … 1) whose front weakly dominates each of the points: the empirical attainment function. */
export function attainment(fronts: readonly (readonly ArrayLike<number>[])[], points: readonly ArrayLike<number>[]): number[] {
  check(fronts.length > 0, 'fronts', fronts, 'at least one run');
  checkPoints(points);
  if (points.length > 0) for (const front of fronts) checkPoints(front, 'fronts', points[0].length);
  const lean = fronts.map((front) => paretoFront(front).map((i) => front[i]));
  const covers = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => {
    for (let j = 0; j < a.length; j++) if (a[j] > b[j]) return false;
    return true;
  };
  return points.map((point) => lean.filter((front) => front.some((a) => covers(a, point))).length / fronts.length);
}
