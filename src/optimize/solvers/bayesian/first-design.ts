/*
 * The first points, one at a time: of a set of allowed candidates the one that makes the design so far most even, by
 * the maximum projection criterion of Joseph, Gul and Ba (Biometrika 102, 2015), Σ 1/Π δ², which asks for distance in
 * every projection as a Latin hypercube does. Distances wrap round, or else the corners would draw the first points.
 * One at a time, because a study may be interrupted, filtered or given points by hand, and must go on all the same.
 */
import { scrambledSobol } from '../../../math';
import { breathe, type Rng } from '../../../base';
import { sample } from '../../../space';
import { drawByPrior, type Prior } from '../../prior';
import { candidateOf, toCandidate, type Candidate, type Problem } from './problem';

/** How far first points keep from the ends of continuous ranges: in many dimensions most of the volume is at the rim. */
const INWARD = 0.25;

/** Up to `count` candidates spread over the space, drawn `inward`; fewer where the filters leave fewer. */
export async function spread(
  problem: Problem,
  rng: Rng,
  taken: ReadonlySet<string>,
  count: number,
  { tries = 4, inward = 0, signal }: { tries?: number; inward?: number; signal?: AbortSignal } = {},
): Promise<Candidate[]> {
  const found: Candidate[] = [];
  const seen = new Set(taken);
  const keep = (candidate: Candidate | undefined): void => {
    if (!candidate) return;
    seen.add(candidate.id);
    found.push(candidate);
  };
  const d = problem.columns.length;
  for (let round = 0; round < tries && found.length < count; round++) {
    for (const [i, point] of scrambledSobol(count, d, rng.fork(`sobol ${round}`)).entries()) {
      // A known function may take milliseconds: an interrupt must not wait for all of them.
      if (i % 32 === 0) await breathe(signal, 'the search');
      const x = point.map((v, k) => (problem.columns[k].kind === 'continuous' ? 0.5 + (1 - inward) * (v - 0.5) : v));
      if (found.length < count) keep(toCandidate(problem, x, seen));
    }
  }
  if (found.length > 0) return found;
  // Where the space's own constraints leave little, its sampler knows how to find it.
  for (let i = 0; i < 64; i++) keep(candidateOf(problem, sample(problem.space, rng), seen));
  return found;
}

function crowding(problem: Problem, a: Float64Array, b: Float64Array): number {
  let product = 1;
  problem.columns.forEach((column, k) => {
    let delta = Math.abs(a[k] - b[k]);
    if (column.kind === 'categorical') delta = delta === 0 ? 0 : 0.5;
    else if (column.kind === 'continuous') delta = Math.min(delta, 1 - delta);
    product *= delta * delta + 0.01;
  });
  return 1 / product;
}

/** The candidate that evens out the design best, or undefined where none is allowed. */
export async function nextFirstPoint(
  problem: Problem,
  rng: Rng,
  taken: ReadonlySet<string>,
  extra: readonly Float64Array[],
  { count = 256, prior, signal }: { count?: number; prior?: Prior; signal?: AbortSignal } = {},
): Promise<Candidate | undefined> {
  const design = [...problem.observations.map((o) => o.u), ...[...problem.failures, ...problem.pending].map((p) => p.u), ...extra];
  let best: Candidate | undefined;
  let least = Infinity;
  const evenly = await spread(problem, rng, taken, count, { inward: prior ? 0 : INWARD, signal });
  const candidates = prior ? drawByPrior(evenly, prior, Math.max(8, count >> 4), rng.fork('prior')) : evenly;
  if (design.length === 0) return candidates[0];
  for (const candidate of candidates) {
    let sum = 0;
    for (const u of design) sum += crowding(problem, candidate.u, u);
    if (sum < least) {
      least = sum;
      best = candidate;
    }
  }
  return best;
}
