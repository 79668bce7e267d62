/*
 * The rank-sum test of Mann and Whitney (Ann. Math. Stat. 18(1), 1947): do values of one sample tend to be larger than
 * those of another? Ranks alone count, so nothing is assumed of the distributions. The null distribution is that of all
 * ways of dealing the pooled mid-ranks to the two samples, counted out exactly, ties included; only where the samples
 * are large does the normal approximation (with the correction for ties) stand in.
 */
import { check } from '../base';
import * as normal from './normal';

/** What `mannWhitney` finds between two samples. */
export interface RankTest {
  /** Pairs in which the first sample's value is the larger; ties count half. From 0 to n · m. */
  readonly u: number;
  /** u / (n · m): the probability that a value of the first sample beats one of the second. ½ is no difference. */
  readonly superiority: number;
  /** Probability of ranks at least so far apart, were both samples of one distribution. */
  readonly p: number;
  /** Whether p was counted out, not approximated. */
  readonly exact: boolean;
}

/** What `mannWhitney` tests against, and how. */
export interface RankTestOptions {
  /** What is held against "no difference": a difference (default), the first being larger, or smaller. */
  readonly alternative?: 'two-sided' | 'greater' | 'less';
  /** Values in both samples together up to which p is counted out. Default 100. */
  readonly exactUpTo?: number;
}

/** Twice the mid-rank of each value (integers), in the order given. */
function doubledRanks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((i, j) => values[i] - values[j]);
  const ranks = new Array<number>(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    for (let k = start; k < end; k++) ranks[order[k]] = start + end + 1;
    start = end;
  }
  return ranks;
}

/** How many choices of n among the ranks have each sum: counts, indexed by the sum. */
function sumsOf(ranks: readonly number[], n: number): Float64Array {
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  const counts = Array.from({ length: n + 1 }, () => new Float64Array(total + 1));
  counts[0][0] = 1;
  ranks.forEach((rank, seen) => {
    for (let k = Math.min(n, seen + 1); k >= 1; k--) {
      for (let sum = total; sum >= rank; sum--) counts[k][sum] += counts[k - 1][sum - rank];
    }
  });
  return counts[n];
}

/**
 * Mann-Whitney U test of two independent samples (n and m values).
 *
 * Two-sided, p is the share of deals whose U lies at least as far from n · m / 2.
 * @throws ArgumentError for an empty sample or a value that is no number
 */
export function mannWhitney(a: readonly number[], b: readonly number[], options: RankTestOptions = {}): RankTest {
  const { alternative = 'two-sided', exactUpTo = 100 } = options;
  check(a.length > 0 && !a.some(Number.isNaN), 'a', a, 'at least one number');
  check(b.length > 0 && !b.some(Number.isNaN), 'b', b, 'at least one number');
  const [n, m] = [a.length, b.length];
  const ranks = doubledRanks([...a, ...b]);
  const smallest = n * (n + 1);
  // Doubled throughout, so that half ranks stay integers: U = rank sum less the smallest possible one.
  const doubled = ranks.slice(0, n).reduce((sum, rank) => sum + rank, 0) - smallest;
  const u = doubled / 2;
  const middle = n * m;
  const beyond = (other: number): boolean => {
    if (alternative === 'greater') return other >= doubled;
    if (alternative === 'less') return other <= doubled;
    return Math.abs(other - middle) >= Math.abs(doubled - middle);
  };
  const result = { u, superiority: u / (n * m) };
  if (n + m <= exactUpTo) {
    const counts = sumsOf(ranks, n);
    let all = 0;
    let far = 0;
    counts.forEach((count, sum) => {
      all += count;
      if (beyond(sum - smallest)) far += count;
    });
    return { ...result, p: far / all, exact: true };
  }
  return { ...result, p: approximate(u, ranks, n, m, alternative), exact: false };
}

function approximate(u: number, ranks: readonly number[], n: number, m: number, alternative: string): number {
  const size = n + m;
  const groups = new Map<number, number>();
  for (const rank of ranks) groups.set(rank, (groups.get(rank) ?? 0) + 1);
  let ties = 0;
  for (const t of groups.values()) ties += t ** 3 - t;
  const deviation = Math.sqrt(((n * m) / 12) * (size + 1 - ties / (size * (size - 1))));
  if (!(deviation > 0)) return 1;
  const away = u - (n * m) / 2;
  // Half a step towards the middle: U is discrete.
  const upper = (distance: number): number => normal.cdf(-(distance - 0.5) / deviation);
  if (alternative === 'greater') return upper(away);
  if (alternative === 'less') return upper(-away);
  return Math.min(1, 2 * upper(Math.abs(away)));
}

/**
 * Holm's correction of several p-values for being several (Scand. J. Stat. 6, 1979): the chance of even one false alarm
 * among all stays below the level that each is held against. In the order given.
 */
export function holm(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((i, j) => p[i] - p[j]);
  const corrected = new Array<number>(p.length);
  let least = 0;
  order.forEach((at, k) => {
    least = Math.max(least, Math.min(1, (p.length - k) * p[at]));
    corrected[at] = least;
  });
  return corrected;
}
