/*
 * The standard normal distribution, and h(z) = φ(z) + z Φ(z), the kernel of expected improvement.
 * Everything that tends to zero has a logarithm of its own that does not: acquisitions are compared far out in the
 * tail, where the plain values underflow (Ament et al. 2023, arXiv 2310.20708).
 */
import { erfc, erfcx } from './erf';

const SQRT_HALF = Math.SQRT1_2;
const LOG_SQRT_TWO_PI = 0.9189385332046727418;
const INVERSE_SQRT_TWO_PI = 0.3989422804014326779;
const SQRT_HALF_PI = 1.2533141373155002512;

/** Density φ(z). */
export function pdf(z: number): number {
  return INVERSE_SQRT_TWO_PI * Math.exp(-0.5 * z * z);
}

/** log φ(z). */
export function logPdf(z: number): number {
  return -0.5 * z * z - LOG_SQRT_TWO_PI;
}

/** Distribution function Φ(z). */
export function cdf(z: number): number {
  return 0.5 * erfc(-z * SQRT_HALF);
}

/** log Φ(z), accurate in both tails. */
export function logCdf(z: number): number {
  if (z > 0) return Math.log1p(-0.5 * erfc(z * SQRT_HALF));
  if (z > -1) return Math.log(0.5 * erfc(-z * SQRT_HALF));
  return Math.log(0.5 * erfcx(-z * SQRT_HALF)) - 0.5 * z * z;
}

/** Mills ratio Φ(−x)/φ(x) for x ≥ 0; the hazard rate's inverse. */
export function mills(x: number): number {
  return SQRT_HALF_PI * erfcx(x * SQRT_HALF);
}

/** h(−x)/φ(x) = 1 − x R(x) for x > 0, R the Mills ratio. */
function tailRatio(x: number): number {
  if (x < 9) return 1 - x * mills(x);
  // R(x) = 1/(x + t) with t = 1/(x + 2/(x + 3/(x + …))): t/(x + t) has no cancellation.
  let t = x;
  for (let k = 16; k >= 2; k--) t = x + k / t;
  t = 1 / t;
  return t / (x + t);
}

/** h(z) = φ(z) + z Φ(z): expected improvement over 0 of a unit normal with mean z. */
export function h(z: number): number {
  return z > -1 ? pdf(z) + z * cdf(z) : pdf(z) * tailRatio(-z);
}

/** log h(z), finite however far out. */
export function logH(z: number): number {
  return z > -1 ? Math.log(pdf(z) + z * cdf(z)) : logPdf(z) + Math.log(tailRatio(-z));
}

/** d log h(z)/dz = Φ(z)/h(z). */
export function logHSlope(z: number): number {
  return z > -1 ? cdf(z) / (pdf(z) + z * cdf(z)) : mills(-z) / tailRatio(-z);
}

/*
 * First guess of the quantile: Acklam's rational approximation has relative error 1.2e-9; here a cruder one
 * (Abramowitz and Stegun 26.2.23, error 4.5e-4) is enough, for Halley's steps below triple the digits each time.
 */
function firstGuess(p: number): number {
  const t = Math.sqrt(-2 * Math.log(p));
  const top = 2.515517 + t * (0.802853 + t * 0.010328);
  const bottom = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  return top / bottom - t;
}

/** Quantile Φ⁻¹(p), p in [0, 1]; ±Infinity at the ends, NaN outside. */
export function quantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  if (p === 0.5) return 0;
  if (p > 0.5) return -quantileLower(1 - p);
  return quantileLower(p);
}

function quantileLower(p: number): number {
  const target = Math.log(p);
  let z = firstGuess(p);
  for (let i = 0; i < 4; i++) {
    // Newton on log Φ, whose slope is 1/R(−z) and which is close to a parabola in the tail; with Halley's correction.
    const slope = 1 / mills(-z);
    const miss = logCdf(z) - target;
    const bend = -slope * (z + slope);
    const step = miss / slope / (1 - (0.5 * miss * bend) / (slope * slope));
    z -= step;
    if (Math.abs(step) < 1e-15 * Math.abs(z)) break;
  }
  return z;
}
