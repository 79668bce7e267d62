/* Latin hypercube sampling (McKay, Beckman and Conover 1979), the best of a few by the smallest distance (maximin). */
import { check, type Rng } from '../base';

function once(n: number, d: number, rng: Rng): number[][] {
  const out = Array.from({ length: n }, () => new Array<number>(d));
  for (let k = 0; k < d; k++) {
    const order = rng.shuffle(Array.from({ length: n }, (_, i) => i));
    for (let i = 0; i < n; i++) out[i][k] = (order[i] + rng.next()) / n;
  }
  return out;
}

function smallestDistance(points: readonly number[][]): number {
  let least = Infinity;
  for (let i = 1; i < points.length; i++) {
    for (let j = 0; j < i; j++) {
      let s = 0;
      for (let k = 0; k < points[i].length; k++) s += (points[i][k] - points[j][k]) ** 2;
      if (s < least) least = s;
    }
  }
  return least;
}

/**
 * n × d points in [0, 1)ᵈ, one in each of the n slices of every axis; of `tries` such designs the one whose closest
 * pair is farthest apart.
 */
export function latinHypercube(n: number, d: number, rng: Rng, tries = 1): number[][] {
  check(Number.isInteger(n) && n >= 0, 'n', n, 'a whole number of points');
  check(Number.isInteger(d) && d >= 1, 'd', d, 'at least one dimension');
  let best = once(n, d, rng);
  let score = tries > 1 ? smallestDistance(best) : 0;
  for (let t = 1; t < tries; t++) {
    const next = once(n, d, rng);
    const s = smallestDistance(next);
    if (s > score) {
      best = next;
      score = s;
    }
  }
  return best;
}
