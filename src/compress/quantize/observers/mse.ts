import { check } from '../../../base';
import type { Range } from '../affine';
import { Histogram } from './histogram';
import type { Observer } from './observer';

/** Expected squared error of quantising the histogram's values to 256 levels over a range that holds 0. */
function squaredError(histogram: Histogram, { min, max }: Range): number {
  const step = (max - min) / 255;
  if (!(step > 0)) return Infinity;
  // Inside the range the error is uniform within a step (step² / 12); outside it is the distance to the end.
  const inside = (step * step) / 12;
  let sum = 0;
  for (let bin = 0; bin < histogram.counts.length; bin++) {
    const count = histogram.counts[bin];
    if (count === 0) continue;
    const x = histogram.centre(bin);
    const out = x < min ? min - x : x > max ? x - max : 0;
    sum += count * (out > 0 ? out * out : inside);
  }
  return sum;
}

/**
 * The range of least mean squared quantisation error at 8 bits, searched on a grid: each end in turn, in steps of
 * 1 % of the range seen, until neither moves.
 */
export function mse(): Observer {
  return {
    name: 'mse',
    create() {
      const histogram = new Histogram();
      return {
        observe: (values) => histogram.add(values),
        range() {
          check(histogram.total > 0, 'samples', 0, 'at least one observed value');
          const seen = { min: Math.min(0, histogram.min), max: Math.max(0, histogram.max) };
          let best: Range = seen;
          let error = squaredError(histogram, best);
          for (let moved = true, round = 0; moved && round < 4; round++) {
            moved = false;
            for (const end of ['min', 'max'] as const) {
              for (let share = 100; share > 0; share--) {
                const candidate = { ...best, [end]: (seen[end] * share) / 100 };
                const own = squaredError(histogram, candidate);
                if (own < error) {
                  best = candidate;
                  error = own;
                  moved = true;
                }
              }
            }
          }
          return best;
        },
      };
    },
  };
}
