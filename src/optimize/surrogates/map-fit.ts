/*
 * Maximum a posteriori hyper-parameters by bounded quasi-Newton in logarithms, with analytic gradients (Rasmussen and
 * Williams 2006, 5.9), its directions scaled by the average information: half the evaluations of one that has to learn
 * all the curvature, and the same peak. Priors after Hvarfner, Hellsten and Nardi 2024 (arXiv 2402.02229): lengthscales
 * LogNormal(√2 + ½ ln d, √3), so that a long one is expected in many dimensions. The constant mean has a flat prior
 * and is put in by generalised least squares, which leaves the gradient of the rest as it is (envelope theorem).
 */
import { finish, type Steps } from '../../base';
import { choleskyInPlace, choleskyInverse, dot, minimizeBoundedSteps, solveLower, solveLowerTransposed } from '../../math';
import { pairDifferences, type ColumnKind, type Hyperparameters, type Inputs } from './covariance';
import type { RadialKernel } from './kernels';

const LOG_TWO_PI = 1.8378770664093454836;

/** Density of exp(N(location, scale²)). */
export interface LogNormal {
  /** Mean of the logarithm. */
  readonly location: number;
  /** Standard deviation of the logarithm. */
  readonly scale: number;
}

/** Density of the parameter itself (not of its logarithm) at exp(logValue). */
export function logNormalDensity(prior: LogNormal, logValue: number): number {
  const z = (logValue - prior.location) / prior.scale;
  return -0.5 * z * z - Math.log(prior.scale) - 0.5 * LOG_TWO_PI - logValue;
}

/** Priors, bounds and limits of a fit of hyper-parameters by maximum a posteriori. */
export interface FitOptions {
  /** The covariance over distance. */
  readonly kernel: RadialKernel;
  /** Prior of each column's lengthscale; the default is the dimension-scaled one. */
  readonly lengthscalePrior?: (kind: ColumnKind, d: number) => LogNormal;
  /** Least and greatest lengthscale. */
  readonly lengthscaleBounds?: readonly [number, number];
  /** Prior of the noise variance. */
  readonly noisePrior?: LogNormal;
  /** Least and greatest noise variance. */
  readonly noiseBounds?: readonly [number, number];
  /** Noise variance where it is known; then it is not fitted. */
  readonly noise?: number;
  /** Constant prior mean where it is given; else by generalised least squares. */
  readonly mean?: number;
  /** Prior of the output scale; where absent it stays 1. */
  readonly outputScalePrior?: LogNormal;
  /** Fitted elsewhere, to fewer of the same observations perhaps: the one starting point. */
  readonly start?: Hyperparameters;
  /** Starting points to descend from, the best of those tried. */
  readonly restarts?: number;
  /** Of each descent, at most. */
  readonly maxIterations?: number;
  /** Ends a descent when a step gains less than this share of the log density (1e-6). */
  readonly functionTolerance?: number;
}

export function dimensionScaledPrior(_kind: ColumnKind, d: number): LogNormal {
  return { location: Math.SQRT2 + 0.5 * Math.log(d), scale: Math.sqrt(3) };
}

/** Log posterior density (up to the evidence) and its gradient in log parameters; see `parameters` for the order. */
export class MapObjective {
  private readonly pairs: Float64Array[];
  private readonly r2: Float64Array;
  private readonly mismatch: Float64Array;
  private readonly value: Float64Array;
  private readonly slope: Float64Array;
  private readonly matrix: Float64Array;
  private readonly inverse: Float64Array;
  private readonly work: Float64Array;
  private readonly ones: Float64Array;
  private readonly alpha: Float64Array;
  private readonly weight: Float64Array;
  private readonly towards: Float64Array;
  private readonly categories: number;
  /** Mean of the last evaluation. */
  mean = 0;

  constructor(
    private readonly inputs: Inputs,
    private readonly y: Float64Array,
    private readonly options: FitOptions,
  ) {
    const { n, kinds } = inputs;
    const count = (n * (n - 1)) / 2;
    this.pairs = pairDifferences(inputs);
    this.r2 = new Float64Array(count);
    this.mismatch = new Float64Array(count);
    this.value = new Float64Array(count);
    this.slope = new Float64Array(count);
    this.weight = new Float64Array(count);
    this.towards = new Float64Array(count);
    this.matrix = new Float64Array(n * n);
    this.inverse = new Float64Array(n * n);
    this.work = new Float64Array(n * n);
    this.ones = new Float64Array(n);
    this.alpha = new Float64Array(n);
    this.categories = kinds.filter((kind) => kind === 'category').length;
  }

  /** Lengthscales, then noise and output scale where they are fitted. */
  get dimension(): number {
    return this.inputs.d + (this.options.noise === undefined ? 1 : 0) + (this.options.outputScalePrior ? 1 : 0);
  }

  hyper(theta: ArrayLike<number>): Hyperparameters {
    const { d } = this.inputs;
    const { noise, outputScalePrior } = this.options;
    return {
      lengthscales: Float64Array.from({ length: d }, (_, k) => Math.exp(theta[k])),
      noise: noise ?? Math.exp(theta[d]),
      outputScale: outputScalePrior ? Math.exp(theta[d + (noise === undefined ? 1 : 0)]) : 1,
      mean: this.mean,
    };
  }

  theta(hyper: Hyperparameters): Float64Array {
    const out = Array.from(hyper.lengthscales, Math.log);
    if (this.options.noise === undefined) out.push(Math.log(hyper.noise));
    if (this.options.outputScalePrior) out.push(Math.log(hyper.outputScale));
    return Float64Array.from(out);
  }

  /** Log likelihood + log priors at theta, −Infinity where the matrix is singular; `fixedMean` skips least squares. */
  evaluate(theta: Float64Array, gradient?: Float64Array, fixedMean = this.options.mean): number {
    const { n, d, kinds } = this.inputs;
    const { pairs, r2, mismatch, value, slope, matrix, weight, towards, categories } = this;
    const { lengthscales, noise, outputScale } = this.hyper(theta);
    r2.fill(0);
    mismatch.fill(0);
    const count = r2.length;
    for (let k = 0; k < d; k++) {
      const pair = pairs[k];
      const category = kinds[k] === 'category';
      const w = category ? 1 / (categories * lengthscales[k]) : 1 / (lengthscales[k] * lengthscales[k]);
      const into = category ? mismatch : r2;
      for (let p = 0; p < count; p++) into[p] += w * pair[p];
    }
    this.options.kernel.evaluate(r2, count, value, gradient ? slope : undefined);
    for (let p = 0; p < count; p++) {
      const factor = categories > 0 ? outputScale * Math.exp(-mismatch[p]) : outputScale;
      value[p] *= factor;
      slope[p] *= factor;
    }
    for (let i = 0, p = 0; i < n; i++) {
      for (let j = 0; j < i; j++, p++) matrix[i * n + j] = value[p];
      matrix[i * n + i] = outputScale + noise;
    }
    if (choleskyInPlace(matrix, n) >= 0) {
      gradient?.fill(0);
      return -Infinity;
    }
    let logDeterminant = 0;
    for (let i = 0; i < n; i++) logDeterminant += 2 * Math.log(matrix[i * n + i]);
    const alpha = this.residualWeights(fixedMean);
    let fit = 0;
    for (let i = 0; i < n; i++) fit += alpha[i] * (this.y[i] - this.mean);
    const total = -0.5 * (fit + logDeterminant + n * LOG_TWO_PI);

    if (gradient) {
      const inverse = choleskyInverse(matrix, n, this.inverse, this.work);
      let diagonal = 0;
      for (let i = 0, p = 0; i < n; i++) {
        for (let j = 0; j < i; j++, p++) weight[p] = alpha[i] * alpha[j] - inverse[i * n + j];
        diagonal += alpha[i] * alpha[i] - inverse[i * n + i];
      }
      for (let p = 0; p < count; p++) towards[p] = weight[p] * slope[p];
      const scale = dot(weight, 0, value, 0, count) + 0.5 * diagonal * outputScale;
      for (let p = 0; p < count && categories > 0; p++) weight[p] *= value[p];
      for (let k = 0; k < d; k++) {
        const category = kinds[k] === 'category';
        const s = dot(category ? weight : towards, 0, pairs[k], 0, count);
        gradient[k] = category ? s / (categories * lengthscales[k]) : (-2 * s) / (lengthscales[k] * lengthscales[k]);
      }
      let at = d;
      if (this.options.noise === undefined) gradient[at++] = 0.5 * diagonal * noise;
      if (this.options.outputScalePrior) gradient[at] = scale;
    }
    return total + this.logPrior(theta, gradient);
  }

  /** Sum of the log prior densities, and its gradient added. */
  logPrior(theta: Float64Array, gradient?: Float64Array): number {
    const { d, kinds } = this.inputs;
    const { lengthscalePrior = dimensionScaledPrior, noise, outputScalePrior } = this.options;
    const noisePrior = this.options.noisePrior ?? DEFAULT_NOISE_PRIOR;
    let total = 0;
    const add = (prior: LogNormal, k: number): void => {
      total += logNormalDensity(prior, theta[k]);
      if (gradient) gradient[k] += -(theta[k] - prior.location) / (prior.scale * prior.scale) - 1;
    };
    for (let k = 0; k < d; k++) add(lengthscalePrior(kinds[k], d), k);
    let at = d;
    if (noise === undefined) add(noisePrior, at++);
    if (outputScalePrior) add(outputScalePrior, at);
    return total;
  }

  /**
   * Average information of the likelihood (Gilmour, Thompson and Cullis, Biometrics 51, 1995) and the curvature of the
   * priors, at the theta evaluated last, with gradient: ½ (∂ᵢK α)ᵀ K⁻¹ (∂ⱼK α), the mean of observed and expected
   * information but for second derivatives of K. Positive definite, and at O(d n²) cheap beside an evaluation.
   */
  information(theta: Float64Array): Float64Array {
    const { n, d, kinds } = this.inputs;
    const { pairs, value, slope, matrix, alpha, categories, y, mean } = this;
    const { lengthscalePrior = dimensionScaledPrior, noisePrior = DEFAULT_NOISE_PRIOR, outputScalePrior } = this.options;
    const { lengthscales, noise } = this.hyper(theta);
    const scales: number[] = [];
    const products: Float64Array[] = [];
    const add = (product: Float64Array, prior: LogNormal): void => {
      solveLower(matrix, n, product);
      products.push(product);
      scales.push(prior.scale);
    };
    for (let k = 0; k < d; k++) {
      const category = kinds[k] === 'category';
      const factor = category ? 1 / (categories * lengthscales[k]) : -2 / (lengthscales[k] * lengthscales[k]);
      add(pairProduct(category ? value : slope, pairs[k], alpha, factor), lengthscalePrior(kinds[k], d));
    }
    if (this.options.noise === undefined) add(alpha.map((a) => noise * a), noisePrior);
    // The matrix without its noise.
    if (outputScalePrior) add(alpha.map((a, i) => y[i] - mean - noise * a), outputScalePrior);
    const size = products.length;
    const out = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        out[i * size + j] = 0.5 * dot(products[i], 0, products[j], 0, n);
        out[j * size + i] = out[i * size + j];
      }
      out[i * size + i] += 1 / (scales[i] * scales[i]);
    }
    return out;
  }

  /** K⁻¹ (y − mean), from the factor in `matrix`; the mean by generalised least squares unless fixed. */
  private residualWeights(fixedMean: number | undefined): Float64Array {
    const { n } = this.inputs;
    const { y, ones, alpha, matrix } = this;
    ones.fill(1);
    alpha.set(y);
    let top = 0;
    let bottom = 0;
    solveLower(matrix, n, ones);
    solveLower(matrix, n, alpha);
    for (let i = 0; i < n; i++) {
      top += ones[i] * alpha[i];
      bottom += ones[i] * ones[i];
    }
    this.mean = fixedMean ?? (bottom > 0 ? top / bottom : 0);
    for (let i = 0; i < n; i++) alpha[i] -= this.mean * ones[i];
    solveLowerTransposed(matrix, n, alpha);
    return alpha;
  }
}

/** factor · M v (n) of the symmetric matrix with zero diagonal that has a[p] b[p] at pair p. */
function pairProduct(a: Float64Array, b: Float64Array, v: Float64Array, factor: number): Float64Array {
  const n = v.length;
  const out = new Float64Array(n);
  for (let i = 1, p = 0; i < n; i++) {
    const vi = factor * v[i];
    let s = 0;
    for (let j = 0; j < i; j++, p++) {
      const m = a[p] * b[p];
      s += m * v[j];
      out[j] += m * vi;
    }
    out[i] += factor * s;
  }
  return out;
}

/** The furthest that a step begins by moving a logarithm: the information is that of the place it leaves. */
const MAX_STEP = 4;

const DEFAULT_NOISE_PRIOR: LogNormal = { location: -4, scale: 1 };

export interface MapFit {
  readonly hyper: Hyperparameters;
  /** Log posterior density, up to the evidence. */
  readonly logPosterior: number;
  readonly evaluations: number;
}

/** Hyper-parameters of greatest posterior density found. Outputs are expected standardised, inputs about [0, 1]. */
export function fitMap(inputs: Inputs, y: Float64Array, options: FitOptions): MapFit {
  return finish(fitMapSteps(inputs, y, options));
}

/** As fitMap, to be left after any evaluation of the density. */
export function* fitMapSteps(inputs: Inputs, y: Float64Array, options: FitOptions): Steps<MapFit> {
  const { d, kinds } = inputs;
  const { restarts = 2, maxIterations = 60, functionTolerance = 1e-6 } = options;
  const [leastLength, mostLength] = options.lengthscaleBounds ?? [0.025, 1000];
  const [leastNoise, mostNoise] = options.noiseBounds ?? [1e-4, 1];
  const objective = new MapObjective(inputs, y, options);
  const size = objective.dimension;
  const lower = new Float64Array(size).fill(Math.log(1e-3));
  const upper = new Float64Array(size).fill(Math.log(1e3));
  for (let k = 0; k < d; k++) {
    lower[k] = Math.log(leastLength);
    upper[k] = Math.log(mostLength);
  }
  if (options.noise === undefined) {
    lower[d] = Math.log(leastNoise);
    upper[d] = Math.log(mostNoise);
  }
  const guess = (length: number, noise: number): Float64Array =>
    objective.theta({
      lengthscales: Float64Array.from(kinds, (kind) => (kind === 'category' ? 2 * length : length)),
      noise,
      outputScale: 1,
      mean: 0,
    });
  const starts = options.start
    ? [objective.theta(options.start)]
    : [guess(0.5 * Math.sqrt(d), 1e-3), guess(0.25, 1e-3), guess(2 * Math.sqrt(d), 1e-2)];
  const scored: { theta: Float64Array; score: number }[] = [];
  for (const start of starts) {
    const theta = start.map((v, k) => Math.min(Math.max(v, lower[k]), upper[k]));
    scored.push({ theta, score: options.start ? 0 : objective.evaluate(theta) });
    yield;
  }
  scored.sort((a, b) => b.score - a.score);
  let evaluations = options.start ? 0 : starts.length;
  let best: { x: Float64Array; value: number } | undefined;
  for (const { theta } of scored.slice(0, Math.max(1, restarts))) {
    let at = theta;
    const result = yield* minimizeBoundedSteps(
      (x, g) => {
        at = x;
        const value = -objective.evaluate(x, g);
        for (let k = 0; k < g.length; k++) g[k] = -g[k];
        return value;
      },
      theta,
      {
        lower,
        upper,
        maxIterations,
        maxEvaluations: 2 * maxIterations,
        gradientTolerance: 1e-3,
        functionTolerance,
        maxStep: MAX_STEP,
        curvature: () => objective.information(at),
      },
    );
    evaluations += result.evaluations;
    if (best === undefined || result.value < best.value) best = result;
  }
  const theta = best?.x ?? scored[0].theta;
  const logPosterior = objective.evaluate(theta);
  return { hyper: objective.hyper(theta), logPosterior, evaluations };
}
