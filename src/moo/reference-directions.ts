import { check } from '../base';

/**
 * Evenly spaced directions on the unit simplex: all points with m non-negative multiples of 1/partitions that sum to 1,
 * in lexicographic order, C(partitions + m − 1, m − 1) × m (Das and Dennis, SIAM J. Optim. 8(3), 1998).
 */
export function referenceDirections(m: number, partitions: number): number[][] {
  check(Number.isInteger(m) && m >= 1, 'm', m, 'an integer ≥ 1');
  check(Number.isInteger(partitions) && partitions >= 1, 'partitions', partitions, 'an integer ≥ 1');
  const directions: number[][] = [];
  const counts = new Array<number>(m).fill(0);
  const place = (axis: number, left: number): void => {
    if (axis === m - 1) {
      counts[axis] = left;
      directions.push(counts.map((count) => count / partitions));
      return;
    }
    for (let count = 0; count <= left; count++) {
      counts[axis] = count;
      place(axis + 1, left - count);
    }
  };
  place(0, partitions);
  return directions;
}

/** Number of directions that `referenceDirections(m, partitions)` gives. */
export function directionCount(m: number, partitions: number): number {
  let count = 1;
  for (let i = 1; i < m; i++) count = (count * (partitions + i)) / i;
  return Math.round(count);
}

/** The most partitions whose directions are no more than `limit` (at least 1). */
export function partitionsFor(m: number, limit: number): number {
  let partitions = 1;
  while (m > 1 && directionCount(m, partitions + 1) <= limit) partitions++;
  return partitions;
}
