/**
 * Least squares with coefficients of at least 0, by sequential coordinate-wise descent on the normal equations (Franc,
 * Hlaváč and Navara 2005): each step minimises exactly over one coefficient. Meant for a handful of columns.
 */
import { check } from '../base';

/**
 * The x ≥ 0 that minimises ‖A x − b‖².
 * @param rows of A, each of the same length. @param b one number a row
 */
export function nonNegativeLeastSquares(rows: readonly (readonly number[])[], b: readonly number[]): Float64Array {
  const n = rows[0]?.length ?? 0;
  check(rows.length === b.length && rows.every((row) => row.length === n), 'rows', rows.length, `${b.length} rows of equal length`);
  // Columns of unit length, so that the criterion below means the same for all.
  const lengths = Float64Array.from({ length: n }, (_, j) => Math.hypot(...rows.map((row) => row[j])) || 1);
  const gram = Array.from({ length: n }, (_, i) =>
    Float64Array.from({ length: n }, (_unused, j) => rows.reduce((sum, row) => sum + row[i] * row[j], 0) / (lengths[i] * lengths[j])),
  );
  // The gradient A'A x − A'b, kept up to date.
  const gradient = Float64Array.from({ length: n }, (_, j) => -rows.reduce((sum, row, r) => sum + row[j] * b[r], 0) / lengths[j]);
  const x = new Float64Array(n);
  const scale = Math.max(...gradient.map(Math.abs), Number.MIN_VALUE);
  for (let round = 0; round < 200_000; round++) {
    let most = 0;
    for (let j = 0; j < n; j++) {
      if (gram[j][j] === 0) continue;
      const next = Math.max(0, x[j] - gradient[j] / gram[j][j]);
      const change = next - x[j];
      if (change === 0) continue;
      x[j] = next;
      for (let i = 0; i < n; i++) gradient[i] += change * gram[i][j];
      most = Math.max(most, Math.abs(change));
    }
    if (most < 1e-13 * scale) break;
  }
  return x.map((value, j) => value / lengths[j]);
}
