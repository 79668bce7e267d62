/*
 * The power transformation of Box and Cox (J. R. Stat. Soc. B 26, 1964), towards normality for positive values; for
 * values of either sign there is that of Yeo and Johnson.
 */
import { check } from '../base';
import { goldenSection } from './golden-section';

/** (y^λ − 1)/λ, its limit log y at λ = 0; y > 0, NaN elsewhere. */
export function boxCox(y: number, lambda: number): number {
  if (!(y > 0)) return NaN;
  return Math.abs(lambda) < 1e-12 ? Math.log(y) : Math.expm1(lambda * Math.log(y)) / lambda;
}

/** y with boxCox(y, λ) = t; 0 or Infinity where t is out of the transformation's range. */
export function boxCoxInverse(t: number, lambda: number): number {
  if (Math.abs(lambda) < 1e-12) return Math.exp(t);
  if (lambda * t <= -1) return lambda > 0 ? 0 : Infinity;
  return Math.exp(Math.log1p(lambda * t) / lambda);
}

/** The λ in [low, high] of greatest profile likelihood for a normal model (their section 3); all y above 0. */
export function fitBoxCox(y: readonly number[], low = -4, high = 6): number {
  check(y.length > 0 && y.every((v) => v > 0 && Number.isFinite(v)), 'y', y, 'one or more finite values above 0');
  const n = y.length;
  const logs = y.reduce((sum, v) => sum + Math.log(v), 0);
  return goldenSection((lambda) => {
    const t = y.map((v) => boxCox(v, lambda));
    const mean = t.reduce((sum, v) => sum + v / n, 0);
    const variance = t.reduce((sum, v) => sum + (v - mean) ** 2 / n, 0);
    return -0.5 * n * Math.log(variance) + (lambda - 1) * logs;
  }, low, high);
}
