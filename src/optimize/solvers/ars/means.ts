import type { Rng } from '../../../base';

function squared(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] - b[k]) ** 2;
  return sum;
}

/**
 * Centres (count × d) of clusters of points (n × d): Lloyd's algorithm from the seeds of k-means++ (Arthur and
 * Vassilvitskii 2007). The points themselves where they are no more than `count`.
 */
export function means(points: readonly ArrayLike<number>[], count: number, rng: Rng): number[][] {
  if (points.length <= count) return points.map((p) => Array.from(p));
  let centres = [Array.from(rng.choice(points))];
  while (centres.length < count) {
    const far = points.map((p) => centres.reduce((least, c) => Math.min(least, squared(p, c)), Infinity));
    let left = rng.next() * far.reduce((a, b) => a + b, 0);
    let i = 0;
    while (i < points.length - 1 && left >= far[i]) left -= far[i++];
    centres.push(Array.from(points[i]));
  }
  for (let round = 0; round < 20; round++) {
    const members: ArrayLike<number>[][] = centres.map(() => []);
    for (const p of points) {
      const nearest = centres.reduce((at, c, i) => (squared(p, c) < squared(p, centres[at]) ? i : at), 0);
      members[nearest].push(p);
    }
    centres = centres.map((c, i) =>
      members[i].length === 0 ? c : c.map((_, k) => members[i].reduce((sum, p) => sum + p[k] / members[i].length, 0)),
    );
  }
  return centres;
}
