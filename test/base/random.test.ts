import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createRng } from '../../src/base';

describe('base/random', () => {
  it('gives the same stream for the same seed, and another for another', () => {
    const draw = (seed: number | string) => Array.from({ length: 20 }, (_, i) => createRng(seed).fork(i).next());
    assert.deepEqual(draw(7), draw(7));
    assert.notDeepEqual(draw(7), draw(8));
    assert.notDeepEqual(draw('a'), draw('b'));
  });

  it('stays the same from version to version', () => {
    const rng = createRng(1);
    const first = [rng.integer(0, 999), rng.integer(0, 999), rng.integer(0, 999)];
    assert.deepEqual(first, FIRST_OF_SEED_1);
  });

  it('keeps integers within both ends', () => {
    fc.assert(
      fc.property(fc.integer({ min: -50, max: 50 }), fc.nat(20), fc.nat(), (lo, width, seed) => {
        const value = createRng(seed).integer(lo, lo + width);
        assert.ok(Number.isInteger(value) && value >= lo && value <= lo + width);
      }),
    );
  });

  it('is uniform and normal as far as 20,000 draws can tell', () => {
    const rng = createRng('moments');
    const n = 20000;
    let mean = 0;
    let square = 0;
    let uniform = 0;
    for (let i = 0; i < n; i++) {
      const z = rng.normal();
      mean += z / n;
      square += (z * z) / n;
      uniform += rng.next() / n;
    }
    // Five standard errors each.
    assert.ok(Math.abs(mean) < 5 / Math.sqrt(n));
    assert.ok(Math.abs(square - 1) < 5 * Math.sqrt(2 / n));
    assert.ok(Math.abs(uniform - 0.5) < 5 / Math.sqrt(12 * n));
  });

  it('shuffles without losing anything', () => {
    const shuffled = createRng(3).shuffle(Int32Array.from({ length: 50 }, (_, i) => i));
    assert.notDeepEqual([...shuffled], [...shuffled].sort((a, b) => a - b));
    assert.deepEqual([...shuffled].sort((a, b) => a - b), Array.from({ length: 50 }, (_, i) => i));
  });

  it('names a bad seed', () => {
    assert.throws(() => createRng(Number.NaN), /seed: got NaN, wanted a finite number or a string/);
  });
});

const FIRST_OF_SEED_1 = [667, 115, 852];
