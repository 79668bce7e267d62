/* What a study's outcomes could be at some candidates: one draw of every surrogate, jointly over the candidates. */
import { type Rng } from '../../../base';
import { choleskyWithJitter, dot } from '../../../math';
import type { Posterior } from '../../surrogates/posterior';
import type { Models } from '../bayesian/models';
import type { Candidate } from '../bayesian/problem';

/** One draw at q candidates, in the units of the models. */
export interface Outcomes {
  /** q × m, minimised; known objectives as they are. */
  readonly values: number[][];
  /** q sums of what uncertain constraints are broken by, in their standard deviations: 0 where feasible. */
  readonly violation: Float64Array;
}

/** A draw of the latent function at the points, jointly (q values). */
export function drawAt(posterior: Posterior, points: readonly Float64Array[], rng: Rng): Float64Array {
  const q = points.length;
  const { mean, covariance } = posterior.joint(points);
  const { factor } = choleskyWithJitter(covariance, q);
  const z = Float64Array.from({ length: q }, () => rng.normal());
  return mean.map((v, i) => v + dot(factor, i * q, z, 0, i + 1));
}

/** One draw of everything that is modelled at the candidates. */
export function drawOutcomes(models: Models, candidates: readonly Candidate[], rng: Rng): Outcomes {
  const rows = candidates.map(({ u, known }) => models.features.row(u, known));
  const values = candidates.map(({ known }) => [...known.values]);
  models.objectives.forEach((surrogate, j) => {
    if (!surrogate) return;
    drawAt(surrogate.posterior, rows, rng.fork(`objective ${j}`)).forEach((v, i) => (values[i][j] = v));
  });
  const violation = new Float64Array(candidates.length);
  models.constraints.forEach((surrogate, j) => {
    const limit = surrogate.output.toModel(0);
    drawAt(surrogate.posterior, rows, rng.fork(`constraint ${j}`)).forEach((v, i) => (violation[i] += Math.max(0, v - limit)));
  });
  return { values, violation };
}
