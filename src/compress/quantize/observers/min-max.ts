import { check } from '../../../base';
import { extremes, type Observer } from './observer';

/** The least and the greatest value seen: nothing is clipped, an outlier coarsens everything. */
export function minMax(): Observer {
  return {
    name: 'minMax',
    create() {
      let min = Infinity;
      let max = -Infinity;
      return {
        observe(values) {
          const batch = extremes(values);
          min = Math.min(min, batch.min);
          max = Math.max(max, batch.max);
        },
        range() {
          check(min <= max, 'samples', 0, 'at least one observed value');
          return { min, max };
        },
      };
    },
  };
}
