import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createRng } from '../../src/base';
import { nonNegativeLeastSquares } from '../../src/math';

describe('non-negative least squares', () => {
  it('finds coefficients that fit exactly', () => {
    const rows = [[1, 2, 0], [1, 0, 3], [1, 5, 1], [1, 1, 1], [1, 7, 2]];
    const x = [2, 0, 0.5];
    const found = nonNegativeLeastSquares(rows, rows.map((row) => row.reduce((sum, v, j) => sum + v * x[j], 0)));
    found.forEach((v, j) => assert.ok(Math.abs(v - x[j]) < 1e-8, `${v}, wanted ${x[j]}`));
  });

  it('meets the conditions of Karush, Kuhn and Tucker', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 5, max: 12 }), (seed, n, m) => {
        const rng = createRng(seed);
        const rows = Array.from({ length: m }, () => Array.from({ length: n }, () => rng.normal()));
        const b = rows.map(() => rng.normal());
        const x = nonNegativeLeastSquares(rows, b);
        const residuals = rows.map((row, r) => row.reduce((sum, v, j) => sum + v * x[j], 0) - b[r]);
        for (let j = 0; j < n; j++) {
          const slope = rows.reduce((sum, row, r) => sum + row[j] * residuals[r], 0);
          assert.ok(x[j] >= 0 && slope > -1e-6 && Math.abs(slope * x[j]) < 1e-6, `coefficient ${x[j]}, slope ${slope}`);
        }
      }),
      { numRuns: 100, seed: 3 },
    );
  });
});
