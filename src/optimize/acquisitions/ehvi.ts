/*
 * Expected hypervolume improvement of independent normal objectives, in closed form for any number of them, some of
 * which may be known exactly (deviation 0). Minimisation.
 *
 * The improvement is the volume of what the candidate newly dominates, so its expectation is the integral over the
 * non-dominated region of P(Y ≤ z). Over a box [l, u) that is a product of one factor an objective,
 *     G(u) − G(l),   G(t) = ∫ P(Y ≤ z) dz up to t = s h((t − μ)/s),  or max(t − c, 0) where Y = c is known,
 * and all terms are ≥ 0: the logarithm is a logsumexp over boxes (Yang et al. 2019, J. Glob. Optim. 75, the form;
 * Ament et al. 2023, the logarithm). G is needed once a distinct box edge of each objective, not once a box.
 */
import { normal } from '../../math';
import type { BoxDecomposition } from '../../moo';

/**
 * Lengths along an axis whose units are not of the same length everywhere, as where the belief is one about a warped
 * objective: `slopes[i]` is the length of a unit up to `knots[i]`, the last one that beyond all knots.
 */
export interface Stretch {
  /** Ascending (k). */
  readonly knots: Float64Array;
  /** > 0 (k + 1). */
  readonly slopes: Float64Array;
}

/** Evaluates log EHVI over a fixed decomposition; holds scratch space, so one at a time. */
export class HypervolumeImprovement {
  private readonly m: number;
  /** Distinct finite box edges of each objective. */
  private readonly levels: Float64Array[];
  /** Index into levels of each box's lower (−1 for −Infinity) and upper edge, count × m. */
  private readonly lowerAt: Int32Array;
  private readonly upperAt: Int32Array;
  private readonly logG: Float64Array[];
  /** Of a stretched objective its box edges and knots, and the log length of a unit below each. */
  private readonly stretched: ({ at: Float64Array; log: Float64Array; level: Int32Array } | undefined)[];
  private readonly towardsMean: Float64Array[];
  private readonly towardsDeviation: Float64Array[];
  private readonly terms: Float64Array;
  private readonly factor: Float64Array;

  constructor(private readonly boxes: BoxDecomposition, stretches: readonly (Stretch | undefined)[] = []) {
    const { m, count, lower, upper } = boxes;
    this.m = m;
    this.lowerAt = new Int32Array(count * m);
    this.upperAt = new Int32Array(count * m);
    this.levels = Array.from({ length: m }, (_, j) => {
      const seen = new Set<number>();
      for (let c = 0; c < count; c++) {
        if (lower[c * m + j] > -Infinity) seen.add(lower[c * m + j]);
        seen.add(upper[c * m + j]);
      }
      const sorted = Float64Array.from(seen).sort();
      const place = new Map(Array.from(sorted, (v, i) => [v, i]));
      for (let c = 0; c < count; c++) {
        this.lowerAt[c * m + j] = place.get(lower[c * m + j]) ?? -1;
        this.upperAt[c * m + j] = place.get(upper[c * m + j]) as number;
      }
      return sorted;
    });
    this.stretched = this.levels.map((levels, j) => stretches[j] && mergedWith(stretches[j], levels));
    const scratch = (): Float64Array[] => this.levels.map((l) => new Float64Array(l.length));
    this.logG = scratch();
    this.towardsMean = scratch();
    this.towardsDeviation = scratch();
    this.terms = new Float64Array(count);
    this.factor = new Float64Array(count * m);
  }

  /**
   * log EHVI at mean and deviation (m values each; deviation 0: known). −Infinity where nothing can be gained. With
   * `gradients` (2m values) writes ∂/∂mean then ∂/∂deviation; 0 for known objectives.
   */
  log(mean: ArrayLike<number>, deviation: ArrayLike<number>, gradients?: Float64Array): number {
    const { m, boxes, terms, factor, levels, logG, lowerAt, upperAt } = this;
    const { count, lower, upper, weights } = boxes;
    for (let j = 0; j < m; j++) if (deviation[j] > 0) this.fill(j, mean[j], deviation[j], gradients !== undefined);
    let top = -Infinity;
    for (let c = 0; c < count; c++) {
      let sum = weights ? Math.log(weights[c]) : 0;
      for (let j = 0; j < m && sum > -Infinity; j++) {
        const at = c * m + j;
        let term: number;
        if (!(deviation[j] > 0)) {
          term = Math.log(Math.max(0, upper[at] - Math.max(lower[at], mean[j])));
        } else {
          const a = logG[j][upperAt[at]];
          const l = lowerAt[at];
          term = l < 0 ? a : a + Math.log(difference(logG[j][l], a, levels[j][l], upper[at]));
        }
        factor[at] = term;
        sum += term;
      }
      terms[c] = sum;
      if (sum > top) top = sum;
    }
    if (top === -Infinity) {
      gradients?.fill(0);
      return -Infinity;
    }
    let total = 0;
    for (let c = 0; c < count; c++) total += Math.exp(terms[c] - top);
    const value = top + Math.log(total);
    if (gradients) {
      gradients.fill(0);
      for (let c = 0; c < count; c++) {
        const share = Math.exp(terms[c] - value);
        if (share < 1e-14) continue;
        for (let j = 0; j < m; j++) if (deviation[j] > 0) this.addGradient(c * m + j, j, share, gradients);
      }
    }
    return value;
  }

  private fill(j: number, mean: number, deviation: number, slopes: boolean): void {
    const stretched = this.stretched[j];
    if (stretched) {
      this.fillStretched(j, stretched, mean, deviation, slopes);
      return;
    }
    const levels = this.levels[j];
    const logS = Math.log(deviation);
    for (let i = 0; i < levels.length; i++) {
      const z = (levels[i] - mean) / deviation;
      this.logG[j][i] = logS + normal.logH(z);
      if (!slopes) continue;
      // ∂G/∂μ = −Φ(z) and ∂G/∂s = φ(z) = h − zΦ, both over G.
      const slope = normal.logHSlope(z);
      this.towardsMean[j][i] = -slope / deviation;
      this.towardsDeviation[j][i] = (1 - z * slope) / deviation;
    }
  }

  /** As fill, G being the sum over the pieces of equal units of their length times what G there gains. */
  private fillStretched(j: number, { at, log, level }: NonNullable<(typeof this.stretched)[number]>, mean: number, deviation: number, slopes: boolean): void {
    const logS = Math.log(deviation);
    let total = -Infinity;
    let before = -Infinity;
    // ∂/∂μ and ∂/∂s of the total, over the total; and of G at the last place, over G.
    let [toMean, toDeviation, meanBefore, deviationBefore] = [0, 0, 0, 0];
    for (let i = 0; i < at.length; i++) {
      const z = (at[i] - mean) / deviation;
      const here = logS + normal.logH(z);
      const piece = log[i] + here + (i > 0 ? Math.log(difference(before, here, at[i - 1], at[i])) : 0);
      const top = Math.max(total, piece);
      const sum = top + Math.log(Math.exp(total - top) + Math.exp(piece - top));
      if (slopes) {
        const slope = normal.logHSlope(z);
        const [meanHere, deviationHere] = [-slope / deviation, (1 - z * slope) / deviation];
        const [kept, up, down] = [Math.exp(total - sum), Math.exp(log[i] + here - sum), Math.exp(log[i] + before - sum)];
        toMean = kept * toMean + up * meanHere - down * meanBefore;
        toDeviation = kept * toDeviation + up * deviationHere - down * deviationBefore;
        [meanBefore, deviationBefore] = [meanHere, deviationHere];
      }
      [total, before] = [sum, here];
      if (level[i] < 0) continue;
      this.logG[j][level[i]] = total;
      this.towardsMean[j][level[i]] = toMean;
      this.towardsDeviation[j][level[i]] = toDeviation;
    }
  }

  private addGradient(at: number, j: number, share: number, out: Float64Array): void {
    const u = this.upperAt[at];
    const l = this.lowerAt[at];
    const { m } = this;
    if (l < 0) {
      out[j] += share * this.towardsMean[j][u];
      out[m + j] += share * this.towardsDeviation[j][u];
      return;
    }
    const ratio = Math.exp(this.logG[j][l] - this.logG[j][u]);
    const rest = Math.max(1 - ratio, 1e-12);
    out[j] += (share * (this.towardsMean[j][u] - ratio * this.towardsMean[j][l])) / rest;
    out[m + j] += (share * (this.towardsDeviation[j][u] - ratio * this.towardsDeviation[j][l])) / rest;
  }
}

/** Levels and the knots below the last of them, in order; `level` is −1 at a knot. */
function mergedWith({ knots, slopes }: Stretch, levels: Float64Array): { at: Float64Array; log: Float64Array; level: Int32Array } {
  const last = levels[levels.length - 1];
  const at = Float64Array.from(new Set([...levels, ...knots.filter((v) => v < last)])).sort();
  const place = new Map(Array.from(levels, (v, i) => [v, i]));
  let k = 0;
  const log = at.map((v) => {
    while (k < knots.length && knots[k] < v) k++;
    return Math.log(slopes[k]);
  });
  return { at, log, level: Int32Array.from(at, (v) => place.get(v) ?? -1) };
}

/** 1 − G(l)/G(u) from their logarithms. */
function difference(logLower: number, logUpper: number, lower: number, upper: number): number {
  if (!(upper > lower)) return 0;
  const gap = logLower - logUpper;
  return gap < 0 ? -Math.expm1(gap) : 1e-300;
}

/** log EHVI of one belief; see HypervolumeImprovement for many over the same decomposition. */
export function logEhvi(boxes: BoxDecomposition, mean: ArrayLike<number>, deviation: ArrayLike<number>): number {
  return new HypervolumeImprovement(boxes).log(mean, deviation);
}

/** Expected hypervolume improvement of one belief. */
export function ehvi(boxes: BoxDecomposition, mean: ArrayLike<number>, deviation: ArrayLike<number>): number {
  return Math.exp(logEhvi(boxes, mean, deviation));
}
