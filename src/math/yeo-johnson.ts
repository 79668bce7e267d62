/*
 * The power transformation of Yeo and Johnson (Biometrika 87, 2000), towards normality for values of either sign.
 * λ is found by golden section on the profile log-likelihood of their section 4.
 */
import { goldenSection } from './golden-section';

/** ψ(y, λ). */
export function yeoJohnson(y: number, lambda: number): number {
  if (y >= 0) return Math.abs(lambda) < 1e-12 ? Math.log1p(y) : Math.expm1(lambda * Math.log1p(y)) / lambda;
  const mu = 2 - lambda;
  return Math.abs(mu) < 1e-12 ? -Math.log1p(-y) : -Math.expm1(mu * Math.log1p(-y)) / mu;
}

/** y with ψ(y, λ) = t; ±Infinity where t is out of the transformation's range. */
export function yeoJohnsonInverse(t: number, lambda: number): number {
  if (t >= 0) {
    if (Math.abs(lambda) < 1e-12) return Math.expm1(t);
    return lambda * t <= -1 ? Infinity : Math.expm1(Math.log1p(lambda * t) / lambda);
  }
  const mu = 2 - lambda;
  if (Math.abs(mu) < 1e-12) return -Math.expm1(-t);
  return -mu * t <= -1 ? -Infinity : -Math.expm1(Math.log1p(-mu * t) / mu);
}

/** Profile log-likelihood of λ for a normal model, up to a constant. */
export function yeoJohnsonLogLikelihood(y: readonly number[], lambda: number): number {
  const n = y.length;
  let mean = 0;
  const t = y.map((v) => yeoJohnson(v, lambda));
  for (const v of t) mean += v / n;
  let variance = 0;
  for (const v of t) variance += (v - mean) ** 2 / n;
  let jacobian = 0;
  for (const v of y) jacobian += Math.sign(v) * Math.log1p(Math.abs(v));
  return -0.5 * n * Math.log(variance) + (lambda - 1) * jacobian;
}

/** The most likely λ in [low, high]. */
export function fitYeoJohnson(y: readonly number[], low = -4, high = 6): number {
  return goldenSection((lambda) => yeoJohnsonLogLikelihood(y, lambda), low, high);
}
