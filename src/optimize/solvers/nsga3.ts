/*
 * NSGA-III: as NSGA-II, but the last front is thinned by niches around reference directions instead of crowding, for
 * many objectives (Deb, Jain, IEEE TEC 18(4), 2014; constraints: Jain, Deb, part II).
 */
import { partitionsFor, referenceDirections } from '../../moo';
import type { Optimizer } from '../../study';
import { generational, type GenerationalOptions } from './evolution/generational';
import type { Individual } from './evolution/individuals';
import { constrainedFronts, surviving } from './evolution/selection';

/** Settings of NSGA-III (Deb and Jain 2014). */
export interface Nsga3Options extends GenerationalOptions {
  /** Reference directions (k × m); by default Das–Dennis, as many as there are individuals. */
  readonly directions?: readonly (readonly number[])[];
}

/** Lowest value of each objective, and where the extreme points' plane cuts the axes (the worst value, without one). */
function normalisation(front: readonly (readonly number[])[], all: readonly (readonly number[])[]): { ideal: number[]; span: number[] } {
  const m = front[0].length;
  const ideal = Array.from({ length: m }, (_, j) => all.reduce((low, f) => Math.min(low, f[j]), Infinity));
  const extremes = Array.from({ length: m }, (_, j) => {
    const scalar = (f: readonly number[]): number => f.reduce((worst, v, k) => Math.max(worst, (v - ideal[k]) * (k === j ? 1 : 1e6)), -Infinity);
    return front.reduce((best, f) => (scalar(f) < scalar(best) ? f : best));
  });
  const cuts = intercepts(extremes.map((f) => f.map((v, k) => v - ideal[k])));
  const span = ideal.map((low, j) => {
    const worst = front.reduce((high, f) => Math.max(high, f[j]), -Infinity) - low;
    const cut = cuts?.[j] ?? NaN;
    return cut > 1e-9 && cut <= worst * 1.5 + 1e-12 ? cut : worst > 0 ? worst : 1;
  });
  return { ideal, span };
}

/** Where the plane through m points cuts the axes: solves E a = 1 by elimination; undefined where it has no solution. */
function intercepts(points: readonly (readonly number[])[]): number[] | undefined {
  const m = points.length;
  const rows = points.map((p) => [...p, 1]);
  for (let c = 0; c < m; c++) {
    const pivot = rows.slice(c).reduce((best, row, k) => (Math.abs(row[c]) > Math.abs(rows[best][c]) ? c + k : best), c);
    if (Math.abs(rows[pivot][c]) < 1e-12) return undefined;
    [rows[c], rows[pivot]] = [rows[pivot], rows[c]];
    for (let r = 0; r < m; r++) {
      if (r === c) continue;
      const factor = rows[r][c] / rows[c][c];
      for (let k = c; k <= m; k++) rows[r][k] -= factor * rows[c][k];
    }
  }
  return rows.map((row, c) => row[c] / row[m]);
}

/** The nearest direction to each point, and how far it is from its line. */
function associate(f: readonly number[], directions: readonly (readonly number[])[]): { niche: number; distance: number } {
  let niche = 0;
  let distance = Infinity;
  directions.forEach((w, i) => {
    const length = Math.hypot(...w);
    const along = f.reduce((dot, v, j) => dot + v * w[j], 0) / length;
    const off = Math.sqrt(Math.max(0, f.reduce((sum, v) => sum + v * v, 0) - along * along));
    if (off < distance) {
      niche = i;
      distance = off;
    }
  });
  return { niche, distance };
}

function pickByNiches(pool: readonly Individual[], kept: readonly number[], front: readonly number[], count: number, given?: Nsga3Options['directions']): number[] {
  const m = pool[0].f.length;
  const directions = given ?? referenceDirections(m, partitionsFor(m, Math.max(m, kept.length + count)));
  const candidates = [...kept, ...front];
  const best = constrainedFronts(candidates.map((i) => pool[i]))[0].map((k) => pool[candidates[k]].f);
  const { ideal, span } = normalisation(best, candidates.map((i) => pool[i].f));
  const place = new Map(candidates.map((i) => [i, associate(pool[i].f.map((v, j) => (v - ideal[j]) / span[j]), directions)]));
  const filled = new Array<number>(directions.length).fill(0);
  for (const i of kept) filled[place.get(i)!.niche]++;
  const left = new Set(front);
  const picked: number[] = [];
  while (picked.length < count) {
    // The emptiest niche that still has candidates, and of these the closest to its line.
    let choice = -1;
    for (const i of left) {
      const mine = place.get(i)!;
      const other = choice < 0 ? undefined : place.get(choice)!;
      const emptier = other === undefined ? -1 : filled[mine.niche] - filled[other.niche];
      if (emptier < 0 || (emptier === 0 && mine.distance < other!.distance)) choice = i;
    }
    picked.push(choice);
    left.delete(choice);
    filled[place.get(choice)!.niche]++;
  }
  return picked;
}

/** NSGA-III. Ties between niches go to the point nearest to its direction, so that history alone decides. */
export function nsga3(options: Nsga3Options = {}): Optimizer {
  return generational('NSGA-III', options, (pool, size) =>
    surviving(pool, size, (kept, front, count) =>
      // The infeasible have no place among the directions: they are taken in their order.
      pool[front[0]].violation > 0 ? front.slice(0, count) : pickByNiches(pool, kept, front, count, options.directions),
    ),
  );
}
