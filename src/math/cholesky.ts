/*
 * Dense symmetric positive definite systems, n × n row-major in Float64Array, the factor L in the lower triangle.
 * Rows are contiguous, so every inner loop is a dot product of two row heads (Golub and Van Loan, 4.2): that, with four
 * running sums, is what V8 compiles best.
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

/**
 * Factor A = L Lᵀ in place: reads and writes the lower triangle only; the upper keeps what it had.
 * Returns −1, or the row of the first pivot that is not positive (then `a` is half-written).
 */
export function choleskyInPlace(a: Float64Array, n: number): number {
  for (let i = 0; i < n; i++) {
    const ri = i * n;
    for (let j = 0; j < i; j++) {
      const rj = j * n;
      a[ri + j] = (a[ri + j] - dot(a, ri, a, rj, j)) / a[rj + j];
    }
    const pivot = a[ri + i] - dot(a, ri, a, ri, i);
    if (!(pivot > 0)) return i;
    a[ri + i] = Math.sqrt(pivot);
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
export function choleskyWithJitter(a: Float64Array, n: number): { factor: Float64Array; jitter: number } {
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
  // t = L⁻ᵀ, upper triangular: row j holds column j of L⁻¹. What lies below the diagonal is not read.
  for (let j = 0; j < n; j++) {
    const rj = j * n;
    t[rj + j] = 1 / l[rj + j];
    for (let i = j + 1; i < n; i++) {
      t[rj + i] = -dot(l, i * n + j, t, rj + j, i - j) / l[i * n + i];
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const s = dot(t, i * n + i, t, j * n + i, n - i);
      inverse[i * n + j] = s;
      inverse[j * n + i] = s;
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
