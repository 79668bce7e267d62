/*
 * Augmented Chebyshev scalarisation (Knowles 2006, ParEGO, equation 2), for minimisation: max wⱼyⱼ + α Σ wⱼyⱼ of
 * objectives scaled to [0, 1]. One random weight each time turns a single-objective acquisition into ParEGO.
 */
import type { Rng } from '../../base';

/** Scalar value, to be minimised, of scaled objectives y at weights w. */
export function chebyshev(y: ArrayLike<number>, weights: ArrayLike<number>, alpha = 0.05): number {
  let worst = -Infinity;
  let sum = 0;
  for (let j = 0; j < weights.length; j++) {
    const term = weights[j] * y[j];
    worst = Math.max(worst, term);
    sum += term;
  }
  return worst + alpha * sum;
}

/** Each row scaled by its column's range over all rows; a constant column becomes 0. */
export function unitScaled(rows: readonly ArrayLike<number>[]): number[][] {
  if (rows.length === 0) return [];
  const columns = Array.from({ length: rows[0].length }, (_, j) => rows.map((row) => row[j]));
  const least = columns.map((column) => Math.min(...column));
  const range = columns.map((column, j) => Math.max(...column) - least[j]);
  return rows.map((row) => Array.from(row, (v, j) => (range[j] > 0 ? (v - least[j]) / range[j] : 0)));
}

/** Uniform weights of the simplex (Dirichlet of all ones). */
export function randomWeights(m: number, rng: Rng): number[] {
  const draws = Array.from({ length: m }, () => -Math.log(1 - rng.next()));
  const total = draws.reduce((s, v) => s + v, 0);
  return draws.map((v) => v / total);
}
