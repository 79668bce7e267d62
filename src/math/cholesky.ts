/*
 * Dense symmetric positive definite systems, n × n row-major in Float64Array, the factor L in the lower triangle.
 * Rows are contiguous, so every inner loop is a dot product of row heads (Golub and Van Loan, 4.2). Factor and inverse
 * go through the matrix in 3 × 3 tiles: nine products at once read six numbers for nine multiplications, which is twice
 * as fast as one product after another, and no larger tile fits the registers that V8 uses.
 */
import { ParetinoError } from '../base';

/** Thrown where a matrix is not positive definite. */
export class NotPositiveDefiniteError extends ParetinoError {
  constructor(
    /** Row of the first bad pivot. */
    readonly row: number,
  ) {
    super(`the matrix is not positive definite: pivot ${row}`);
  }
}

/** Σ a[i] b[j] over `length` entries from offsets `ia` and `ib`. */
export function dot(a: Float64Array, ia: number, b: Float64Array, ib: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const whole = length - (length & 3);
  for (let k = 0; k < whole; k += 4) {
    s0 += a[ia + k] * b[ib + k];
    s1 += a[ia + k + 1] * b[ib + k + 1];
    s2 += a[ia + k + 2] * b[ib + k + 2];
    s3 += a[ia + k + 3] * b[ib + k + 3];
  }
  for (let k = whole; k < length; k++) s0 += a[ia + k] * b[ib + k];
  return s0 + s1 + (s2 + s3);
}

/** Rows (and columns) of a tile. */
const TILE = 3;

/**
 * The dot products, from column `from` up to `to`, of the rows i … i+2 of `a` with the rows j … j+2 of `b`, row by row
 * into `out`; past the last row it stands in for the missing ones.
 */
function dotTile(out: Float64Array, a: Float64Array, i: number, b: Float64Array, j: number, n: number, from: number, to: number): void {
  const a0 = i * n;
  const a1 = Math.min(i + 1, n - 1) * n;
  const a2 = Math.min(i + 2, n - 1) * n;
  const b0 = j * n;
  const b1 = Math.min(j + 1, n - 1) * n;
  const b2 = Math.min(j + 2, n - 1) * n;
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  for (let k = from; k < to; k++) {
    const x0 = a[a0 + k];
    const x1 = a[a1 + k];
    const x2 = a[a2 + k];
    const y0 = b[b0 + k];
    const y1 = b[b1 + k];
    const y2 = b[b2 + k];
    s00 += x0 * y0;
    s01 += x0 * y1;
    s02 += x0 * y2;
    s10 += x1 * y0;
    s11 += x1 * y1;
    s12 += x1 * y2;
    s20 += x2 * y0;
    s21 += x2 * y1;
    s22 += x2 * y2;
  }
  out[0] = s00;
  out[1] = s01;
  out[2] = s02;
  out[3] = s10;
  out[4] = s11;
  out[5] = s12;
  out[6] = s20;
  out[7] = s21;
  out[8] = s22;
}

/**
 * Factor A = L Lᵀ in place: reads and writes the lower triangle only; the upper keeps what it had.
 * Returns −1, or the row of the first pivot that is not positive (then `a` is half-written).
 */
export function choleskyInPlace(a: Float64Array, n: number): number {
  const tile = new Float64Array(TILE * TILE);
  for (let i0 = 0; i0 < n; i0 += TILE) {
    const iEnd = Math.min(i0 + TILE, n);
    for (let j0 = 0; j0 <= i0; j0 += TILE) {
      dotTile(tile, a, i0, a, j0, n, 0, j0);
      for (let i = i0; i < iEnd; i++) {
        const ri = i * n;
        const jEnd = Math.min(j0 + TILE, i + 1);
        for (let j = j0; j < jEnd; j++) {
          const rj = j * n;
          let s = a[ri + j] - tile[TILE * (i - i0) + j - j0];
          for (let k = j0; k < j; k++) s -= a[ri + k] * a[rj + k];
          if (j < i) a[ri + j] = s / a[rj + j];
          else if (s > 0) a[ri + i] = Math.sqrt(s);
          else return i;
        }
      }
    }
  }
  return -1;
}

/** The lower factor of a symmetric n × n matrix, upper triangle zero. Throws NotPositiveDefiniteError. */
export function cholesky(a: Float64Array, n: number): Float64Array {
  const l = Float64Array.from(a);
  const bad = choleskyInPlace(l, n);
  if (bad >= 0) throw new NotPositiveDefiniteError(bad);
  for (let i = 0; i < n; i++) l.fill(0, i * n + i + 1, (i + 1) * n);
  return l;
}

/**
 * As cholesky, with a growing multiple of the mean diagonal added where the matrix is singular to rounding, as it is
 * with duplicate rows: 1e-10, 1e-9 … 1e-2. Returns the factor and the absolute jitter that was needed.
 */
export function choleskyWithJitter(a: Float64Array, n: number): {
  /** Lower triangle, n × n row-major. */
  factor: Float64Array;
  /** What was added to the diagonal. */
  jitter: number;
} {
  let mean = 0;
  for (let i = 0; i < n; i++) mean += a[i * n + i] / n;
  let row = 0;
  for (let k = -1; k <= 8; k++) {
    const jitter = k < 0 ? 0 : mean * 10 ** (k - 10);
    const l = Float64Array.from(a);
    for (let i = 0; i < n; i++) l[i * n + i] += jitter;
    row = choleskyInPlace(l, n);
    if (row < 0) {
      for (let i = 0; i < n; i++) l.fill(0, i * n + i + 1, (i + 1) * n);
      return { factor: l, jitter };
    }
  }
  throw new NotPositiveDefiniteError(row);
}

/** Factor of the (n+1) × (n+1) matrix [[A, v], [vᵀ, c]] from that of A: O(n²). The last pivot is kept ≥ `floor`. */
export function choleskyAppend(l: Float64Array, n: number, v: Float64Array, c: number, floor = 1e-12): Float64Array {
  const m = n + 1;
  const out = new Float64Array(m * m);
  for (let i = 0; i < n; i++) out.set(l.subarray(i * n, i * n + i + 1), i * m);
  const row = Float64Array.from(v);
  solveLower(l, n, row);
  out.set(row, n * m);
  out[n * m + n] = Math.sqrt(Math.max(c - dot(row, 0, row, 0, n), floor));
  return out;
}

/** Solves L x = b in place. */
export function solveLower(l: Float64Array, n: number, b: Float64Array, offset = 0): void {
  for (let i = 0; i < n; i++) {
    b[offset + i] = (b[offset + i] - dot(l, i * n, b, offset, i)) / l[i * n + i];
  }
}

/** Solves Lᵀ x = b in place. */
export function solveLowerTransposed(l: Float64Array, n: number, b: Float64Array, offset = 0): void {
  for (let i = n - 1; i >= 0; i--) {
    const ri = i * n;
    const x = b[offset + i] / l[ri + i];
    b[offset + i] = x;
    for (let k = 0; k < i; k++) b[offset + k] -= l[ri + k] * x;
  }
}

/** A⁻¹ b from the factor of A. */
export function choleskySolve(l: Float64Array, n: number, b: ArrayLike<number>): Float64Array {
  const x = Float64Array.from(b);
  solveLower(l, n, x);
  solveLowerTransposed(l, n, x);
  return x;
}

/**
 * A⁻¹ (both triangles) from the factor of A. Goes through M = L⁻ᵀ kept row by row, whose products are again
 * dots of contiguous rows: n³/3 multiplications in all. Writes into `inverse`, with `t` for scratch, where given.
 */
export function choleskyInverse(
  l: Float64Array,
  n: number,
  inverse: Float64Array = new Float64Array(n * n),
  t: Float64Array = new Float64Array(n * n),
): Float64Array {
  const tile = new Float64Array(TILE * TILE);
  // t = L⁻ᵀ, upper triangular: row j holds column j of L⁻¹. What lies below its tiles on the diagonal is not read.
  for (let j0 = 0; j0 < n; j0 += TILE) {
    const jEnd = Math.min(j0 + TILE, n);
    for (let i0 = j0; i0 < n; i0 += TILE) {
      const iEnd = Math.min(i0 + TILE, n);
      dotTile(tile, t, j0, l, i0, n, j0, i0);
      for (let j = j0; j < jEnd; j++) {
        const rj = j * n;
        for (let i = i0; i < iEnd; i++) {
          const ri = i * n;
          let s = (i === j ? 1 : 0) - tile[TILE * (j - j0) + i - i0];
          for (let k = i0; k < i; k++) s -= l[ri + k] * t[rj + k];
          t[rj + i] = i < j ? 0 : s / l[ri + i];
        }
      }
    }
  }
  for (let i0 = 0; i0 < n; i0 += TILE) {
    const iEnd = Math.min(i0 + TILE, n);
    for (let j0 = 0; j0 <= i0; j0 += TILE) {
      const jEnd = Math.min(j0 + TILE, n);
      dotTile(tile, t, i0, t, j0, n, i0, n);
      for (let i = i0; i < iEnd; i++) {
        for (let j = j0; j < jEnd; j++) {
          const s = tile[TILE * (i - i0) + j - j0];
          inverse[i * n + j] = s;
          inverse[j * n + i] = s;
        }
      }
    }
  }
  return inverse;
}

/** log |A| from the factor of A. */
export function logDeterminant(l: Float64Array, n: number): number {
  let s = 0;
  for (let i = 0; i < n; i++) s += Math.log(l[i * n + i]);
  return 2 * s;
}
