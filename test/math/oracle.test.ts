import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as math from '../../src/math';
import { needShared } from '../support/shared';

const read = (test: Mocha.Context, file: string) => JSON.parse(readFileSync(needShared(test, 'oracle', file), 'utf8'));

function near(got: number, want: number, tolerance: number, what: string): void {
  const size = Math.max(Math.abs(want), 1e-300);
  assert.ok(Math.abs(got - want) <= tolerance * size, `${what}: got ${got}, wanted ${want}`);
}

describe('math against reference values', () => {
  it('special functions, 1e-12 relative', function () {
    const oracle = read(this, 'special_functions.json');
    for (const row of oracle.normal) {
      const z: number = row.z;
      near(math.normal.pdf(z), row.pdf, 1e-12, `pdf(${z})`);
      near(math.normal.cdf(z), row.cdf, 1e-12, `cdf(${z})`);
      near(math.normal.logCdf(z), row.log_cdf, 1e-12, `logCdf(${z})`);
      near(math.normal.h(z), row.h, 1e-12, `h(${z})`);
      near(math.normal.logH(z), row.log_h, 1e-12, `logH(${z})`);
      near(math.erf(z), row.erf, 1e-12, `erf(${z})`);
      if (row.erfcx !== null) near(math.erfcx(z), row.erfcx, 1e-12, `erfcx(${z})`);
    }
    for (const { p, z } of oracle.ndtri) near(math.normal.quantile(p), z, 1e-12, `quantile(${p})`);
    for (const row of oracle.lgamma_digamma) {
      near(math.lgamma(row.x), row.lgamma, 1e-12, `lgamma(${row.x})`);
      near(math.digamma(row.x), row.digamma, 1e-12, `digamma(${row.x})`);
    }
  });

  it('Sobol points, exactly', function () {
    const oracle = read(this, 'sobol.json');
    const got = math.sobol(oracle.n, oracle.d);
    for (let i = 0; i < oracle.n; i++) {
      assert.deepEqual(got[i], oracle.ints_over_2pow30[i].map((k: number) => k / 2 ** 30));
    }
    const wide = math.sobol(8, 1111).map((row) => [0, 39, 99, 499, 1110].map((k) => row[k] * 2 ** 30));
    assert.deepEqual(wide, oracle.d1111_first8_columns_0_39_99_499_1110);
  });

  it('Sobol points refuse a place before the first', () => {
    assert.throws(() => math.sobol(2, 2, -1), /skip: got -1, wanted a whole number ≥ 0/);
  });

  it('Halton points, and the centred discrepancy of Sobol points', function () {
    const oracle = read(this, 'sobol.json');
    const got = math.halton(64, 10);
    oracle.halton10_64.forEach((row: number[], i: number) => row.forEach((v, k) => assert.ok(Math.abs(v - got[i][k]) < 1e-14)));
    assert.deepEqual(math.halton(4, 3, 60), got.slice(60).map((row) => row.slice(0, 3)));
    near(math.centeredDiscrepancy(math.sobol(64, 5)), oracle.discrepancy_centered_sobol_d5_n64, 1e-10, 'discrepancy');
  });

  it('Kumaraswamy, Box–Cox', function () {
    const { kumaraswamy, power } = read(this, 'misc.json');
    for (const { a, b, x, cdf } of kumaraswamy) {
      assert.ok(Math.abs(math.kumaraswamyCdf(x, a, b) - cdf) < 1e-12, `${x} ${a} ${b}`);
      assert.ok(Math.abs(math.kumaraswamyCdf(math.kumaraswamyQuantile(cdf, a, b), a, b) - cdf) < 1e-12);
    }
    const { y, box_cox_lambda: lambda, box_cox: want } = power;
    y.forEach((v: number, i: number) => assert.ok(Math.abs(math.boxCox(v, lambda) - want[i]) < 1e-8));
    y.forEach((v: number) => near(math.boxCoxInverse(math.boxCox(v, lambda), lambda), v, 1e-12, 'inverse'));
    assert.ok(Math.abs(math.fitBoxCox(y) - lambda) < 1e-6);
    assert.equal(math.boxCox(Math.E, 0), 1);
  });

  it('Cholesky, solves, determinants; Yeo–Johnson', function () {
    const oracle = read(this, 'misc.json');
    for (const row of oracle.linalg) {
      const n = row.A.length;
      const l = math.cholesky(Float64Array.from(row.A.flat()), n);
      assert.ok(Math.abs(math.logDeterminant(l, n) - row.logdet) < (row.name ? 1e-3 : 1e-8), row.name);
      if (row.chol_lower === undefined) continue;
      row.chol_lower.flat().forEach((v: number, i: number) => assert.ok(Math.abs(l[i] - v) < 1e-8));
      math.choleskySolve(l, n, row.b).forEach((v, i) => assert.ok(Math.abs(v - row.solve[i]) < 1e-8));
    }
    const { y, yeo_johnson_lambda: lambda, yeo_johnson: want } = oracle.power;
    y.forEach((v: number, i: number) => assert.ok(Math.abs(math.yeoJohnson(v, lambda) - want[i]) < 1e-8));
    assert.ok(Math.abs(math.fitYeoJohnson(y) - lambda) < 1e-6);
  });

  it('bounded minimisation of Rosenbrock', function () {
    const oracle = read(this, 'misc.json');
    for (const row of oracle.lbfgsb) {
      const result = math.minimizeBounded(
        (x, g) => {
          let f = 0;
          g.fill(0);
          for (let i = 0; i + 1 < x.length; i++) {
            const a = x[i + 1] - x[i] * x[i];
            f += 100 * a * a + (1 - x[i]) ** 2;
            g[i] += -400 * a * x[i] - 2 * (1 - x[i]);
            g[i + 1] += 200 * a;
          }
          return f;
        },
        row.x0,
        {
          lower: row.bounds?.map((b: number[]) => b[0]),
          upper: row.bounds?.map((b: number[]) => b[1]),
          gradientTolerance: 1e-9,
          functionTolerance: 0,
        },
      );
      assert.ok(result.value <= row.fun + 1e-8, `n ${row.n}: ${result.value} after ${result.evaluations}`);
      assert.ok(result.evaluations <= 2.5 * row.nfev + 20, `n ${row.n}: ${result.evaluations} against ${row.nfev}`);
      row.x.forEach((v: number, i: number) => assert.ok(Math.abs(result.x[i] - v) < 1e-6));
    }
  });
});
