/*
 * log Γ and its derivative: Stirling's series (Abramowitz and Stegun 6.1.40 and 6.3.18) after the argument has been
 * raised above 15 by the recurrence.
 */

const HALF_LOG_TWO_PI = 0.9189385332046727418;

/** log Γ(x) for x > 0; NaN otherwise. */
export function lgamma(x: number): number {
  if (!(x > 0)) return NaN;
  if (x === 1 || x === 2) return 0;
  let product = 1;
  let y = x;
  while (y < 15) product *= y++;
  const w = 1 / (y * y);
  const series =
    (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w * (1 / 1188 - w * (691 / 360360 - w / 156)))))) / y;
  return (y - 0.5) * Math.log(y) - y + HALF_LOG_TWO_PI + series - Math.log(product);
}

/** ψ(x) = d log Γ(x)/dx for x > 0; NaN otherwise. */
export function digamma(x: number): number {
  if (!(x > 0)) return NaN;
  let sum = 0;
  let y = x;
  while (y < 15) sum -= 1 / y++;
  const w = 1 / (y * y);
  const series = w * (1 / 12 - w * (1 / 120 - w * (1 / 252 - w * (1 / 240 - w * (1 / 132 - w * (691 / 32760 - w / 12))))));
  return sum + Math.log(y) - 0.5 / y - series;
}
