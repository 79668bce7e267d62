import { checkPoints, type Points } from './points';

/** True where a is no worse than b in every objective and better in one, minimising. */
export function dominates(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  let better = false;
  for (let j = 0; j < a.length; j++) {
    if (a[j] > b[j]) return false;
    if (a[j] < b[j]) better = true;
  }
  return better;
}

/** Order of the rows of points (n × m), lexicographic: a point can only be dominated by one before it. */
function lexicographicOrder(points: Points): number[] {
  checkPoints(points);
  const m = points.length === 0 ? 0 : points[0].length;
  return points
    .map((_, i) => i)
    .sort((a, b) => {
      for (let j = 0; j < m; j++) {
        const difference = points[a][j] - points[b][j];
        if (difference !== 0) return difference;
      }
      return a - b;
    });
}

/**
 * Rank of each point (n): 0 for those that no other dominates, 1 for those that only rank 0 dominates, and so on.
 * Equal points share a rank. Efficient non-dominated sort with binary search over the fronts (Zhang, Tian, Cheng, Jin,
 * IEEE TEC 19(2), 2015).
 * @throws ArgumentError where lengths differ or a value is NaN
 */
export function nonDominatedSort(points: Points): number[] {
  const ranks = new Array<number>(points.length).fill(0);
  const fronts: number[][] = [];
  const beaten = (i: number, front: readonly number[]): boolean => {
    // The latest members lie closest in the order, and most often dominate.
    for (let k = front.length - 1; k >= 0; k--) if (dominates(points[front[k]], points[i])) return true;
    return false;
  };
  for (const i of lexicographicOrder(points)) {
    let lo = 0;
    let hi = fronts.length;
    while (lo < hi) {
      const middle = (lo + hi) >> 1;
      if (beaten(i, fronts[middle])) lo = middle + 1;
      else hi = middle;
    }
    if (lo === fronts.length) fronts.push([]);
    fronts[lo].push(i);
    ranks[i] = lo;
  }
  return ranks;
}

/**
 * Indices of the points (n × m) that no other dominates, ascending; of equal points all.
 * @throws ArgumentError where lengths differ or a value is NaN
 */
export function paretoFront(points: Points): number[] {
  const front: number[] = [];
  for (const i of lexicographicOrder(points)) {
    if (!front.some((k) => dominates(points[k], points[i]))) front.push(i);
  }
  return front.sort((a, b) => a - b);
}

/**
 * Crowding distance of each point (n) of one front: the mean over objectives of the gap between its neighbours over
 * the front's range; Infinity at the extremes (Deb, Pratap, Agarwal, Meyarivan, IEEE TEC 6(2), 2002).
 * @throws ArgumentError where lengths differ or a value is NaN
 */
export function crowdingDistance(points: Points): number[] {
  const n = points.length;
  checkPoints(points);
  const distance = new Array<number>(n).fill(0);
  if (n === 0) return distance;
  const m = points[0].length;
  for (let j = 0; j < m; j++) {
    const order = points.map((_, i) => i).sort((a, b) => points[a][j] - points[b][j] || a - b);
    const range = points[order[n - 1]][j] - points[order[0]][j];
    distance[order[0]] = Infinity;
    distance[order[n - 1]] = Infinity;
    if (range === 0) continue;
    for (let k = 1; k < n - 1; k++) {
      const gap = points[order[k + 1]][j] - points[order[k - 1]][j];
      // Between points at infinity there is no distance (∞ − ∞ and ∞/∞ are NaN).
      distance[order[k]] += gap / range / m || 0;
    }
  }
  return distance;
}
