import { check } from '../base';

function primes(count: number): number[] {
  const found: number[] = [];
  for (let k = 2; found.length < count; k++) if (found.every((p) => k % p !== 0)) found.push(k);
  return found;
}

/** The digits of i in base b, mirrored at the point (van der Corput). */
function radicalInverse(i: number, b: number): number {
  let numerator = 0;
  let denominator = 1;
  for (; i > 0; i = Math.floor(i / b)) {
    numerator = numerator * b + (i % b);
    denominator *= b;
  }
  return numerator / denominator;
}

/**
 * The first n points after the first `skip` of the Halton sequence in d dimensions, unscrambled, its first point 0, in
 * the bases of the first d primes (Halton, Numer. Math. 2, 1960): n × d. Of much use up to about ten dimensions; beyond
 * that the points of large bases lie on lines, and `sobol` is better.
 */
export function halton(n: number, d: number, skip = 0): number[][] {
  check(Number.isInteger(n) && n >= 0, 'n', n, 'a whole number');
  check(Number.isInteger(d) && d >= 1, 'd', d, 'an integer ≥ 1');
  check(Number.isInteger(skip) && skip >= 0, 'skip', skip, 'a whole number');
  const bases = primes(d);
  return Array.from({ length: n }, (_, i) => bases.map((b) => radicalInverse(skip + i, b)));
}
