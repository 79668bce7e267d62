import { check } from '../base';

/**
 * How unevenly points (n × d) fill the unit cube: the squared centred L2 discrepancy of Hickernell (Math. Comp. 67,
 * 1998, equation 5.2). 0 would be perfectly even.
 */
export function centeredDiscrepancy(points: readonly ArrayLike<number>[]): number {
  check(points.length > 0, 'points', points, 'at least one point');
  const n = points.length;
  const d = points[0].length;
  for (const x of points) {
    check(x.length === d, 'points', x, `${d} coordinates each`);
    check(Array.from(x).every((v) => v >= 0 && v <= 1), 'points', x, 'coordinates from 0 to 1');
  }
  let single = 0;
  let pairs = 0;
  for (const x of points) {
    let product = 1;
    for (let k = 0; k < d; k++) {
      const far = Math.abs(x[k] - 0.5);
      product *= 1 + 0.5 * far - 0.5 * far * far;
    }
    single += product;
    for (const y of points) {
      product = 1;
      for (let k = 0; k < d; k++) product *= 1 + 0.5 * (Math.abs(x[k] - 0.5) + Math.abs(y[k] - 0.5) - Math.abs(x[k] - y[k]));
      pairs += product;
    }
  }
  return (13 / 12) ** d - (2 / n) * single + pairs / (n * n);
}
