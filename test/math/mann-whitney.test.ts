import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ArgumentError, createRng } from '../../src/base';
import { holm, mannWhitney } from '../../src/math';

/** U by its definition: pairs won, ties half. */
function pairsWon(a: readonly number[], b: readonly number[]): number {
  let won = 0;
  for (const x of a) for (const y of b) won += x > y ? 1 : x === y ? 0.5 : 0;
  return won;
}

/** U of every way to deal the pooled values into samples of the same sizes. */
function everyDeal(a: readonly number[], b: readonly number[]): number[] {
  const pool = [...a, ...b];
  const found: number[] = [];
  for (let mask = 0; mask < 2 ** pool.length; mask++) {
    const first = pool.filter((_, i) => (mask >> i) & 1);
    if (first.length === a.length) found.push(pairsWon(first, pool.filter((_, i) => !((mask >> i) & 1))));
  }
  return found;
}

describe('Mann-Whitney U test', () => {
  it('is what counting out every deal gives, ties included', () => {
    const sample = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const u = pairsWon(a, b);
        const deals = everyDeal(a, b);
        const middle = (a.length * b.length) / 2;
        const share = (keep: (other: number) => boolean): number => deals.filter(keep).length / deals.length;
        const greater = mannWhitney(a, b, { alternative: 'greater' });
        assert.equal(greater.u, u);
        assert.ok(Math.abs(greater.p - share((v) => v >= u)) < 1e-12);
        assert.ok(Math.abs(mannWhitney(a, b, { alternative: 'less' }).p - share((v) => v <= u)) < 1e-12);
        const both = share((v) => Math.abs(v - middle) >= Math.abs(u - middle));
        assert.ok(Math.abs(mannWhitney(a, b).p - both) < 1e-12);
      }),
      { numRuns: 60 },
    );
  });

  it('gives the tabled critical values', () => {
    // Two samples of five, quite apart: 2 of 252 deals are as extreme, or 1 on one side.
    const result = mannWhitney([6, 7, 8, 9, 10], [1, 2, 3, 4, 5]);
    assert.deepEqual(result, { u: 25, superiority: 1, p: 2 / 252, exact: true });
    assert.equal(mannWhitney([6, 7, 8, 9, 10], [1, 2, 3, 4, 5], { alternative: 'greater' }).p, 1 / 252);
    // Mann and Whitney's table for n = m = 5: P(U ≤ 2) = 4/252, P(U ≤ 4) = 12/252.
    assert.equal(mannWhitney([1, 2, 3, 5, 6], [4, 7, 8, 9, 10]).u, 2);
    assert.equal(mannWhitney([1, 2, 3, 5, 6], [4, 7, 8, 9, 10], { alternative: 'less' }).p, 4 / 252);
  });

  it('the normal approximation meets the exact value on large samples', () => {
    const rng = createRng('rank test');
    const a = Array.from({ length: 30 }, () => Math.round(10 * (rng.normal() + 0.5)));
    const b = Array.from({ length: 40 }, () => Math.round(10 * rng.normal()));
    for (const alternative of ['two-sided', 'greater', 'less'] as const) {
      const exact = mannWhitney(a, b, { alternative });
      const rough = mannWhitney(a, b, { alternative, exactUpTo: 0 });
      assert.ok(exact.exact && !rough.exact);
      assert.ok(Math.abs(exact.p - rough.p) < 0.003, `${alternative}: ${exact.p} against ${rough.p}`);
    }
  });

  it('equal values are no difference', () => {
    assert.equal(mannWhitney([1, 1, 1], [1, 1]).p, 1);
    assert.equal(mannWhitney([1, 1, 1], [1, 1], { exactUpTo: 0 }).p, 1);
  });

  it('names a sample that is empty or holds no number', () => {
    assert.throws(() => mannWhitney([], [1]), (error) => error instanceof ArgumentError && error.argument === 'a');
    assert.throws(() => mannWhitney([1], [NaN]), (error) => error instanceof ArgumentError && error.argument === 'b');
  });

  it('Holm: the smallest is multiplied by their number, and order is kept', () => {
    assert.deepEqual(holm([0.04, 0.01, 0.03]), [0.06, 0.03, 0.06]);
    assert.deepEqual(holm([0.9, 0.5]), [1, 1]);
    assert.deepEqual(holm([]), []);
  });
});
