/*
 * The Sobol sequence in Gray-code order (Antonov and Saleev 1979) with Joe and Kuo's direction numbers, and a scrambled
 * form: Matoušek's random linear matrix scrambling with a digital shift (J. Complexity 14, 1998), which keeps every
 * net property and makes each point uniform.
 */
import { check, type Rng } from '../base';
import { JOE_KUO } from './sobol-directions';

const BITS = 30;
const SCALE = 1 / 2 ** BITS;

/** Most dimensions that the table holds. */
export const SOBOL_MAX_DIMENSIONS: number = JOE_KUO.length + 1;

/** Direction integers v[j], j < 30, of one dimension, the binary point left of bit 29. */
function directions(dimension: number): Int32Array {
  const v = new Int32Array(BITS);
  if (dimension === 0) {
    for (let j = 0; j < BITS; j++) v[j] = 2 ** (BITS - 1 - j);
    return v;
  }
  const [head, tail] = JOE_KUO[dimension - 1].split(':');
  const polynomial = parseInt(head, 36);
  const degree = 31 - Math.clz32(polynomial);
  const first = tail.split(',');
  for (let j = 0; j < degree; j++) v[j] = parseInt(first[j], 36) * 2 ** (BITS - 1 - j);
  for (let j = degree; j < BITS; j++) {
    let value = v[j - degree] ^ (v[j - degree] >> degree);
    for (let k = 1; k < degree; k++) if ((polynomial >> (degree - k)) & 1) value ^= v[j - k];
    v[j] = value;
  }
  return v;
}

function checked(n: number, d: number): void {
  check(Number.isInteger(n) && n >= 0 && n <= 2 ** BITS, 'n', n, 'a whole number from 0 to 2³⁰');
  check(Number.isInteger(d) && d >= 1 && d <= SOBOL_MAX_DIMENSIONS, 'd', d, `a whole number from 1 to ${SOBOL_MAX_DIMENSIONS}`);
}

function points(n: number, d: number, table: readonly Int32Array[], state: Int32Array, skip: number): number[][] {
  const out: number[][] = [];
  for (let i = 0; i < skip + n; i++) {
    if (i >= skip) out.push(Array.from(state, (s) => s * SCALE));
    // The bit that changes between Gray codes i and i + 1 is the lowest zero bit of i.
    const bit = 31 - Math.clz32(~i & (i + 1));
    for (let k = 0; k < d && bit < BITS; k++) state[k] ^= table[k][bit];
  }
  return out;
}

/**
 * The first n points of the unscrambled d-dimensional sequence in [0, 1)ᵈ, n × d; the first is 0. `skip` leaves out
 * that many at the start. Throws ArgumentError beyond 1111 dimensions.
 */
export function sobol(n: number, d: number, skip = 0): number[][] {
  checked(n, d);
  check(Number.isInteger(skip) && skip >= 0, 'skip', skip, 'a whole number ≥ 0');
  const table = Array.from({ length: d }, (_, k) => directions(k));
  return points(n, d, table, new Int32Array(d), skip);
}

/** n × d points of a scrambled Sobol sequence: as even as the plain one, each point uniform, another set each seed. */
export function scrambledSobol(n: number, d: number, rng: Rng): number[][] {
  checked(n, d);
  const state = new Int32Array(d);
  const table = Array.from({ length: d }, (_, k) => {
    const v = directions(k);
    // A random lower triangular binary matrix with a unit diagonal; row r gives bit r of the result (0 the highest).
    const rows = Array.from({ length: BITS }, (__, r) => {
      const diagonal = 2 ** (BITS - 1 - r);
      return diagonal | (rng.integer(0, 2 ** BITS - 1) & ~(2 * diagonal - 1) & (2 ** BITS - 1) & -diagonal);
    });
    state[k] = rng.integer(0, 2 ** BITS - 1);
    return v.map((value) => {
      let out = 0;
      for (let r = 0; r < BITS; r++) if (parity(rows[r] & value)) out |= 2 ** (BITS - 1 - r);
      return out;
    });
  });
  return points(n, d, table, state, 0);
}

function parity(x: number): number {
  let y = x ^ (x >> 16);
  y ^= y >> 8;
  y ^= y >> 4;
  return (0x6996 >> (y & 15)) & 1;
}
