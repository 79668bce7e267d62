import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createRng, type Rng } from '../../src/base';
import { augmentations, jitter, randomCrop, randomFlip, scaling, timeShift, type Augmentation, type Shape } from '../../src/nn';

const count = (n: number): Float32Array => Float32Array.from({ length: n }, (_, i) => i + 1);
const applied = (augment: Augmentation, x: Float32Array, n: number, shape: Shape, rng: Rng = createRng(1)): Float32Array => {
  const batch = x.slice();
  augment(batch, n, shape, rng);
  return batch;
};

describe('nn/augment', () => {
  it('time shift turns each sample round, whole steps at a time', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 2, max: 20 }), fc.integer({ min: 1, max: 4 }), (seed, length, channels) => {
        const size = length * channels;
        const x = count(2 * size);
        const shifted = applied(timeShift(1), x, 2, [1, length, channels], createRng(seed));
        for (const i of [0, 1]) {
          const sample = [...shifted.subarray(i * size, (i + 1) * size)];
          const start = sample.indexOf(i * size + 1);
          assert.equal(start % channels, 0);
          const turned = [...sample.slice(start), ...sample.slice(0, start)];
          assert.deepEqual(turned, [...x.subarray(i * size, (i + 1) * size)]);
        }
      }),
    );
  });

  it('a flip mirrors each row and keeps its pixels whole', () => {
    const flipped = applied(randomFlip(1), count(12), 1, [2, 3, 2]);
    assert.deepEqual([...flipped], [5, 6, 3, 4, 1, 2, 11, 12, 9, 10, 7, 8]);
    assert.deepEqual(applied(randomFlip(0), count(12), 1, [2, 3, 2]), count(12));
  });

  it('a crop moves the picture and fills with zeros', () => {
    const rng = { ...createRng(1), integer: (() => { const given = [1, -1]; return () => given.shift() as number; })() } as Rng;
    assert.deepEqual([...applied(randomCrop(1), count(9), 1, [3, 3, 1], rng)], [0, 0, 0, 2, 3, 0, 5, 6, 0]);
    const far = { ...createRng(1), integer: () => 5 } as unknown as Rng;
    assert.ok(applied(randomCrop(5), count(9), 1, [3, 3, 1], far).every((v) => v === 0));
  });

  it('scaling has one factor a channel and sample; jitter has mean 0', () => {
    const ones = new Float32Array(3 * 8).fill(1);
    const scaled = applied(scaling(0.2), ones, 3, [1, 4, 2]);
    for (let i = 0; i < 3; i++) {
      for (let t = 1; t < 4; t++) for (const c of [0, 1]) assert.equal(scaled[i * 8 + t * 2 + c], scaled[i * 8 + c]);
    }
    assert.notEqual(scaled[0], scaled[1]);
    const noisy = applied(jitter(0.1), new Float32Array(10_000), 1, [1, 10_000, 1]);
    const mean = noisy.reduce((a, b) => a + b) / 10_000;
    const deviation = Math.sqrt(noisy.reduce((a, b) => a + b * b) / 10_000);
    assert.ok(Math.abs(mean) < 0.005 && Math.abs(deviation - 0.1) < 0.005);
  });

  it('the same stream gives the same batch', () => {
    const all = augmentations(jitter(), scaling(), timeShift(), randomCrop(2), randomFlip());
    const run = (seed: number): Float32Array => applied(all, count(40), 2, [1, 10, 2], createRng(seed));
    assert.deepEqual(run(3), run(3));
    assert.notDeepEqual(run(3), run(4));
  });
});
