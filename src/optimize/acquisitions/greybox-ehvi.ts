/*
 * Expected hypervolume improvement where all objectives but one are known before the trial. Minimisation.
 *
 * With the unknown objective Y ~ N(μ, s²) and the known part c, let t₁ < … < t_K be the unknown objective's levels on
 * the front, and V_k the volume, in the known objectives alone, that c dominates inside the reference and that no front
 * point of level ≤ t_k dominates. Reaching below level t_k gains V_{k−1} − V_k for each unit, so
 *     EHVI = Σ_k w_k EI(t_k),   w_k = V_{k−1} − V_k,   the reference being the last level with w = V_K.
 * No weight is negative: log EHVI = logsumexp(log w + log EI), without Monte Carlo. The levels and weights depend on c
 * alone; they also say which levels of the unknown objective are worth reaching at all.
 */
import { normal } from '../../math';
import type { BoxDecomposition } from '../../moo';

/** Levels of the unknown objective in ascending order, and what a unit below each is worth. Weights are > 0. */
export interface ImprovementLevels {
  /** Levels of the unknown objective. */
  readonly levels: Float64Array;
  /** Volume that a unit below each level gains. */
  readonly weights: Float64Array;
}

/** Computes levels and weights for many candidates over one decomposition of the non-dominated region. */
export class GreyboxImprovement {
  private readonly edges: Float64Array;
  private readonly lowerAt: Int32Array;
  private readonly upperAt: Int32Array;
  private readonly gains: Float64Array;

  constructor(
    private readonly boxes: BoxDecomposition,
    /** Which objective is unknown. */
    private readonly unknown: number,
  ) {
    const { m, count, lower, upper } = boxes;
    const seen = new Set<number>();
    for (let c = 0; c < count; c++) seen.add(upper[c * m + unknown]).add(lower[c * m + unknown]);
    seen.delete(-Infinity);
    this.edges = Float64Array.from(seen).sort();
    const place = new Map(Array.from(this.edges, (v, i) => [v, i]));
    this.lowerAt = Int32Array.from({ length: count }, (_, c) => place.get(lower[c * m + unknown]) ?? -1);
    this.upperAt = Int32Array.from({ length: count }, (_, c) => place.get(upper[c * m + unknown]) as number);
    this.gains = new Float64Array(this.edges.length);
  }

  /** `known` has m values, of which the unknown objective's is not read. */
  levels(known: ArrayLike<number>): ImprovementLevels {
    const { boxes, unknown, lowerAt, upperAt, gains, edges } = this;
    const { m, count, lower, upper } = boxes;
    gains.fill(0);
    let largest = 0;
    for (let c = 0; c < count; c++) {
      let volume = 1;
      for (let j = 0; j < m; j++) {
        if (j === unknown) continue;
        const at = c * m + j;
        const width = upper[at] - (lower[at] > known[j] ? lower[at] : known[j]);
        if (!(width > 0)) {
          volume = 0;
          break;
        }
        volume *= width;
      }
      if (volume === 0) continue;
      gains[upperAt[c]] += volume;
      if (lowerAt[c] >= 0) gains[lowerAt[c]] -= volume;
      if (volume > largest) largest = volume;
    }
    // What rounding leaves of a difference of equal volumes is no gain.
    const least = 1e-13 * largest;
    let kept = 0;
    for (let k = 0; k < gains.length; k++) if (gains[k] > least) kept++;
    const levels = new Float64Array(kept);
    const weights = new Float64Array(kept);
    for (let k = 0, i = 0; k < gains.length; k++) {
      if (!(gains[k] > least)) continue;
      levels[i] = edges[k];
      weights[i++] = gains[k];
    }
    return { levels, weights };
  }
}

/** EHVI of N(mean, deviation²) over levels and weights. */
export function greyboxEhvi({ levels, weights }: ImprovementLevels, mean: number, deviation: number): number {
  let sum = 0;
  for (let k = 0; k < levels.length; k++) sum += weights[k] * deviation * normal.h((levels[k] - mean) / deviation);
  return sum;
}

/**
 * log EHVI, −Infinity where no level is worth reaching. With `gradient` (2 values) writes ∂/∂mean and ∂/∂deviation.
 */
export function logGreyboxEhvi(
  { levels, weights }: ImprovementLevels,
  mean: number,
  deviation: number,
  gradient?: Float64Array,
): number {
  const n = levels.length;
  let top = -Infinity;
  let total = 0;
  for (let k = 0; k < n; k++) {
    const term = Math.log(weights[k]) + normal.logH((levels[k] - mean) / deviation);
    if (term > top) {
      total = total * Math.exp(top - term) + 1;
      top = term;
    } else total += Math.exp(term - top);
  }
  if (top === -Infinity) {
    gradient?.fill(0);
    return -Infinity;
  }
  const value = top + Math.log(total);
  if (gradient) {
    gradient.fill(0);
    for (let k = 0; k < n; k++) {
      const z = (levels[k] - mean) / deviation;
      const share = Math.exp(Math.log(weights[k]) + normal.logH(z) - value);
      const slope = normal.logHSlope(z);
      gradient[0] -= (share * slope) / deviation;
      gradient[1] += (share * (1 - z * slope)) / deviation;
    }
  }
  return value + Math.log(deviation);
}
