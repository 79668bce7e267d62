/* A small network that says where to go from a point of the unit cube: d inputs, one hidden layer, d outputs, all tanh. */
import { clamp } from '../../../base';

/** Units of the hidden layer. */
const HIDDEN = 8;
/** The farthest that one action goes in each coordinate. */
const REACH = 0.2;

/** Number of parameters of a policy in d dimensions. */
export const policySize = (d: number): number => HIDDEN * (d + 1) + d * (HIDDEN + 1);

/** The point that the policy goes to from x (d coordinates), inside the unit cube. */
export function act(theta: Float64Array, x: ArrayLike<number>): Float64Array {
  const d = x.length;
  let at = 0;
  const hidden = new Float64Array(HIDDEN);
  for (let h = 0; h < HIDDEN; h++) {
    let sum = theta[at++];
    for (let k = 0; k < d; k++) sum += theta[at++] * (2 * x[k] - 1);
    hidden[h] = Math.tanh(sum);
  }
  return Float64Array.from({ length: d }, (_, k) => {
    let sum = theta[at++];
    for (let h = 0; h < HIDDEN; h++) sum += theta[at++] * hidden[h];
    return clamp(x[k] + REACH * Math.tanh(sum));
  });
}
