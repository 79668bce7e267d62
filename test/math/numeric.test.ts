import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createRng } from '../../src/base';
import * as math from '../../src/math';

/** A random symmetric positive definite matrix, n × n. */
function positive(n: number, seed: number): Float64Array {
  const rng = createRng(seed);
  const b = Float64Array.from({ length: n * n }, () => rng.normal());
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) a[i * n + j] = math.dot(b, i * n, b, j * n, n) + (i === j ? 0.5 : 0);
  }
  return a;
}

describe('dense positive definite systems', () => {
  it('L Lᵀ = A, A A⁻¹ = I, A x = b, and a row appended is a row factored', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 14 }), fc.integer(), (n, seed) => {
        const a = positive(n, seed);
        const l = math.cholesky(a, n);
        const inverse = math.choleskyInverse(l, n);
        const b = Float64Array.from({ length: n }, (_, i) => i - 1.5);
        const x = math.choleskySolve(l, n, b);
        for (let i = 0; i < n; i++) {
          assert.ok(Math.abs(math.dot(a, i * n, x, 0, n) - b[i]) < 1e-7);
          for (let j = 0; j < n; j++) {
            assert.ok(Math.abs(math.dot(l, i * n, l, j * n, n) - a[i * n + j]) < 1e-9);
            assert.ok(Math.abs(math.dot(a, i * n, inverse, j * n, n) - (i === j ? 1 : 0)) < 1e-7);
          }
        }
        const bigger = positive(n + 1, seed);
        const m = n + 1;
        const head = new Float64Array(n * n);
        for (let i = 0; i < n; i++) head.set(bigger.subarray(i * m, i * m + n), i * n);
        const appended = math.choleskyAppend(math.cholesky(head, n), n, bigger.slice(n * m, n * m + n), bigger[n * m + n]);
        math.cholesky(bigger, m).forEach((v, i) => assert.ok(Math.abs(v - appended[i]) < 1e-9));
      }),
      { numRuns: 40 },
    );
  });

  it('names the bad pivot, and adds no more jitter than it must', () => {
    assert.throws(() => math.cholesky(Float64Array.of(1, 2, 2, 1), 2), /pivot 1/);
    assert.equal(math.choleskyWithJitter(positive(4, 1), 4).jitter, 0);
    const { jitter } = math.choleskyWithJitter(Float64Array.of(1, 1, 1, 1), 2);
    assert.ok(jitter > 0 && jitter <= 1e-9);
    assert.throws(() => math.choleskyWithJitter(Float64Array.of(1, 3, 3, 1), 2), math.NotPositiveDefiniteError);
  });
});

describe('bounded minimisation', () => {
  it('of a convex quadratic meets the optimality conditions at any bounds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.integer(), (n, seed) => {
        const a = positive(n, seed);
        const rng = createRng(seed).fork('bounds');
        const c = Float64Array.from({ length: n }, () => 4 * rng.normal());
        const lower = Float64Array.from({ length: n }, () => -rng.next());
        const upper = Float64Array.from({ length: n }, () => rng.next());
        const f = (x: Float64Array, g: Float64Array): number => {
          let value = 0;
          for (let i = 0; i < n; i++) {
            g[i] = math.dot(a, i * n, x, 0, n) - c[i];
            value += x[i] * (0.5 * (g[i] + c[i]) - c[i]);
          }
          return value;
        };
        const other = positive(n, seed + 1);
        // With no curvature given, its own, another function's, and one that is not positive definite.
        for (const hessian of [undefined, a, other, new Float64Array(n * n)]) {
          const curvature = hessian && (() => hessian);
          const tight = { gradientTolerance: 1e-9, functionTolerance: 0, maxStep: 0.5 };
          const { x } = math.minimizeBounded(f, new Float64Array(n), { lower, upper, curvature, ...tight });
          const g = new Float64Array(n);
          f(x, g);
          for (let i = 0; i < n; i++) {
            assert.ok(x[i] >= lower[i] && x[i] <= upper[i]);
            const moved = Math.min(Math.max(x[i] - g[i], lower[i]), upper[i]) - x[i];
            assert.ok(Math.abs(moved) < 1e-5, `${moved}`);
          }
        }
        // A quadratic without bounds is at its least one Newton step away, or as many as its length asks for.
        const newton = { curvature: () => a, gradientTolerance: 1e-7, functionTolerance: 0 };
        const whole = math.minimizeBounded(f, new Float64Array(n), newton);
        assert.ok(whole.converged && whole.evaluations === 2, `${whole.evaluations}`);
        const furthest = Math.max(...whole.x.map(Math.abs));
        const { converged, iterations } = math.minimizeBounded(f, new Float64Array(n), { ...newton, maxStep: 0.3 * furthest });
        assert.ok(converged && iterations > 1);
      }),
      { numRuns: 60 },
    );
  });

  it('steps back from values that are not finite', () => {
    const { x } = math.minimizeBounded((v, g) => {
      g[0] = 1 - 1 / v[0];
      return v[0] > 0 ? v[0] - Math.log(v[0]) : NaN;
    }, [6]);
    assert.ok(Math.abs(x[0] - 1) < 1e-4);
  });
});

describe('point sets', () => {
  it('a Latin hypercube has one point in each slice of each axis', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 6 }), fc.integer(), (n, d, seed) => {
        const points = math.latinHypercube(n, d, createRng(seed), 3);
        for (let k = 0; k < d; k++) {
          const slices = points.map((p) => Math.floor(p[k] * n)).sort((a, b) => a - b);
          assert.deepEqual(slices, Array.from({ length: n }, (_, i) => i));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('a scrambled Sobol sequence keeps the net: 2ᵏ points, one in each of 2ᵏ slices; another each seed', () => {
    for (let seed = 0; seed < 10; seed++) {
      const points = math.scrambledSobol(64, 7, createRng(seed));
      for (let k = 0; k < 7; k++) assert.equal(new Set(points.map((p) => Math.floor(p[k] * 64))).size, 64);
    }
    assert.notDeepEqual(math.scrambledSobol(4, 2, createRng(0)), math.scrambledSobol(4, 2, createRng(1)));
    assert.deepEqual(math.sobol(3, 2, 5), math.sobol(8, 2).slice(5));
    assert.throws(() => math.sobol(4, 1112), /1111/);
  });
});

describe('transformations', () => {
  it('Yeo–Johnson has its inverse', () => {
    fc.assert(
      fc.property(fc.double({ min: -20, max: 20, noNaN: true }), fc.double({ min: -1, max: 3, noNaN: true }), (y, lambda) => {
        const back = math.yeoJohnsonInverse(math.yeoJohnson(y, lambda), lambda);
        assert.ok(Math.abs(back - y) < 1e-6 * (1 + Math.abs(y)) ** 3);
      }),
    );
  });

  it('the normal quantile is the inverse of the distribution function', () => {
    for (let z = -30; z <= 8; z += 0.37) {
      const back = math.normal.quantile(math.normal.cdf(z));
      assert.ok(Math.abs(back - z) < 1e-6 * Math.max(1, Math.abs(z)) + (z > 5 ? 0.02 : 0), `${z} ${back}`);
    }
    assert.equal(math.normal.quantile(0), -Infinity);
    assert.equal(math.normal.quantile(1), Infinity);
    assert.ok(Number.isNaN(math.normal.quantile(1.1)));
  });
});
