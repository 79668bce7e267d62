/* The public face of Gaussian process regression: given or fitted hyper-parameters, arrays of any kind in and out. */
import { ArgumentError, check } from '../../base';
import { toInputs, type ColumnKind, type Hyperparameters } from './covariance';
import * as kernels from './kernels';
import { fitMap, type FitOptions } from './map-fit';
import { condition, pointPosterior, type Posterior } from './posterior';

/** Kernel and hyper-parameters of `gaussianProcess`; what is not given is fitted. */
export interface GaussianProcessOptions {
  /** A kernel, or the name of one of those here: matern52 (default), matern32, matern12, rbf. */
  readonly kernel?: kernels.RadialKernel | string;
  /** One a column. Where absent, this and the other hyper-parameters not given are fitted (maximum a posteriori). */
  readonly lengthscales?: ArrayLike<number>;
  /** Prior variance of the latent function; with given lengthscales 1 where absent. */
  readonly outputScale?: number;
  /** Variance of the observation noise; with given lengthscales 0 where absent. */
  readonly noise?: number;
  /** Constant prior mean; with given lengthscales 0 where absent. */
  readonly mean?: number;
  /** How each column is compared; numeric where absent. */
  readonly kinds?: readonly ColumnKind[];
  /** Settings of the fit; unused with given lengthscales. */
  readonly fit?: Omit<FitOptions, 'kernel' | 'noise' | 'mean'>;
}

/** A process that has seen nothing yet. */
export interface GaussianProcess {
  /** Its covariance. */
  readonly kernel: kernels.RadialKernel;
  /** What it was made with. */
  readonly given: GaussianProcessOptions;
  /**
   * The posterior after the observations y (n) at x (n × d).
   * @throws ArgumentError where sizes do not match or a value is not finite
   */
  fit(x: readonly ArrayLike<number>[], y: ArrayLike<number>): FittedGaussianProcess;
}

/** A conditioned process in the units of y. */
export interface FittedGaussianProcess {
  /** Mean and variance of the latent function at each row, m values each. */
  predict(X: readonly ArrayLike<number>[]): {
    /** In the units of y. */
    mean: number[];
    /** In those units squared. */
    variance: number[];
  };
  /** log p(y | X) at these hyper-parameters, in the units of y. */
  readonly logMarginalLikelihood: number;
  /** As given, or as fitted, in the units of y. */
  readonly hyperparameters: Hyperparameters;
  /** Each observation predicted from the others, noise included. */
  leaveOneOut(): {
    /** One an observation. */
    mean: number[];
    /** Noise included. */
    variance: number[];
  };
}

function checkOptions({ lengthscales, outputScale, noise, mean, kinds }: GaussianProcessOptions, d: number): void {
  if (lengthscales !== undefined) {
    check(lengthscales.length === d, 'lengthscales', lengthscales, `${d} values, one a column`);
    for (const one of Array.from(lengthscales)) check(one > 0 && one < Infinity, 'lengthscales', one, 'finite values > 0');
  }
  check(outputScale === undefined || (outputScale > 0 && outputScale < Infinity), 'outputScale', outputScale, 'a variance > 0');
  check(noise === undefined || (noise >= 0 && noise < Infinity), 'noise', noise, 'a variance ≥ 0');
  check(mean === undefined || Number.isFinite(mean), 'mean', mean, 'a finite number');
  if (kinds === undefined) return;
  check(kinds.length === d, 'kinds', kinds, `${d} values, one a column`);
  for (const kind of kinds) check(kind === 'numeric' || kind === 'category', 'kinds', kind, "'numeric' or 'category'");
}

function checkRows(x: readonly ArrayLike<number>[], d: number): void {
  for (const row of x) {
    check(row.length === d, 'X', row, `${d} columns in every row`);
    for (let k = 0; k < d; k++) if (!Number.isFinite(row[k])) check(false, 'X', row, 'finite values');
  }
}

function kernelOf(kernel: kernels.RadialKernel | string): kernels.RadialKernel {
  if (typeof kernel !== 'string') return kernel;
  const found = Object.values(kernels).find((k) => k.name === kernel);
  if (!found) throw new ArgumentError('kernel', kernel, `one of ${Object.values(kernels).map((k) => k.name).join(', ')}`);
  return found;
}

/**
 * Gaussian process regression. With `lengthscales` the hyper-parameters are as given; without, they are fitted to the
 * outputs, which are standardised for it. `fit(X, y)` takes n × d inputs (about [0, 1] where they are fitted) and n
 * outputs.
 */
export function gaussianProcess(options: GaussianProcessOptions = {}): GaussianProcess {
  const kernel = kernelOf(options.kernel ?? kernels.matern52);
  return {
    kernel,
    given: options,
    fit(x, y) {
      check(x.length > 0, 'X', x, 'at least one row');
      check(y.length === x.length, 'y', y.length, `${x.length} values, one a row of X`);
      const d = x[0].length;
      checkRows(x, d);
      checkOptions(options, d);
      const inputs = toInputs(x, d, options.kinds);
      const values = Float64Array.from(y);
      check(values.every(Number.isFinite), 'y', y, 'finite values');
      if (options.lengthscales) {
        const { lengthscales, outputScale = 1, noise = 0, mean = 0 } = options;
        const hyper = { lengthscales: Float64Array.from(lengthscales), outputScale, noise, mean };
        return describe(condition(inputs, values, kernel, hyper), 0, 1);
      }
      const shift = values.reduce((s, v) => s + v / values.length, 0);
      const spread = values.reduce((s, v) => s + (v - shift) ** 2, 0) / Math.max(1, values.length - 1);
      // Fitted with an output scale of 1: one that is given sets the unit.
      const scale = Math.sqrt(options.outputScale ?? spread) || 1;
      const standard = values.map((v) => (v - shift) / scale);
      const noise = options.noise === undefined ? undefined : options.noise / (scale * scale);
      const mean = options.mean === undefined ? undefined : (options.mean - shift) / scale;
      const own = options.outputScale === undefined ? {} : { outputScalePrior: undefined };
      const { hyper } = fitMap(inputs, standard, { ...options.fit, ...own, kernel, noise, mean });
      return describe(condition(inputs, standard, kernel, hyper), shift, scale);
    },
  };
}

function describe(posterior: Posterior, shift: number, scale: number): FittedGaussianProcess {
  const { n, d } = posterior.inputs;
  const square = scale * scale;
  const { hyper } = posterior;
  return {
    predict(x) {
      checkRows(x, d);
      const point = pointPosterior(d);
      const mean: number[] = [];
      const variance: number[] = [];
      for (const row of x) {
        posterior.at(Float64Array.from(row), point);
        mean.push(shift + scale * point.mean);
        variance.push(square * point.variance);
      }
      return { mean, variance };
    },
    logMarginalLikelihood: posterior.logMarginalLikelihood - n * Math.log(scale),
    hyperparameters: {
      lengthscales: hyper.lengthscales,
      outputScale: hyper.outputScale * square,
      noise: hyper.noise * square,
      mean: shift + scale * hyper.mean,
    },
    leaveOneOut() {
      const loo = posterior.leaveOneOut();
      return {
        mean: Array.from(loo.mean, (v) => shift + scale * v),
        variance: Array.from(loo.variance, (v) => square * v),
      };
    },
  };
}
