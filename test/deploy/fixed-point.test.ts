import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  multiplyByQuantizedMultiplier,
  quantizeMultiplier,
  roundingDivideByPowerOfTwo,
  saturatingRoundingDoublingHighMul,
} from '../../src/deploy/fixed-point';

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const fraction = fc.oneof(fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 }), fc.constantFrom(0, 2 ** 30, 2 ** 31 - 1));

describe('deploy/fixed-point', () => {
  it('multiplies as the definition in wide integers does', () => {
    fc.assert(
      fc.property(int32, fraction, fc.integer({ min: -31, max: 0 }), (x, multiplier, shift) => {
        const expected = roundingDivideByPowerOfTwo(saturatingRoundingDoublingHighMul(x, multiplier), -shift);
        assert.equal(multiplyByQuantizedMultiplier(x, multiplier, shift), expected);
      }),
      { numRuns: 5000 },
    );
  });

  it('rounds exact halves of the product up, and of the shift away from zero', () => {
    assert.equal(saturatingRoundingDoublingHighMul(1, 2 ** 30), 1);
    assert.equal(saturatingRoundingDoublingHighMul(-1, 2 ** 30), 0);
    assert.equal(multiplyByQuantizedMultiplier(-1, 2 ** 30, 0), 0);
    assert.deepEqual([3, 1, -1, -3].map((x) => roundingDivideByPowerOfTwo(x, 1)), [2, 1, -1, -2]);
    assert.equal(saturatingRoundingDoublingHighMul(-(2 ** 31), -(2 ** 31)), 2 ** 31 - 1);
  });

  it('represents a factor to 31 bits', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-8, max: 1e6, noNaN: true }), (factor) => {
        const { multiplier, shift } = quantizeMultiplier(factor);
        assert.ok(multiplier >= 2 ** 30 && multiplier < 2 ** 31);
        assert.ok(Math.abs((multiplier / 2 ** 31) * 2 ** shift - factor) <= factor * 2 ** -31);
      }),
    );
    assert.deepEqual(quantizeMultiplier(0.5), { multiplier: 2 ** 30, shift: 0 });
    assert.deepEqual(quantizeMultiplier(1), { multiplier: 2 ** 30, shift: 1 });
    assert.deepEqual(quantizeMultiplier(0), { multiplier: 0, shift: 0 });
  });
});
