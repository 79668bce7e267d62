import type { Rng } from '../../../base';
import { crowdingDistance, nonDominatedSort } from '../../../moo';
import type { Individual } from './individuals';

/**
 * Fronts under constraint domination, best first, as indices: the feasible ones by dominance, then the others one by
 * one by how much they violate, equal ones together (Deb et al. 2002, section VI).
 */
export function constrainedFronts(pool: readonly Individual[]): number[][] {
  const all = pool.map((_, i) => i);
  const feasible = all.filter((i) => pool[i].violation <= 0);
  const ranks = nonDominatedSort(feasible.map((i) => pool[i].f));
  const fronts: number[][] = [];
  feasible.forEach((i, k) => (fronts[ranks[k]] ??= []).push(i));
  const broken = all.filter((i) => pool[i].violation > 0).sort((a, b) => pool[a].violation - pool[b].violation || a - b);
  broken.forEach((i, k) => {
    if (k > 0 && pool[broken[k - 1]].violation === pool[i].violation) fronts[fronts.length - 1].push(i);
    else fronts.push([i]);
  });
  return fronts;
}

/** A population with what decides its tournaments. */
export interface Ranked {
  readonly members: readonly Individual[];
  readonly rank: readonly number[];
  readonly crowding: readonly number[];
}

/** Rank and crowding of each. */
export function rankPopulation(members: readonly Individual[]): Ranked {
  const rank = new Array<number>(members.length).fill(0);
  const crowding = new Array<number>(members.length).fill(0);
  constrainedFronts(members).forEach((front, r) => {
    const distances = crowdingDistance(front.map((i) => members[i].f));
    front.forEach((i, k) => {
      rank[i] = r;
      crowding[i] = distances[k];
    });
  });
  return { members, rank, crowding };
}

/** The better of two drawn at random: by rank, then by crowding. */
export function tournament(population: Ranked, rng: Rng): Individual {
  const { members, rank, crowding } = population;
  const a = rng.integer(0, members.length - 1);
  const b = rng.integer(0, members.length - 1);
  const first = rank[a] < rank[b] || (rank[a] === rank[b] && crowding[a] >= crowding[b]);
  return members[first ? a : b];
}

/** The best `size` of a pool: whole fronts while they fit, then `pick` of the one that does not. */
export function surviving(
  pool: readonly Individual[],
  size: number,
  pick: (kept: readonly number[], front: readonly number[], count: number) => readonly number[],
): Individual[] {
  const kept: number[] = [];
  for (const front of constrainedFronts(pool)) {
    if (kept.length + front.length <= size) kept.push(...front);
    else {
      kept.push(...pick(kept, front, size - kept.length));
      break;
    }
    if (kept.length === size) break;
  }
  return kept.map((i) => pool[i]);
}

/** The least crowded of a front. */
export function leastCrowded(pool: readonly Individual[], front: readonly number[], count: number): number[] {
  const distances = crowdingDistance(front.map((i) => pool[i].f));
  const order = front.map((_, k) => k).sort((a, b) => distances[b] - distances[a] || a - b);
  return order.slice(0, count).map((k) => front[k]);
}
