/*
 * Covariances between rows of inputs: outputScale · f(Σ ((x − x′)/ℓ)²) over numeric columns, times the exponential
 * Hamming kernel exp(−(1/C) Σ 1[x ≠ x′]/ℓ) over the C categorical ones (BoTorch's CategoricalKernel). Column layouts
 * are fixed in advance so that the inner loops run over typed arrays alone.
 */
import type { RadialKernel } from './kernels';

/** How a column of the inputs is compared: by distance, or only as equal or not. */
export type ColumnKind = 'numeric' | 'category';

/** What a Gaussian process's prior is made of, besides its kernel; of standardised outputs where a solver fitted it. */
export interface Hyperparameters {
  /** One a column, in units of the column (numeric), or of the share of mismatches (category). */
  readonly lengthscales: Float64Array;
  /** Prior variance of the latent function. */
  readonly outputScale: number;
  /** Variance of the noise on each observation. */
  readonly noise: number;
  /** Constant prior mean. */
  readonly mean: number;
}

/** Rows of inputs, n × d row-major, and the kind of each column. */
export interface Inputs {
  /** Observations. */
  readonly n: number;
  /** Columns. */
  readonly d: number;
  /** n × d, row-major. */
  readonly x: Float64Array;
  /** How each column is compared (d). */
  readonly kinds: readonly ColumnKind[];
}

export function toInputs(rows: readonly ArrayLike<number>[], d: number, kinds?: readonly ColumnKind[]): Inputs {
  const x = new Float64Array(rows.length * d);
  rows.forEach((row, i) => x.set(row, i * d));
  return { n: rows.length, d, x, kinds: kinds ?? new Array<ColumnKind>(d).fill('numeric') };
}

/** Per column and pair (i > j, packed row by row), the squared difference, or 1 for a mismatch: d arrays of n(n−1)/2. */
export function pairDifferences(inputs: Inputs): Float64Array[] {
  const { n, d, x, kinds } = inputs;
  return Array.from({ length: d }, (_, k) => {
    const out = new Float64Array((n * (n - 1)) / 2);
    const category = kinds[k] === 'category';
    let p = 0;
    for (let i = 1; i < n; i++) {
      const xi = x[i * d + k];
      for (let j = 0; j < i; j++, p++) {
        const delta = xi - x[j * d + k];
        out[p] = category ? (delta === 0 ? 0 : 1) : delta * delta;
      }
    }
    return out;
  });
}

/** Weights of the columns: 1/ℓ² for numeric ones, 1/(C ℓ) for categorical ones. */
export function columnWeights(kinds: readonly ColumnKind[], lengthscales: ArrayLike<number>): Float64Array {
  let categories = 0;
  for (const kind of kinds) if (kind === 'category') categories++;
  return Float64Array.from(kinds, (kind, k) =>
    kind === 'category' ? 1 / (categories * lengthscales[k]) : 1 / (lengthscales[k] * lengthscales[k]),
  );
}

/** Scratch for covariances of one point with n rows; sized once, used many times. */
export class CovarianceRow {
  readonly r2: Float64Array;
  readonly mismatch: Float64Array;
  readonly value: Float64Array;
  readonly slope: Float64Array;
  private readonly weights: Float64Array;
  private readonly mixed: boolean;

  constructor(
    private readonly inputs: Inputs,
    private readonly kernel: RadialKernel,
    private readonly hyper: Hyperparameters,
  ) {
    this.r2 = new Float64Array(inputs.n);
    this.mismatch = new Float64Array(inputs.n);
    this.value = new Float64Array(inputs.n);
    this.slope = new Float64Array(inputs.n);
    this.weights = columnWeights(inputs.kinds, hyper.lengthscales);
    this.mixed = inputs.kinds.includes('category');
  }

  /** Fills `value` with k(x, row i) and, where asked, `slope` with dk/d(r²). */
  fill(x: Float64Array, withSlope: boolean): void {
    const { n, d, x: rows, kinds } = this.inputs;
    const { r2, mismatch, value, slope, weights } = this;
    if (this.mixed) {
      for (let i = 0, at = 0; i < n; i++) {
        let s = 0;
        let c = 0;
        for (let k = 0; k < d; k++, at++) {
          const delta = x[k] - rows[at];
          if (kinds[k] === 'category') c += delta === 0 ? 0 : weights[k];
          else s += weights[k] * delta * delta;
        }
        r2[i] = s;
        mismatch[i] = c;
      }
    } else {
      for (let i = 0, at = 0; i < n; i++) {
        let s = 0;
        for (let k = 0; k < d; k++, at++) {
          const delta = x[k] - rows[at];
          s += weights[k] * delta * delta;
        }
        r2[i] = s;
      }
    }
    this.kernel.evaluate(r2, n, value, withSlope ? slope : undefined);
    const scale = this.hyper.outputScale;
    for (let i = 0; i < n; i++) {
      const factor = this.mixed ? scale * Math.exp(-mismatch[i]) : scale;
      value[i] *= factor;
      if (withSlope) slope[i] *= factor;
    }
  }

  /** Adds Σ_i c[i] ∂k(x, row i)/∂x to `out` (numeric columns), after fill(x, true). */
  addGradient(x: Float64Array, c: Float64Array, factor: number, out: Float64Array): void {
    const { n, d, x: rows, kinds } = this.inputs;
    const { slope, weights } = this;
    for (let i = 0, at = 0; i < n; i++, at += d) {
      const w = 2 * factor * c[i] * slope[i];
      for (let k = 0; k < d; k++) out[k] += w * weights[k] * (x[k] - rows[at + k]);
    }
    if (this.mixed) for (let k = 0; k < d; k++) if (kinds[k] === 'category') out[k] = 0;
  }
}

/** Full covariance of the rows with `noise` on the diagonal, n × n. */
export function covarianceMatrix(inputs: Inputs, kernel: RadialKernel, hyper: Hyperparameters): Float64Array {
  const { n, d, x } = inputs;
  const out = new Float64Array(n * n);
  const row = new CovarianceRow(inputs, kernel, hyper);
  for (let i = 0; i < n; i++) {
    row.fill(x.subarray(i * d, (i + 1) * d), false);
    out.set(row.value, i * n);
    out[i * n + i] = hyper.outputScale + hyper.noise;
  }
  return out;
}
