import { check } from '../../../base';
import { extremes, type Observer } from './observer';

/**
 * Exponential moving average of each batch's least and greatest value (Jacob et al. 2018, section 3.1), started at
 * the first batch's.
 * @param momentum share of the old average that stays, in [0, 1).
 */
export function movingAverage(momentum = 0.9): Observer {
  check(momentum >= 0 && momentum < 1, 'momentum', momentum, 'a number of at least 0, below 1');
  return {
    name: 'movingAverage',
    create() {
      let average: { min: number; max: number } | undefined;
      return {
        observe(values) {
          const batch = extremes(values);
          average = average
            ? {
                min: momentum * average.min + (1 - momentum) * batch.min,
                max: momentum * average.max + (1 - momentum) * batch.max,
              }
            : batch;
        },
        range() {
          check(average, 'samples', 0, 'at least one observed batch');
          return average;
        },
      };
    },
  };
}
