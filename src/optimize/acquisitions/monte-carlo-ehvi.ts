/*
 * Expected hypervolume improvement of q points together, from joint samples of their outcomes (Daulton, Balandat and
 * Bakshy 2020, arXiv 2006.05078): the union of what the q points newly dominate, by inclusion and exclusion over their
 * subsets, each an overlap with the boxes of the non-dominated region. Minimisation. Over samples of a posterior that
 * also draws the front anew it is the noisy form (qNEHVI, arXiv 2105.08195).
 */
import { check } from '../../base';
import { boxDecomposition, hypervolumeImprovement, type BoxDecomposition } from '../../moo';

/**
 * Hypervolume that q outcomes (q × m) add together; with `feasible` (q), the share in 0 … 1 by which each outcome counts,
 * that of those which keep the constraints, softened or not (Daulton et al. 2020, appendix C).
 */
export function jointImprovement(boxes: BoxDecomposition, outcomes: readonly ArrayLike<number>[], feasible?: ArrayLike<number>): number {
  const q = outcomes.length;
  check(q <= 12, 'outcomes', q, 'at most 12 points together: subsets are counted out');
  const { m } = boxes;
  const worst = new Float64Array(m);
  let total = 0;
  for (let subset = 1; subset < 1 << q; subset++) {
    worst.fill(-Infinity);
    let odd = false;
    let share = 1;
    for (let i = 0; i < q; i++) {
      if (!((subset >> i) & 1)) continue;
      odd = !odd;
      if (feasible) share *= feasible[i];
      for (let j = 0; j < m; j++) if (outcomes[i][j] > worst[j]) worst[j] = outcomes[i][j];
    }
    const volume = hypervolumeImprovement(boxes, worst);
    total += share * (odd ? volume : -volume);
  }
  return Math.max(0, total);
}

/** Mean joint improvement over samples (S × q × m). */
export function qEhvi(boxes: BoxDecomposition, samples: readonly (readonly ArrayLike<number>[])[]): number {
  let sum = 0;
  for (const outcomes of samples) sum += jointImprovement(boxes, outcomes);
  return sum / samples.length;
}

/** log qEhvi; −Infinity where no sample improves. */
export function logQEhvi(boxes: BoxDecomposition, samples: readonly (readonly ArrayLike<number>[])[]): number {
  return Math.log(qEhvi(boxes, samples));
}

/**
 * The noisy form: for each sample of the outcomes at the points observed (S × n × m) the front is drawn anew, and the
 * improvement of the candidates' outcomes of the same sample (S × q × m) is taken over it.
 */
export function qNoisyEhvi(
  observed: readonly (readonly ArrayLike<number>[])[],
  samples: readonly (readonly ArrayLike<number>[])[],
  reference: ArrayLike<number>,
): number {
  check(observed.length === samples.length, 'samples', samples.length, `${observed.length}, as many as of the observed`);
  let sum = 0;
  samples.forEach((outcomes, s) => {
    sum += jointImprovement(boxDecomposition(observed[s] as ArrayLike<number>[], reference), outcomes);
  });
  return sum / samples.length;
}
