import { normal } from '../../../math';
import { ofBelief, type Acquisition } from '../acquisition';
import { incumbent } from './log-expected-improvement';

/** log probability of improving on the best of one objective by at least `margin` of the standardised values (0.01). */
export function probabilityOfImprovement(options: { margin?: number } = {}): Acquisition {
  const { margin = 0.01 } = options;
  return ofBelief('log PI', (state) => {
    const best = incumbent(state) - margin;
    return (mean, deviation, slopes) => {
      if (best === Infinity) return 0;
      if (!(deviation[0] > 0)) return mean[0] < best ? 0 : -Infinity;
      const z = (best - mean[0]) / deviation[0];
      const value = normal.logCdf(z);
      if (slopes) {
        const slope = Math.exp(normal.logPdf(z) - value);
        slopes[0] = -slope / deviation[0];
        slopes[1] = (-z * slope) / deviation[0];
      }
      return value;
    };
  });
}
