/*
 * Hypervolume improvement over draws of what is not known yet (qEHVI, Daulton et al. 2020, arXiv 2006.05078; qNEHVI,
 * 2021, arXiv 2105.08195), one point at a time: every draw has values for the base points, a front with them and its box
 * decomposition, made once; a further point is judged by what it adds under each, averaged. Batches are made greedily, each
 * point joining the base, which is the sequential greedy form of both papers. By logarithms with a softened edge, so that
 * a slope is left where no draw improves (Ament et al. 2023, arXiv 2310.20708); or exactly.
 */
import type { Rng } from '../../base';
import { normal, scrambledSobol, SOBOL_MAX_DIMENSIONS } from '../../math';
import { boxDecomposition, type BoxDecomposition } from '../../moo';
import { ConditionedSamples } from '../surrogates/conditioned-samples';
import type { AcquisitionState, Place, PreparedAcquisition } from './acquisition';

/** How finely an improvement is averaged over draws. */
export interface SampledOptions {
  /** Draws. Default 64. */
  readonly samples?: number;
}

/** Width of the softened edge, in standardised units. */
const SOFT = 1e-3;

/** Standard normal deviates, samples × d: quasi-random as far as the sequence goes. */
function deviates(samples: number, d: number, rng: Rng): Float64Array[] {
  if (d > SOBOL_MAX_DIMENSIONS) return Array.from({ length: samples }, () => Float64Array.from({ length: d }, () => rng.normal()));
  return scrambledSobol(samples, d, rng).map((row) => Float64Array.from(row, (u) => normal.quantile(Math.min(1 - 1e-9, Math.max(1e-9, u)))));
}

/** log softplus of x at width SOFT, and its slope. */
function softened(x: number): { value: number; slope: number } {
  const t = x / SOFT;
  if (t > 30) return { value: Math.log(x), slope: 1 / x };
  if (t < -30) return { value: t + Math.log(SOFT), slope: 1 / SOFT };
  const plus = Math.log1p(Math.exp(t));
  return { value: Math.log(SOFT * plus), slope: 1 / ((1 + Math.exp(-t)) * SOFT * plus) };
}

/**
 * log hypervolume that y adds to the region that the boxes leave, exactly or softened in the objectives that are not
 * known; `slope` (m) becomes its gradient. −Infinity where nothing is added.
 */
export function logImprovement(boxes: BoxDecomposition, y: Float64Array, soft: readonly boolean[], slope?: Float64Array): number {
  const { m, count, lower, upper } = boxes;
  const slopes = new Float64Array(m);
  let top = -Infinity;
  let total = 0;
  slope?.fill(0);
  for (let c = 0; c < count; c++) {
    let term = 0;
    for (let j = 0; j < m && term > -Infinity; j++) {
      const at = c * m + j;
      const full = upper[at] - lower[at];
      const side = upper[at] - y[j];
      slopes[j] = 0;
      if (soft[j]) {
        const { value, slope: s } = softened(side);
        if (full < Infinity && value > Math.log(full)) term += Math.log(full);
        else {
          term += value;
          slopes[j] = -s;
        }
      } else if (side >= full) term += Math.log(full);
      else {
        term += side > 0 ? Math.log(side) : -Infinity;
        slopes[j] = -1 / side;
      }
    }
    if (term === -Infinity) continue;
    // A running logsumexp, its gradient along.
    if (term > top) {
      const shrink = Math.exp(top - term);
      total = total * shrink + 1;
      if (slope) for (let j = 0; j < m; j++) slope[j] = slope[j] * shrink + slopes[j];
      top = term;
    } else {
      const share = Math.exp(term - top);
      total += share;
      if (slope) for (let j = 0; j < m; j++) slope[j] += share * slopes[j];
    }
  }
  if (top === -Infinity) return -Infinity;
  if (slope) for (let j = 0; j < m; j++) slope[j] /= total;
  return top + Math.log(total);
}

/** log of the mean improvement over draws at `base`; each draw's front is that of the base and of `front`. */
export function sampledImprovement(
  state: AcquisitionState,
  base: readonly Place[],
  front: readonly (readonly number[])[],
  soft: boolean,
  { samples = 64 }: SampledOptions,
): PreparedAcquisition {
  const { posteriors, reference, rng } = state;
  const m = posteriors.length;
  const b = base.length;
  const z = deviates(samples, m * (b + 1), rng);
  const rows = base.map(({ row }) => row);
  const conditioned = posteriors.map((posterior, j) => posterior && new ConditionedSamples(posterior, rows, z.map((one) => one.slice(j * (b + 1), (j + 1) * (b + 1) - 1))));
  const boxes = z.map((_, s) => {
    const drawn = base.map(({ known }, i) => posteriors.map((__, j) => conditioned[j]?.draws[s][i] ?? known[j]));
    return boxDecomposition([...front, ...drawn] as number[][], reference as number[]);
  });
  const softIn = posteriors.map((posterior) => soft && posterior !== undefined);
  const y = new Float64Array(m);
  const logs = new Float64Array(samples);
  const slopes = z.map(() => new Float64Array(m));
  return ({ row, known }, gradient) => {
    for (const one of conditioned) one?.at(row, gradient !== undefined);
    let top = -Infinity;
    for (let s = 0; s < samples; s++) {
      for (let j = 0; j < m; j++) {
        const one = conditioned[j];
        y[j] = one ? one.means[s] + one.deviation * z[s][(j + 1) * (b + 1) - 1] : known[j];
      }
      logs[s] = logImprovement(boxes[s], y, softIn, gradient && slopes[s]);
      top = Math.max(top, logs[s]);
    }
    if (top === -Infinity) return -Infinity;
    let total = 0;
    for (const one of logs) total += Math.exp(one - top);
    if (gradient) {
      conditioned.forEach((one, j) => {
        if (!one) return;
        const towards = Float64Array.from(logs, (l, s) => (Math.exp(l - top) / total) * slopes[s][j]);
        let towardsDeviation = 0;
        for (let s = 0; s < samples; s++) towardsDeviation += towards[s] * z[s][(j + 1) * (b + 1) - 1];
        one.addGradient(row, towards, towardsDeviation, gradient);
      });
    }
    return top + Math.log(total / samples);
  };
}
