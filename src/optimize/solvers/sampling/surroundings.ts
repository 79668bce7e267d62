/* What solvers that draw from surrogates share: first designs, candidates, units. */
import { breathe, type Rng } from '../../../base';
import type { Suggestion } from '../../../study';
import { nextFirstPoint, spread } from '../bayesian/first-design';
import { lastResort } from '../bayesian/last-resort';
import type { Models } from '../bayesian/models';
import { toCandidate, type Candidate, type Problem } from '../bayesian/problem';
import { aroundFront } from '../bayesian/search';

/** Up to n points of a first design of `wanted` trials, counting those that the problem has; adds them to `taken`. */
export async function firstDesign(
  problem: Problem,
  wanted: number,
  n: number,
  taken: Set<string>,
  rng: Rng,
  signal?: AbortSignal,
): Promise<Suggestion[]> {
  const { observations, failures, pending } = problem;
  const done = observations.length + failures.length + pending.length;
  const chosen: Candidate[] = [];
  while (chosen.length < n && (done + chosen.length < wanted || observations.length === 0)) {
    const round = rng.fork(`first ${chosen.length}`);
    const point = (await nextFirstPoint(problem, round, taken, chosen.map((c) => c.u), { signal })) ?? lastResort(problem, taken, round);
    taken.add(point.id);
    chosen.push(point);
  }
  return chosen.map(({ params }) => ({ params, explanation: { stage: 'first design' } }));
}

/** About `count` candidates: half of them anywhere, half in steps of all sizes around the front. */
export async function candidatesNearAndWide(
  problem: Problem,
  count: number,
  taken: ReadonlySet<string>,
  rng: Rng,
  signal?: AbortSignal,
): Promise<Candidate[]> {
  const seen = new Set(taken);
  const found = await spread(problem, rng.fork('wide'), seen, count - (count >> 1), { tries: 1, signal });
  for (const { id } of found) seen.add(id);
  for (const [i, x] of aroundFront(problem, rng.fork('front'), count >> 1).entries()) {
    if (i % 32 === 0) await breathe(signal, 'the search');
    const candidate = toCandidate(problem, x, seen);
    if (!candidate) continue;
    seen.add(candidate.id);
    found.push(candidate);
  }
  return found;
}

/** Values (m, minimised) in the units of the models. */
export function inModelUnits(models: Models, values: readonly number[]): number[] {
  return values.map((v, j) => models.objectives[j]?.output.toModel(v) ?? v);
}
