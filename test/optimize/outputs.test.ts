import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inUsersUnits, outputScale, warpedScale } from '../../src/optimize/solvers/bayesian/outputs';

const near = (a: number, b: number, tolerance: number): void => assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${a}, ${b}`);
const skewed = fc.array(fc.double({ min: -2, max: 6, noNaN: true }), { minLength: 2, maxLength: 40 }).map((list) => list.map((v) => Math.exp(v)));

describe('outputs as a surrogate sees them', () => {
  for (const [name, scaleOf] of [['standardised', outputScale], ['warped', warpedScale]] as const) {
    it(`${name}: rising, and back to what they were`, () => {
      fc.assert(
        fc.property(skewed, fc.boolean(), fc.constantFrom(1e-9, 1, 1e9), (values, limited, unit) => {
          const scaled = values.map((v) => unit * v);
          const limit = limited ? unit * 20 : Infinity;
          const { toModel, fromModel } = scaleOf(scaled, limit);
          const sorted = [...scaled].sort((a, b) => a - b);
          sorted.forEach((y, i) => {
            assert.ok(Number.isFinite(toModel(y)));
            if (i > 0) assert.ok(toModel(y) >= toModel(sorted[i - 1]));
            near(fromModel(toModel(y)) / unit, y / unit, 1e-6);
          });
        }),
        { numRuns: 60 },
      );
    });
  }

  it('warped: lengths between knots are those of standard units up to the reference', () => {
    const values = Array.from({ length: 30 }, (_, i) => Math.exp(i / 6));
    const limit = 100;
    const { toModel, fromModel, shift, scale, stretch } = warpedScale(values, limit);
    const { knots, slopes } = stretch!;
    near(knots[knots.length - 1], toModel(limit), 1e-12);
    assert.ok(slopes.length === knots.length + 1 && slopes.every((one) => one > 0));
    for (let k = 1; k < knots.length; k++) {
      near(slopes[k] * (knots[k] - knots[k - 1]), (fromModel(knots[k]) - fromModel(knots[k - 1])) / scale, 1e-9);
    }
    // Values that grow exponentially lie more evenly once they are warped.
    const skew = (list: number[]): number => {
      const mean = list.reduce((s, v) => s + v / list.length, 0);
      const moment = (p: number): number => list.reduce((s, v) => s + (v - mean) ** p / list.length, 0);
      return moment(3) / moment(2) ** 1.5;
    };
    assert.ok(Math.abs(skew(values.map(toModel))) < 0.7 * skew(values.map((v) => (Math.min(v, limit) - shift) / scale)));
    assert.deepEqual(inUsersUnits({ toModel: (y) => y, fromModel: (v) => 2 * v, shift: 0, scale: 2 }, -1, 3, 1), { mean: -6, deviation: 2 });
  });
});
