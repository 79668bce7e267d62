import { check } from '../../../base';
import { Histogram } from './histogram';
import type { Observer } from './observer';

/**
 * The range that leaves out the same share of values at both ends: outliers are clipped.
 * @param percent of the values kept in all, e.g. 99.99.
 */
export function percentile(percent = 99.99): Observer {
  check(percent > 0 && percent <= 100, 'percent', percent, 'a number above 0, at most 100');
  return {
    name: 'percentile',
    create() {
      const histogram = new Histogram();
      return {
        observe: (values) => histogram.add(values),
        range() {
          const { counts, total, width, first } = histogram;
          check(total > 0, 'samples', 0, 'at least one observed value');
          const cut = ((1 - percent / 100) / 2) * total;
          let low = 0;
          for (let below = counts[0]; below <= cut && low < counts.length - 1; below += counts[low]) low++;
          let high = counts.length - 1;
          for (let above = counts[high]; above <= cut && high > low; above += counts[high]) high--;
          // A bin's outer edge, but never beyond what was seen.
          return {
            min: Math.max(histogram.min, (first + low) * width),
            max: Math.min(histogram.max, (first + high + 1) * width),
          };
        },
      };
    },
  };
}
