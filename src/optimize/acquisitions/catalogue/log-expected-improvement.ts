import { check } from '../../../base';
import { normal } from '../../../math';
import { logExpectedImprovement as logEi } from '../expected-improvement';
import { ofBelief, type Acquisition, type AcquisitionState } from '../acquisition';

/** The value that one objective has to beat; Infinity before anything feasible. Throws ArgumentError for several. */
export function incumbent({ posteriors, front }: AcquisitionState): number {
  check(posteriors.length === 1, 'objectives', posteriors.length, 'one objective (for several, optimize.parego({ acquisition }))');
  return front.reduce((least, y) => Math.min(least, y[0]), Infinity);
}

/** log EI of one objective, finite and with a slope however far out (Ament et al. 2023, arXiv 2310.20708). */
export function logExpectedImprovement(): Acquisition {
  return ofBelief('log EI', (state) => {
    const best = incumbent(state);
    return (mean, deviation, slopes) => {
      if (best === Infinity) return 0;
      if (slopes && deviation[0] > 0) {
        const z = (best - mean[0]) / deviation[0];
        const slope = normal.logHSlope(z);
        slopes[0] = -slope / deviation[0];
        slopes[1] = (1 - z * slope) / deviation[0];
      }
      return logEi(mean[0], deviation[0], best);
    };
  });
}
