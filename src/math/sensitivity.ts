/*
 * Sobol's variance-based sensitivity indices of a function of independent uniform variables, by the pick-freeze design of
 * Saltelli, Annoni, Azzini, Campolongo, Ratto and Tarantola (Comput. Phys. Commun. 181, 2010) over a Sobol sequence:
 * first order by their equation (b), total by Jansen's formula.
 */
import { check, type Rng } from '../base';
import { scrambledSobol } from './sobol';

/** Sobol indices of a function over the unit cube (Saltelli et al. 2010), and its moments there. */
export interface Sensitivity {
  /** Share of the variance that each variable explains alone (d). */
  readonly first: number[];
  /** Share that is left when all others are known (d): alone and together with others. */
  readonly total: number[];
  /** Of the function over the cube. */
  readonly mean: number;
  /** Of the function over the cube; the shares are of this. */
  readonly variance: number;
}

/** Indices of f over the unit cube [0, 1)ᵈ from `samples` (d + 2) evaluations; all 0 where f is constant. */
export function sobolIndices(f: (x: Float64Array) => number, d: number, rng: Rng, samples = 1024): Sensitivity {
  check(Number.isInteger(d) && d >= 1, 'd', d, 'an integer ≥ 1');
  check(Number.isInteger(samples) && samples >= 2, 'samples', samples, 'an integer ≥ 2');
  const points = scrambledSobol(samples, 2 * d, rng);
  const a = points.map((p) => Float64Array.from(p.slice(0, d)));
  const b = points.map((p) => Float64Array.from(p.slice(d)));
  const fa = a.map(f);
  const fb = b.map(f);
  const all = [...fa, ...fb];
  const mean = all.reduce((sum, v) => sum + v / all.length, 0);
  const variance = all.reduce((sum, v) => sum + (v - mean) ** 2 / all.length, 0);
  const first = new Array<number>(d).fill(0);
  const total = new Array<number>(d).fill(0);
  if (!(variance > 1e-24 * mean * mean)) return { first, total, mean, variance };
  for (let k = 0; k < d; k++) {
    for (let i = 0; i < samples; i++) {
      const mixed = Float64Array.from(a[i]);
      mixed[k] = b[i][k];
      const fm = f(mixed);
      // Centred, which leaves the expectation as it is and lowers the variance of the estimate.
      first[k] += ((fb[i] - mean) * (fm - fa[i])) / (samples * variance);
      total[k] += (fa[i] - fm) ** 2 / (2 * samples * variance);
    }
  }
  return { first, total, mean, variance };
}
