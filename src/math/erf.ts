/*
 * Error function and its scaled complement, to about 1e-15 relative.
 * The rational minimax approximations of W. J. Cody, "Rational Chebyshev approximations for the error function",
 * Math. Comp. 23 (1969): one for |x| ≤ 0.46875, one up to 4, one in 1/x² beyond.
 */

const A = [3.1611237438705656, 113.864154151050156, 377.485237685302021, 3209.37758913846947, 0.185777706184603153];
const B = [23.6012909523441209, 244.024637934444173, 1282.61652607737228, 2844.23683343917062];
const C = [
  0.564188496988670089, 8.88314979438837594, 66.1191906371416295, 298.635138197400131, 881.95222124176909,
  1712.04761263407058, 2051.07837782607147, 1230.33935479799725, 2.15311535474403846e-8,
];
const D = [
  15.7449261107098347, 117.693950891312499, 537.181101862009858, 1621.38957456669019, 3290.79923573345963,
  4362.61909014324716, 3439.36767414372164, 1230.33935480374942,
];
const P = [
  0.305326634961232344, 0.360344899949804439, 0.125781726111229246, 0.0160837851487422766, 6.58749161529837803e-4,
  0.0163153871373020978,
];
const Q = [2.56852019228982242, 1.87295284992346047, 0.527905102951428412, 0.0605183413124413191, 0.00233520497626869185];
const INVERSE_SQRT_PI = 0.5641895835477562869;

function erfSmall(x: number): number {
  const y = x * x;
  let top = A[4] * y;
  let bottom = y;
  for (let i = 0; i < 3; i++) {
    top = (top + A[i]) * y;
    bottom = (bottom + B[i]) * y;
  }
  return (x * (top + A[3])) / (bottom + B[3]);
}

/** exp(x²) erfc(x) for x > 0.46875. */
function erfcxLarge(x: number): number {
  if (x <= 4) {
    let top = C[8] * x;
    let bottom = x;
    for (let i = 0; i < 7; i++) {
      top = (top + C[i]) * x;
      bottom = (bottom + D[i]) * x;
    }
    return (top + C[7]) / (bottom + D[7]);
  }
  const y = 1 / (x * x);
  let top = P[5] * y;
  let bottom = y;
  for (let i = 0; i < 4; i++) {
    top = (top + P[i]) * y;
    bottom = (bottom + Q[i]) * y;
  }
  return (INVERSE_SQRT_PI - (y * (top + P[4])) / (bottom + Q[4])) / x;
}

/** exp(−x²) with x split so that the rounding of x² does not grow in the exponent. */
function expMinusSquare(x: number): number {
  const head = Math.trunc(x * 16) / 16;
  return Math.exp(-head * head) * Math.exp(-(x - head) * (x + head));
}

/** Error function 2/√π ∫₀ˣ exp(−t²) dt. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a <= 0.46875) return erfSmall(x);
  const tail = a > 27 ? 0 : expMinusSquare(a) * erfcxLarge(a);
  return x > 0 ? 1 - tail : tail - 1;
}

/** Complementary error function 1 − erf(x), accurate in the upper tail. */
export function erfc(x: number): number {
  const a = Math.abs(x);
  if (a <= 0.46875) return 1 - erfSmall(x);
  const tail = a > 27.3 ? 0 : expMinusSquare(a) * erfcxLarge(a);
  return x > 0 ? tail : 2 - tail;
}

/** Scaled complementary error function exp(x²) erfc(x); Infinity below about −26.6. */
export function erfcx(x: number): number {
  if (x > 0.46875) return erfcxLarge(x);
  if (x >= -0.46875) return Math.exp(x * x) * (1 - erfSmall(x));
  const head = Math.trunc(x * 16) / 16;
  return 2 * Math.exp(head * head) * Math.exp((x - head) * (x + head)) - erfcxLarge(-x);
}
