/*
 * A Gaussian process given draws of its values at some base points: at any other point, the mean under each draw and the
 * deviation that all of them share. With C(x) the posterior covariance of x and the base, S that of the base, L its factor
 * and f = μ + L z a draw, the mean under it is μ(x) + C(x) L⁻ᵀ z and the variance s²(x) − |L⁻¹ C(x)ᵀ|². The caches of
 * Daulton, Balandat and Bakshy 2021 (arXiv 2105.08195, section 4): draws and factor are made once, points come one by one.
 */
import { choleskyWithJitter, dot, solveLower, solveLowerTransposed } from '../../math';
import { CovarianceRow } from './covariance';
import { pointPosterior, type PointPosterior, type Posterior } from './posterior';

export class ConditionedSamples {
  /** Draws at the base points, samples × b. */
  readonly draws: readonly Float64Array[];
  /** Means at the latest point under each draw, and their common deviation. */
  readonly means: Float64Array;
  deviation = 0;
  private readonly factor: Float64Array;
  /** L⁻ᵀ z of each draw. */
  private readonly weights: readonly Float64Array[];
  /** (K + noise)⁻¹ k(X, base), one array (n) a base point. */
  private readonly solved: readonly Float64Array[];
  private readonly row: CovarianceRow;
  private readonly point: PointPosterior;
  private readonly covariance: Float64Array;
  private readonly reduced: Float64Array;

  /** `deviates`: standard normal, samples × b. */
  constructor(private readonly posterior: Posterior, base: readonly Float64Array[], deviates: readonly Float64Array[]) {
    const b = base.length;
    const { mean, covariance } = posterior.joint(base);
    this.factor = b > 0 ? choleskyWithJitter(covariance, b).factor : covariance;
    this.draws = deviates.map((z) => mean.map((v, i) => v + dot(this.factor, i * b, z, 0, i + 1)));
    this.weights = deviates.map((z) => {
      const out = Float64Array.from(z.subarray(0, b));
      solveLowerTransposed(this.factor, b, out);
      return out;
    });
    this.solved = base.map((x) => posterior.solve(x));
    const { n, d, x, kinds } = posterior.inputs;
    const rows = new Float64Array((n + b) * d);
    rows.set(x);
    base.forEach((one, i) => rows.set(one, (n + i) * d));
    this.row = new CovarianceRow({ n: n + b, d, x: rows, kinds }, posterior.kernel, posterior.hyper);
    this.point = pointPosterior(d);
    this.means = new Float64Array(deviates.length);
    this.covariance = new Float64Array(b);
    this.reduced = new Float64Array(b);
  }

  /** Fills `means` and `deviation` at x; `gradient` prepares addGradient. */
  at(x: Float64Array, gradient: boolean): void {
    const { posterior, row, point, covariance, reduced, solved, weights, means } = this;
    const { n } = posterior.inputs;
    posterior.at(x, point, gradient);
    row.fill(x, gradient);
    solved.forEach((w, i) => (covariance[i] = row.value[n + i] - dot(row.value, 0, w, 0, n)));
    reduced.set(covariance);
    solveLower(this.factor, covariance.length, reduced);
    const left = point.variance - dot(reduced, 0, reduced, 0, reduced.length);
    this.deviation = Math.sqrt(Math.max(left, 1e-10 * posterior.hyper.outputScale));
    for (let s = 0; s < means.length; s++) means[s] = point.mean + dot(covariance, 0, weights[s], 0, covariance.length);
  }

  /** Adds Σ_s towards[s] ∂mean_s/∂x + towardsDeviation ∂deviation/∂x, after at(x, true), to the first entries of a row. */
  addGradient(x: Float64Array, towards: Float64Array, towardsDeviation: number, out: Float64Array): void {
    const { posterior, point, weights, solved, reduced } = this;
    const { n, d } = posterior.inputs;
    const b = reduced.length;
    let all = 0;
    for (const t of towards) all += t;
    const toVariance = towardsDeviation / (2 * this.deviation);
    const back = Float64Array.from(reduced);
    solveLowerTransposed(this.factor, b, back);
    const coefficients = new Float64Array(n + b);
    for (let i = 0; i < b; i++) {
      let c = -2 * toVariance * back[i];
      for (let s = 0; s < towards.length; s++) c += towards[s] * weights[s][i];
      coefficients[n + i] = c;
      for (let r = 0; r < n; r++) coefficients[r] -= c * solved[i][r];
    }
    const gradient = new Float64Array(d);
    this.row.addGradient(x, coefficients, 1, gradient);
    for (let k = 0; k < out.length; k++) out[k] += gradient[k] + all * point.meanGradient[k] + toVariance * point.varianceGradient[k];
  }
}
