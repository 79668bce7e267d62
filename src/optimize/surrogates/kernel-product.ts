import { check } from '../../base';
import type { RadialKernel } from './kernels';

/**
 * The product of radial kernels over the same scaled distance: a kernel again, as rough as the roughest of them. The
 * product with the Hamming kernel of categorical columns needs none of this: covariances of mixed inputs are made of it.
 */
export function productKernel(...factors: readonly RadialKernel[]): RadialKernel {
  check(factors.length > 0, 'factors', factors, 'at least one kernel');
  return {
    name: factors.map((kernel) => kernel.name).join(' × '),
    evaluate(r2, count, value, slope) {
      const one = new Float64Array(count);
      const oneSlope = slope && new Float64Array(count);
      value.fill(1, 0, count);
      slope?.fill(0, 0, count);
      for (const factor of factors) {
        factor.evaluate(r2, count, one, oneSlope);
        for (let i = 0; i < count; i++) {
          if (slope && oneSlope) slope[i] = slope[i] * one[i] + value[i] * oneSlope[i];
          value[i] *= one[i];
        }
      }
    },
  };
}
