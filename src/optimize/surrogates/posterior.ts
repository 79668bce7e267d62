/*
 * Gaussian process regression with given hyper-parameters (Rasmussen and Williams 2006, algorithm 2.1): predictions
 * with gradients, the log marginal likelihood, leave-one-out in closed form (their 5.10–5.12), and rank-one extension.
 */
import {
  choleskyAppend,
  choleskyInverse,
  choleskySolve,
  choleskyWithJitter,
  dot,
  logDeterminant,
  solveLower,
  solveLowerTransposed,
} from '../../math';
import { CovarianceRow, covarianceMatrix, type Hyperparameters, type Inputs } from './covariance';
import type { RadialKernel } from './kernels';

const LOG_TWO_PI = 1.8378770664093454836;

/** Room for the answer at one point; the gradients have one entry a column (0 for categorical ones). */
export interface PointPosterior {
  /** Of the latent function. */
  mean: number;
  /** Variance of the latent function, without observation noise. */
  variance: number;
  /** ∂ mean / ∂ x (d). */
  readonly meanGradient: Float64Array;
  /** ∂ variance / ∂ x (d). */
  readonly varianceGradient: Float64Array;
}

export function pointPosterior(d: number): PointPosterior {
  return { mean: 0, variance: 0, meanGradient: new Float64Array(d), varianceGradient: new Float64Array(d) };
}

/** A conditioned Gaussian process. */
export class Posterior {
  private readonly row: CovarianceRow;
  private readonly work: Float64Array;

  constructor(
    /** Where was observed. */
    readonly inputs: Inputs,
    /** What was observed there (n). */
    readonly y: Float64Array,
    /** The covariance over distance. */
    readonly kernel: RadialKernel,
    /** As given, or as fitted. */
    readonly hyper: Hyperparameters,
    /** Lower Cholesky factor of K + noise I, n × n. */
    private readonly factor: Float64Array,
    /** (K + noise I)⁻¹ (y − mean). */
    private readonly alpha: Float64Array,
  ) {
    this.row = new CovarianceRow(inputs, kernel, hyper);
    this.work = new Float64Array(inputs.n);
  }

  /** log p(y | X, hyper-parameters). */
  get logMarginalLikelihood(): number {
    const { n } = this.inputs;
    let fit = 0;
    for (let i = 0; i < n; i++) fit += (this.y[i] - this.hyper.mean) * this.alpha[i];
    return -0.5 * (fit + logDeterminant(this.factor, n) + n * LOG_TWO_PI);
  }

  /** Mean and variance of the latent function at x (length d), with gradients where asked, into `out`. */
  at(x: Float64Array, out: PointPosterior, gradient = false): void {
    const { n } = this.inputs;
    const { row, work } = this;
    row.fill(x, gradient);
    out.mean = this.hyper.mean + dot(row.value, 0, this.alpha, 0, n);
    work.set(row.value);
    solveLower(this.factor, n, work);
    out.variance = Math.max(this.hyper.outputScale - dot(work, 0, work, 0, n), 1e-14 * this.hyper.outputScale);
    if (!gradient) return;
    out.meanGradient.fill(0);
    out.varianceGradient.fill(0);
    row.addGradient(x, this.alpha, 1, out.meanGradient);
    solveLowerTransposed(this.factor, n, work);
    row.addGradient(x, work, -2, out.varianceGradient);
  }

  /** (K + noise I)⁻¹ k(X, x): what observations weigh in the covariance with x (n). */
  solve(x: Float64Array): Float64Array {
    this.row.fill(x, false);
    return choleskySolve(this.factor, this.inputs.n, this.row.value);
  }

  /** Joint posterior of the latent function at q points: mean (q) and covariance (q × q, row-major). */
  joint(points: readonly Float64Array[]): {
    /** q. */
    mean: Float64Array;
    /** q × q, row-major. */
    covariance: Float64Array;
  } {
    const { n, d, kinds } = this.inputs;
    const q = points.length;
    const flat = new Float64Array(q * d);
    points.forEach((p, i) => flat.set(p, i * d));
    const covariance = covarianceMatrix({ n: q, d, x: flat, kinds }, this.kernel, { ...this.hyper, noise: 0 });
    const mean = new Float64Array(q);
    const solved: Float64Array[] = [];
    points.forEach((p, i) => {
      this.row.fill(p, false);
      mean[i] = this.hyper.mean + dot(this.row.value, 0, this.alpha, 0, n);
      const v = Float64Array.from(this.row.value);
      solveLower(this.factor, n, v);
      solved.push(v);
      for (let j = 0; j <= i; j++) {
        covariance[i * q + j] -= dot(v, 0, solved[j], 0, n);
        covariance[j * q + i] = covariance[i * q + j];
      }
    });
    return { mean, covariance };
  }

  /** The same process with one more observation, its hyper-parameters unchanged: O(n²). */
  extended(x: Float64Array, y: number): Posterior {
    const { n, d, kinds } = this.inputs;
    this.row.fill(x, false);
    const { outputScale, noise, mean } = this.hyper;
    const factor = choleskyAppend(this.factor, n, this.row.value, outputScale + noise, 1e-10 * (outputScale + noise));
    const rows = new Float64Array((n + 1) * d);
    rows.set(this.inputs.x);
    rows.set(x, n * d);
    const all = new Float64Array(n + 1);
    all.set(this.y);
    all[n] = y;
    const alpha = choleskySolve(factor, n + 1, all.map((v) => v - mean));
    return new Posterior({ n: n + 1, d, x: rows, kinds }, all, this.kernel, this.hyper, factor, alpha);
  }

  /** Predictive mean and variance (noise included) of each observation from all the others. */
  leaveOneOut(): {
    /** n. */
    mean: Float64Array;
    /** n, noise included. */
    variance: Float64Array;
  } {
    const { n } = this.inputs;
    const inverse = choleskyInverse(this.factor, n);
    const mean = new Float64Array(n);
    const variance = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      variance[i] = 1 / inverse[i * n + i];
      mean[i] = this.y[i] - this.alpha[i] * variance[i];
    }
    return { mean, variance };
  }
}

/** Conditions a process with the given hyper-parameters on y (n values). Singular matrices get jitter. */
export function condition(inputs: Inputs, y: Float64Array, kernel: RadialKernel, hyper: Hyperparameters): Posterior {
  const { n } = inputs;
  const { factor } = choleskyWithJitter(covarianceMatrix(inputs, kernel, hyper), n);
  const alpha = choleskySolve(factor, n, y.map((v) => v - hyper.mean));
  return new Posterior(inputs, y, kernel, hyper, factor, alpha);
}
