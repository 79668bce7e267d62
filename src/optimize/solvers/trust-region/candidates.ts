/* Candidates inside a trust region. */
import { breathe, type Rng } from '../../../base';
import { scrambledSobol } from '../../../math';
import { toCandidate, type Candidate, type Problem } from '../bayesian/problem';

/** Sides of a region of this length around a centre: of each column as its lengthscale is to their geometric mean. */
export function sidesOf(length: number, lengthscales: ArrayLike<number>, d: number): Float64Array {
  let logs = 0;
  for (let k = 0; k < d; k++) logs += Math.log(lengthscales[k]) / d;
  // A parameter that does not matter has a lengthscale without end: it may move as far as it can, the others keep theirs.
  return Float64Array.from({ length: d }, (_, k) => length * Math.min(4, Math.max(0.25, lengthscales[k] / Math.exp(logs))));
}

/** Columns that move at once, on average, as in TuRBO: few of many. */
const MOVED = 20;

/**
 * Up to `count` allowed candidates in the box of `sides` around `centre`, cut to the unit cube: points of a scrambled
 * Sobol sequence in some of the columns, the centre's own value in the others. A categorical column may change to any
 * other choice, the more likely the longer its side.
 */
export async function candidatesInside(
  problem: Problem,
  centre: ArrayLike<number>,
  sides: ArrayLike<number>,
  count: number,
  taken: ReadonlySet<string>,
  rng: Rng,
  signal?: AbortSignal,
): Promise<Candidate[]> {
  const { columns } = problem;
  const d = columns.length;
  const seen = new Set(taken);
  const found: Candidate[] = [];
  const share = Math.min(1, MOVED / d);
  for (let round = 0; round < 4 && found.length < count; round++) {
    const draw = rng.fork(`box ${round}`);
    for (const [i, point] of scrambledSobol(count, d, draw.fork('sobol')).entries()) {
      if (i % 32 === 0) await breathe(signal, 'the search');
      if (found.length >= count) break;
      const sure = draw.integer(0, d - 1);
      const x = Float64Array.from(columns, (column, k) => {
        if (k !== sure && draw.next() >= share) return centre[k];
        if (column.kind === 'categorical') return draw.next() < sides[k] ? point[k] : centre[k];
        // A level up or down is always within reach.
        const half = Math.max(sides[k] / 2, Number.isFinite(column.levels) ? 1 / column.levels : 0);
        const low = Math.max(0, centre[k] - half);
        return low + (Math.min(1, centre[k] + half) - low) * point[k];
      });
      const candidate = toCandidate(problem, x, seen);
      if (!candidate) continue;
      seen.add(candidate.id);
      found.push(candidate);
    }
  }
  return found;
}
