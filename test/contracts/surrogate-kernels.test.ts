import assert from 'node:assert/strict';
import { productKernel } from '../../src/optimize/surrogates/kernel-product';
import * as kernels from '../../src/optimize/surrogates/kernels';

const product = productKernel(kernels.matern32, kernels.rbf);
const all = Object.entries({ ...(kernels as Record<string, unknown>), [product.name]: product }).filter(
  (entry): entry is [string, kernels.RadialKernel] => typeof (entry[1] as Partial<kernels.RadialKernel> | null)?.evaluate === 'function',
);

describe('contract: every surrogate kernel', () => {
  it('is found', () => assert.ok(all.length >= 4));

  for (const [name, kernel] of all) {
    it(`${name}: 1 at no distance, falls towards 0, its slope is what differences say`, () => {
      assert.equal(kernel.name, name);
      const at = (r2: number): number => {
        const value = new Float64Array(1);
        kernel.evaluate(Float64Array.of(r2), 1, value);
        return value[0];
      };
      assert.equal(at(0), 1);
      assert.ok(at(1e4) < 0.01);
      const r2 = Float64Array.from({ length: 60 }, (_, i) => 0.05 + 0.2 * i);
      const [value, slope] = [new Float64Array(60).fill(NaN), new Float64Array(60)];
      kernel.evaluate(r2, 59, value, slope);
      assert.ok(Number.isNaN(value[59]), 'writes no more than it is asked for');
      for (let i = 0; i < 59; i++) {
        assert.ok(value[i] > 0 && (i === 0 || value[i] < value[i - 1]));
        const h = 1e-6 * (1 + r2[i]);
        const difference = (at(r2[i] + h) - at(r2[i] - h)) / (2 * h);
        assert.ok(Math.abs(slope[i] - difference) < 1e-6 * (1 + Math.abs(difference)), `${name} at ${r2[i]}: ${slope[i]}, ${difference}`);
      }
    });
  }
});
