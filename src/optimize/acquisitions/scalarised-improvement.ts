/*
 * Expected improvement of the Chebyshev scalarisation of several objectives (the acquisition of qParEGO; Daulton et al.
 * 2020, arXiv 2006.05078), by quasi-Monte-Carlo over independent normal beliefs: the maximum in it has no closed form.
 * Minimisation.
 */
import type { Rng } from '../../base';
import { normal, scrambledSobol } from '../../math';
import { chebyshev } from './scalarise';

/**
 * Expected improvement of one weighted augmented Chebyshev scalar of m minimised objectives (qParEGO, Daulton et al. 2020), by
 * quasi-Monte-Carlo: the same draws for every belief, so that values at different points compare.
 */
export class ScalarisedImprovement {
  /** Samples × m standard normal deviates, the same for every belief. */
  private readonly deviates: readonly (readonly number[])[];

  constructor(
    private readonly weights: readonly number[],
    /** Ideal and range of each objective (m), by which values are scaled. */
    private readonly low: readonly number[],
    private readonly range: readonly number[],
    /** The scalar to beat. */
    private readonly best: number,
    rng: Rng,
    samples = 32,
  ) {
    this.deviates = scrambledSobol(samples, weights.length, rng).map((row) => row.map((u) => normal.quantile(Math.min(1 - 1e-9, Math.max(1e-9, u)))));
  }

  /** The scalar of one outcome. */
  scalar(y: ArrayLike<number>): number {
    return chebyshev(this.low.map((low, j) => (y[j] - low) / this.range[j]), this.weights);
  }

  /** Expected improvement at mean and deviation (m each; deviation 0: known). */
  expected(mean: ArrayLike<number>, deviation: ArrayLike<number>): number {
    const y = new Float64Array(this.weights.length);
    let sum = 0;
    for (const z of this.deviates) {
      for (let j = 0; j < y.length; j++) y[j] = mean[j] + deviation[j] * z[j];
      sum += Math.max(0, this.best - this.scalar(y));
    }
    return sum / this.deviates.length;
  }
}
