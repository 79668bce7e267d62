/*
 * The power transformation of Yeo and Johnson (Biometrika 87, 2000), towards normality for values of either sign.
 * λ is found by golden section on the profile log-likelihood of their section 4.
 */

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
  const golden = (Math.sqrt(5) - 1) / 2;
  let a = low;
  let b = high;
  let c = b - golden * (b - a);
  let d = a + golden * (b - a);
  let fc = yeoJohnsonLogLikelihood(y, c);
  let fd = yeoJohnsonLogLikelihood(y, d);
  for (let i = 0; i < 60 && b - a > 1e-9; i++) {
    if (fc > fd) {
      b = d;
      d = c;
      fd = fc;
      c = b - golden * (b - a);
      fc = yeoJohnsonLogLikelihood(y, c);
    } else {
      a = c;
      c = d;
      fc = fd;
      d = a + golden * (b - a);
      fd = yeoJohnsonLogLikelihood(y, d);
    }
  }
  return (a + b) / 2;
}
