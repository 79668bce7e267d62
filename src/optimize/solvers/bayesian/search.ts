/*
 * Looks for the candidate of greatest acquisition in a mixed space. A wide sample and steps around the front are
 * scored; from the best few, quasi-Newton climbs over the columns that may be treated as continuous alternate with
 * steps through the neighbours of the discrete ones (as BoTorch's optimize_acqf_mixed_alternating does).
 * Known functions may be slow user code: each is asked once a point, and no more than `maxKnownCalls` times in all.
 */
import { breathe, clamp, paced, type Rng, type Steps } from '../../../base';
import { minimizeBoundedSteps } from '../../../math';
import { spread } from './first-design';
import { bestOf, toCandidate, type Candidate, type Problem } from './problem';
import type { Scorer } from './scorer';

/** How an acquisition's maximum is looked for: a wide sample, and climbs from the best of it. */
export interface SearchOptions {
  /** Points of the wide sample, and of that around the front (64 a column, at least 128 and at most 512). */
  readonly samples?: number;
  /** Points that are climbed from (8). */
  readonly starts?: number;
  /** Calls of known functions for one suggestion, at most (3000). */
  readonly maxKnownCalls?: number;
}

/** Evaluations of the first climb from each start. */
const FIRST_CLIMB = 12;

export interface Scored extends Candidate {
  readonly score: number;
}

/** Which columns a climb by gradients may move: continuous ones that no known function depends on. */
export async function freeColumns(problem: Problem, rng: Rng, signal?: AbortSignal): Promise<boolean[]> {
  const open = problem.columns.map((column) => column.kind === 'continuous' && column.levels > 1);
  if (!problem.hasKnown || !open.includes(true)) {
    // Without known functions, ordered columns of many levels are climbed as if continuous and then put on the grid.
    return problem.columns.map((column, k) => open[k] || (!problem.hasKnown && column.kind === 'ordered' && column.levels >= 5));
  }
  const bases = await spread(problem, rng, new Set(), 4, { signal });
  return open.map((is, k) => {
    if (!is || bases.length === 0) return false;
    return bases.every((base) => {
      const moved = Float64Array.from(base.u);
      moved[k] = rng.next();
      const other = toCandidate(problem, moved, new Set());
      return other !== undefined && other.known.values.every((v, j) => Object.is(v, base.known.values[j]));
    });
  });
}

export async function search(
  problem: Problem,
  scorer: Scorer,
  taken: ReadonlySet<string>,
  rng: Rng,
  free: readonly boolean[],
  options: SearchOptions & { readonly signal?: AbortSignal } = {},
): Promise<Scored | undefined> {
  const { starts = 8, maxKnownCalls = 3000, signal } = options;
  const samples = options.samples ?? Math.min(512, Math.max(128, 64 * problem.columns.length));
  const limit = problem.calls() + maxKnownCalls;
  const mayCall = (): boolean => !problem.hasKnown || problem.calls() < limit;
  const rate = (candidate: Candidate): Scored => ({ ...candidate, score: scorer.score(candidate.u, candidate.known) });
  const at = (x: ArrayLike<number>): Scored | undefined => {
    if (!mayCall()) return undefined;
    const candidate = toCandidate(problem, x, taken);
    return candidate && rate(candidate);
  };

  const candidates = await spread(problem, rng.fork('wide'), taken, samples, { signal });
  await breathe(signal);
  const wide = await paced(each(candidates, rate), signal, 'the search');
  const near = await paced(each(aroundFront(problem, rng.fork('front'), samples), at), signal, 'the search');
  // Half of the starts from each: near the front the acquisition is higher, but another of its hills may be higher yet.
  const from = [...distinct(near, starts >> 1), ...distinct(wide, starts - (starts >> 1))];
  if (from.length === 0) return undefined;
  return paced(highest(problem, scorer, from, free, at, rng), signal, 'the search');
}

/** Where the climbs from all starts get highest. */
function* highest(
  problem: Problem,
  scorer: Scorer,
  from: readonly Scored[],
  free: readonly boolean[],
  at: (x: ArrayLike<number>) => Scored | undefined,
  rng: Rng,
): Steps<Scored> {
  let starts = from;
  if (!free.includes(false)) {
    // By gradients alone: a little way up from each, then all the way from the few that are highest by then.
    const up: Scored[] = [];
    for (const start of from) {
      const end = yield* climbContinuous(scorer, start, free, at, FIRST_CLIMB);
      up.push(end.score > start.score ? end : start);
    }
    starts = up.sort((a, b) => b.score - a.score).slice(0, Math.ceil(from.length / 3));
  }
  let best = starts.reduce((a, b) => (b.score > a.score ? b : a));
  for (const start of starts) {
    const end = yield* climb(problem, scorer, start, free, at, rng);
    if (end.score > best.score) best = end;
  }
  return best;
}

/** What `f` makes of each, without those that it makes nothing of; to be left after any of them. */
function* each<A, B>(list: readonly A[], f: (one: A) => B | undefined): Steps<B[]> {
  const out: B[] = [];
  for (const one of list) {
    const made = f(one);
    if (made !== undefined) out.push(made);
    yield;
  }
  return out;
}

/** The best few that are not all in one place. */
function distinct(pool: readonly Scored[], count: number): Scored[] {
  const kept: Scored[] = [];
  const order = pool.filter((one) => !Number.isNaN(one.score)).sort((a, b) => b.score - a.score);
  for (const one of order) {
    if (kept.length >= count) break;
    if (kept.every((other) => other.u.some((v, k) => Math.abs(v - one.u[k]) > 0.05))) kept.push(one);
  }
  return kept;
}

/** Steps of all sizes, in one to three columns each, from the points of the front. */
export function aroundFront(problem: Problem, rng: Rng, count: number): Float64Array[] {
  const { front } = bestOf(problem);
  if (front.length === 0) return [];
  const d = problem.columns.length;
  return Array.from({ length: count }, (_, i) => {
    const x = Float64Array.from(front[i % front.length].u);
    const moves = Math.min(d, rng.integer(1, 3));
    for (let move = 0; move < moves; move++) step(problem, x, rng.integer(0, d - 1), rng);
    return x;
  });
}

function step(problem: Problem, x: Float64Array, k: number, rng: Rng): void {
  const column = problem.columns[k];
  if (column.kind === 'categorical' || rng.next() < 0.25) {
    x[k] = rng.next();
    return;
  }
  const size = 10 ** (-2 * rng.next());
  let delta = 0.3 * size * rng.normal();
  if (column.kind === 'ordered' && Math.abs(delta) < 1 / column.levels) delta = (delta < 0 ? -1 : 1) / column.levels;
  x[k] = clamp(x[k] + delta);
}

function* climb(
  problem: Problem,
  scorer: Scorer,
  start: Scored,
  free: readonly boolean[],
  at: (x: ArrayLike<number>) => Scored | undefined,
  rng: Rng,
): Steps<Scored> {
  let best = start;
  for (let round = 0; round < 12; round++) {
    const before = best.score;
    const smooth = yield* climbContinuous(scorer, best, free, at);
    if (smooth.score > best.score) best = smooth;
    best = yield* stepDiscrete(problem, best, free, at, rng);
    if (!(best.score > before + 1e-3)) break;
    if (!free.includes(false)) break;
  }
  return best;
}

function* climbContinuous(
  scorer: Scorer,
  start: Scored,
  free: readonly boolean[],
  at: (x: ArrayLike<number>) => Scored | undefined,
  maxEvaluations = 80,
): Steps<Scored> {
  const columns = free.flatMap((is, k) => (is ? [k] : []));
  if (columns.length === 0 || start.score === -Infinity) return start;
  const full = Float64Array.from(start.u);
  const slope = new Float64Array(full.length);
  const result = yield* minimizeBoundedSteps(
    (x, g) => {
      columns.forEach((k, i) => {
        full[k] = x[i];
      });
      const value = scorer.score(full, start.known, slope);
      columns.forEach((k, i) => {
        g[i] = -slope[k];
      });
      return value === -Infinity ? Infinity : -value;
    },
    columns.map((k) => start.u[k]),
    {
      lower: new Float64Array(columns.length),
      upper: new Float64Array(columns.length).fill(1),
      maxIterations: 50,
      maxEvaluations,
      gradientTolerance: 1e-4,
      functionTolerance: 1e-6,
    },
  );
  columns.forEach((k, i) => {
    full[k] = result.x[i];
  });
  return at(full) ?? start;
}

/** The best neighbour, over and over, until none is better. */
function* stepDiscrete(
  problem: Problem,
  start: Scored,
  free: readonly boolean[],
  at: (x: ArrayLike<number>) => Scored | undefined,
  rng: Rng,
): Steps<Scored> {
  let best = start;
  for (let round = 0; round < 20; round++) {
    const here = best;
    for (const [k, column] of problem.columns.entries()) {
      for (const value of moves(column, here.u[k], free[k], rng)) {
        const x = Float64Array.from(here.u);
        x[k] = value;
        const other = at(x);
        if (other && other.score > best.score) best = other;
        yield;
      }
    }
    if (best === here) break;
  }
  return best;
}

/** Where one column may step to. */
function moves(column: Problem['columns'][number], here: number, free: boolean, rng: Rng): number[] {
  const { kind, levels } = column;
  if (levels <= 1) return [];
  if (kind === 'continuous') {
    // Climbed already where free; else a pattern of steps stands in for the gradient that known functions lack.
    if (free) return [];
    return [0.001, 0.01, 0.03, 0.1].flatMap((size) => {
      const delta = size * (0.5 + rng.next());
      return [here - delta, here + delta].filter((v) => v >= 0 && v <= 1);
    });
  }
  if (kind === 'categorical') {
    return Array.from({ length: levels }, (_, i) => (i + 0.5) / levels).filter((v) => Math.abs(v - here) > 1e-9);
  }
  const jumps = new Set([1, 2, Math.round(levels / 8), Math.round(levels / 4)].filter((jump) => jump >= 1));
  return [...jumps].flatMap((jump) => [here - jump / levels, here + jump / levels]).filter((v) => v > 0 && v < 1);
}
