/*
 * The distribution of Kumaraswamy (J. Hydrology 46, 1980) on [0, 1]: shaped like a beta distribution, with a distribution
 * function and quantiles in closed form, which is what warps of a surrogate's inputs use it for.
 */
import { check } from '../base';

function checkShape(a: number, b: number): void {
  check(a > 0, 'a', a, 'a number above 0');
  check(b > 0, 'b', b, 'a number above 0');
}

/** P(X ≤ x) = 1 − (1 − xᵃ)ᵇ. */
export function kumaraswamyCdf(x: number, a: number, b: number): number {
  checkShape(a, b);
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return -Math.expm1(b * Math.log1p(-(x ** a)));
}

/** x with kumaraswamyCdf(x, a, b) = p; NaN for p outside [0, 1]. */
export function kumaraswamyQuantile(p: number, a: number, b: number): number {
  checkShape(a, b);
  if (!(p >= 0 && p <= 1)) return NaN;
  return (-Math.expm1(Math.log1p(-p) / b)) ** (1 / a);
}
