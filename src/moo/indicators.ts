import { check } from '../base';
import { checkPoints, type Points } from './points';

function checkSets(points: Points, reference: Points): void {
  check(points.length > 0, 'points', points, 'at least one point');
  check(reference.length > 0, 'reference', reference, 'at least one point');
  checkPoints(reference, 'reference');
  checkPoints(points, 'points', reference[0].length);
}

function meanOfNearest(from: Points, to: Points, distance: (a: ArrayLike<number>, b: ArrayLike<number>) => number): number {
  let sum = 0;
  for (const a of from) {
    let nearest = Infinity;
    for (const b of to) nearest = Math.min(nearest, distance(a, b));
    sum += nearest;
  }
  return sum / from.length;
}

function euclidean(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j] - b[j]) ** 2;
  return Math.sqrt(sum);
}

/**
 * Inverted generational distance: mean Euclidean distance from each point of a reference set (k × m) to the nearest of
 * the points (n × m). Smaller is better; 0 where the points cover the set.
 */
export function igd(points: Points, reference: Points): number {
  checkSets(points, reference);
  return meanOfNearest(reference, points, euclidean);
}

/**
 * IGD+: as IGD, but only the objectives in which a point is worse than the reference point count, so that it never
 * prefers a dominated set (Ishibuchi, Masuda, Tanigaki, Nojima, EMO 2015). Minimisation.
 */
export function igdPlus(points: Points, reference: Points): number {
  checkSets(points, reference);
  return meanOfNearest(reference, points, (z, a) => {
    let sum = 0;
    for (let j = 0; j < z.length; j++) sum += Math.max(0, a[j] - z[j]) ** 2;
    return Math.sqrt(sum);
  });
}

/** Generational distance: mean Euclidean distance from each of the points to the nearest of a reference set. */
export function gd(points: Points, reference: Points): number {
  checkSets(points, reference);
  return meanOfNearest(points, reference, euclidean);
}

/** The least ε for which every point of the reference set has one of the points that needs no more, objective by objective. */
function epsilon(points: Points, reference: Points, need: (a: number, z: number) => number): number {
  checkSets(points, reference);
  let most = -Infinity;
  for (const z of reference) {
    let least = Infinity;
    for (const a of points) {
      let worst = -Infinity;
      for (let j = 0; j < z.length; j++) worst = Math.max(worst, need(a[j], z[j]));
      least = Math.min(least, worst);
    }
    most = Math.max(most, least);
  }
  return most;
}

/**
 * Additive epsilon: the least amount by which all points must be lowered to weakly dominate every point of the
 * reference set (Zitzler, Thiele, Laumanns, Fonseca, Grunert da Fonseca, IEEE TEC 7(2), 2003). Minimisation.
 */
export function additiveEpsilon(points: Points, reference: Points): number {
  return epsilon(points, reference, (a, z) => a - z);
}

/**
 * Multiplicative epsilon: the least factor by which all points must be divided to weakly dominate every point of the
 * reference set (the same paper). Minimisation; all values above 0.
 */
export function multiplicativeEpsilon(points: Points, reference: Points): number {
  for (const [name, set] of [['points', points], ['reference', reference]] as const) {
    for (const one of set) check(Array.from(one).every((v) => v > 0), name, one, 'objectives above 0');
  }
  return epsilon(points, reference, (a, z) => a / z);
}

/**
 * Spread of a set: how unevenly the distances from each point to its nearest other one are, Σ|dᵢ − d̄| / (n d̄); 0 where
 * they are all equal (the spacing metric of Schott 1995, by the mean). At least two points.
 */
export function spread(points: Points): number {
  check(points.length >= 2, 'points', points, 'at least two points');
  checkPoints(points);
  const nearest = points.map((a, i) =>
    points.reduce((least, b, k) => (k === i ? least : Math.min(least, euclidean(a, b))), Infinity),
  );
  const mean = nearest.reduce((a, b) => a + b, 0) / nearest.length;
  if (mean === 0) return 0;
  return nearest.reduce((sum, d) => sum + Math.abs(d - mean), 0) / (nearest.length * mean);
}
