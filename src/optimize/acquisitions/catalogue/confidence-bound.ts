import { check } from '../../../base';
import { ofBelief, type Acquisition } from '../acquisition';
import { incumbent } from './log-expected-improvement';

/**
 * Upper confidence bound of one objective, as minimised: −(μ − √β s) in standardised units (Srinivas et al. 2010,
 * GP-UCB). Beside uncertain constraints its value is taken as it is, though it is no logarithm.
 */
export function upperConfidenceBound(options: { beta?: number } = {}): Acquisition {
  const { beta = 4 } = options;
  check(beta >= 0, 'beta', beta, 'a number ≥ 0');
  return ofBelief('UCB', (state) => {
    incumbent(state);
    const root = Math.sqrt(beta);
    return (mean, deviation, slopes) => {
      if (slopes) [slopes[0], slopes[1]] = [-1, root];
      return root * deviation[0] - mean[0];
    };
  });
}
