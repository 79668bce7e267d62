/*
 * Exact hypervolume: the volume that a set of points dominates inside a reference point. Minimisation.
 *
 * 2 objectives: a sweep over the sorted points. 3: a sweep along the third with the staircase of the first two
 * (Beume, Fonseca, López-Ibáñez, Paquete, Vahrenhold, "On the complexity of computing the hypervolume indicator",
 * IEEE TEC 13(5), 2009). 4 and 5: sweeps that add to the volume in one dimension less what each point alone contributes
 * to it, over the list of HV4D+ (hypervolume4.ts, hypervolume5.ts): at most quadratic and cubic. 6 and more: exclusive
 * volumes of limited sets (While, Bradstreet, Barone, "A fast way of calculating exact hypervolumes", IEEE TEC 16(1),
 * 2012), which lose one dimension a level where the points are sorted by the last, down to the sweep in 5.
 */
import { check } from '../base';
import { sortWithOrder } from './argsort';
import { hypervolume4 } from './hypervolume4';
import { hypervolume5 } from './hypervolume5';
import { checkPoints } from './points';

/** Points (n × m, row-major) that lie strictly inside the reference. */
export interface FlatPoints {
  data: Float64Array;
  n: number;
}

/** Copies the points strictly inside the reference; checks lengths and numbers. */
function pointsInside(points: readonly ArrayLike<number>[], reference: ArrayLike<number>): FlatPoints {
  const m = reference.length;
  check(m >= 1, 'reference', reference, 'at least one objective');
  check(!Array.from(reference).some(Number.isNaN), 'reference', reference, 'numbers, not NaN');
  const data = new Float64Array(points.length * m);
  let n = 0;
  for (const point of points) {
    if (point.length !== m) check(false, 'points', point, `${m} objectives each, as the reference has`);
    let inside = true;
    for (let j = 0; j < m; j++) {
      const value = point[j];
      if (value !== value) check(false, 'points', point, 'numbers, not NaN');
      data[n * m + j] = value;
      if (!(value < reference[j])) inside = false;
    }
    if (inside) n++;
  }
  return { data, n };
}

function hypervolume2(data: Float64Array, n: number, refX: number, refY: number): number {
  const keys = new Float64Array(n);
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    keys[i] = data[2 * i];
    order[i] = i;
  }
  sortWithOrder(keys, order, n);
  let volume = 0;
  let lowest = refY;
  for (let i = 0; i < n; i++) {
    const y = data[2 * order[i] + 1];
    if (y < lowest) {
      volume += (refX - keys[i]) * (lowest - y);
      lowest = y;
    }
  }
  return volume;
}

function hypervolume3(data: Float64Array, n: number, reference: ArrayLike<number>): number {
  const keys = new Float64Array(n);
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    keys[i] = data[3 * i + 2];
    order[i] = i;
  }
  sortWithOrder(keys, order, n);
  // The staircase of the points so far: x ascending, y descending, between two sentinels.
  const xs = new Float64Array(n + 2);
  const ys = new Float64Array(n + 2);
  xs[0] = -Infinity;
  ys[0] = reference[1];
  xs[1] = reference[0];
  ys[1] = -Infinity;
  let count = 2;
  let area = 0;
  let volume = 0;
  for (let i = 0; i < n; i++) {
    const x = data[3 * order[i]];
    const y = data[3 * order[i] + 1];
    let lo = 1;
    let hi = count - 1;
    while (lo < hi) {
      const middle = (lo + hi) >> 1;
      if (xs[middle] > x) hi = middle;
      else lo = middle + 1;
    }
    if (ys[lo - 1] > y) {
      // A step with the same x and a higher y goes too.
      const at = xs[lo - 1] === x ? lo - 1 : lo;
      let left = x;
      let top = ys[at - 1];
      let end = at;
      while (ys[end] >= y) {
        area += (xs[end] - left) * (top - y);
        left = xs[end];
        top = ys[end];
        end++;
      }
      area += (xs[end] - left) * (top - y);
      const shift = at + 1 - end;
      if (shift !== 0) {
        xs.copyWithin(at + 1, end, count);
        ys.copyWithin(at + 1, end, count);
        count += shift;
      }
      xs[at] = x;
      ys[at] = y;
    }
    const next = i + 1 < n ? keys[i + 1] : reference[2];
    volume += area * (next - keys[i]);
  }
  return volume;
}

/** Rows of `data` (n × m) that no other row dominates, duplicates once, written to the front of `data`; their number. */
function keepNonDominated(data: Float64Array, n: number, m: number): number {
  let kept = 0;
  for (let i = 0; i < n; i++) {
    let dominated = false;
    for (let k = 0; k < kept && !dominated; k++) {
      let better = true;
      let worse = true;
      for (let j = 0; j < m && (better || worse); j++) {
        const mine = data[i * m + j];
        const other = data[k * m + j];
        if (other > mine) better = false;
        if (mine > other) worse = false;
      }
      if (better) dominated = true;
      else if (worse) {
        kept--;
        data.copyWithin(k * m, kept * m, (kept + 1) * m);
        k--;
      }
    }
    if (!dominated) {
      if (kept !== i) data.copyWithin(kept * m, i * m, (i + 1) * m);
      kept++;
    }
  }
  return kept;
}

/** Hypervolume of the n rows of `data` (n × m), all inside the reference. May reorder `data`. */
export function hypervolumeOf(data: Float64Array, n: number, corner: ArrayLike<number>): number {
  const reference = corner instanceof Float64Array ? corner : Float64Array.from(corner);
  const m = reference.length;
  if (n === 0) return 0;
  if (n === 1) {
    let volume = 1;
    for (let j = 0; j < m; j++) volume *= reference[j] - data[j];
    return volume;
  }
  if (m === 1) return reference[0] - data.subarray(0, n).reduce((a, b) => Math.min(a, b));
  if (m === 2) return hypervolume2(data, n, reference[0], reference[1]);
  if (m === 3) return hypervolume3(data, n, reference);
  if (m === 4) return hypervolume4(data, n, reference);
  if (m === 5) return hypervolume5(data, n, reference);
  return exclusiveSum(data, n, reference);
}

/** One set of scratch arrays a dimension of the recursion: levels never share one, and siblings run in turn. */
const scratch: { keys: Float64Array; order: Int32Array; limited: Float64Array }[] = [];

function scratchFor(m: number, n: number): (typeof scratch)[number] {
  const kept = scratch[m] as (typeof scratch)[number] | undefined;
  if (kept !== undefined && kept.keys.length >= n) return kept;
  const room = 2 * n;
  scratch[m] = { keys: new Float64Array(room), order: new Int32Array(room), limited: new Float64Array(room * (m - 1)) };
  return scratch[m];
}

/**
 * As keepNonDominated, for sets where most are dominated by a few: the row with the largest volume up to the reference
 * is dominated by none, and takes out what it dominates; then the next.
 */
function keepByVolume(data: Float64Array, n: number, m: number, reference: Float64Array): number {
  let kept = 0;
  let size = n;
  while (kept < size) {
    let best = kept;
    let most = -1;
    for (let i = kept; i < size; i++) {
      let volume = 1;
      for (let j = 0, at = i * m; j < m; j++, at++) volume *= reference[j] - data[at];
      if (volume > most) {
        most = volume;
        best = i;
      }
    }
    const pivot = kept * m;
    if (best !== kept) {
      for (let j = 0; j < m; j++) {
        const value = data[pivot + j];
        data[pivot + j] = data[best * m + j];
        data[best * m + j] = value;
      }
    }
    kept++;
    let to = kept;
    for (let i = kept; i < size; i++) {
      let j = 0;
      const at = i * m;
      while (j < m && data[at + j] >= data[pivot + j]) j++;
      if (j === m) continue;
      if (to !== i) for (j = 0; j < m; j++) data[to * m + j] = data[at + j];
      to++;
    }
    size = to;
  }
  return kept;
}

/** The first `count` points, each pushed up to the next one in all objectives but the last, which goes (count × (m − 1)). */
function pushUp(data: Float64Array, order: Int32Array, count: number, m: number, limited: Float64Array): void {
  const p = order[count] * m;
  let at = 0;
  for (let k = 0; k < count; k++) {
    const q = order[k] * m;
    for (let j = 0; j < m - 1; j++) {
      const mine = data[p + j];
      const other = data[q + j];
      limited[at++] = other > mine ? other : mine;
    }
  }
}

function exclusiveSum(data: Float64Array, count: number, reference: Float64Array): number {
  const m = reference.length;
  const lower = m - 1;
  const n = keepByVolume(data, count, m, reference);
  const { keys, order, limited } = scratchFor(m, n);
  for (let i = 0; i < n; i++) {
    keys[i] = data[i * m + lower];
    order[i] = i;
  }
  sortWithOrder(keys, order, n);
  const shorter = reference.subarray(0, lower);
  let volume = 0;
  for (let i = 0; i < n; i++) {
    const p = order[i] * m;
    let inside = 1;
    for (let j = 0; j < lower; j++) inside *= reference[j] - data[p + j];
    pushUp(data, order, i, m, limited);
    const size = keepByVolume(limited, i, lower, shorter);
    volume += (reference[lower] - keys[i]) * (inside - hypervolumeOf(limited, size, shorter));
  }
  return volume;
}

/**
 * Volume that the points (n × m) dominate inside the reference point, minimising; exact. Points on or beyond the
 * reference count nothing.
 * @throws ArgumentError where a point has another length than the reference, or holds NaN
 */
export function hypervolume(points: readonly ArrayLike<number>[], reference: ArrayLike<number>): number {
  const { data, n } = pointsInside(points, reference);
  // The sweeps use −Infinity for the ends of their lists.
  if (data.subarray(0, n * reference.length).includes(-Infinity)) return Infinity;
  return hypervolumeOf(data, n, reference);
}

/**
 * Hypervolume as a share of the box between the ideal point and the reference, in [0, 1]: comparable between
 * problems and units.
 * @throws ArgumentError where the ideal point does not lie strictly inside the reference
 */
export function normalizedHypervolume(
  points: readonly ArrayLike<number>[],
  reference: ArrayLike<number>,
  ideal: ArrayLike<number>,
): number {
  const m = reference.length;
  check(ideal.length === m, 'ideal', ideal, `${m} objectives`);
  checkPoints(points, 'points', m);
  for (let j = 0; j < m; j++) check(ideal[j] < reference[j], 'ideal', ideal, 'below the reference in each objective');
  const unit = points.map((point) =>
    Array.from({ length: m }, (_, j) => Math.max(0, (point[j] - ideal[j]) / (reference[j] - ideal[j]))),
  );
  return Math.min(1, hypervolume(unit, new Array<number>(m).fill(1)));
}

/**
 * What each point adds to the hypervolume of the others (n): 0 for dominated, duplicate and outside ones. Dominated
 * points do not lessen what the others contribute.
 */
export function hypervolumeContributions(points: readonly ArrayLike<number>[], reference: ArrayLike<number>): number[] {
  const m = reference.length;
  const { data, n } = pointsInside(points, reference);
  const contributions = new Array<number>(points.length).fill(0);
  const front = data.slice(0, n * m);
  const size = keepNonDominated(front, n, m);
  const shared = new Float64Array(size * m);
  for (let i = 0; i < points.length; i++) {
    const p = points[i];
    let volume = 1;
    for (let j = 0; j < m; j++) volume *= Math.max(0, reference[j] - p[j]);
    if (volume === 0) continue;
    if (volume === Infinity) {
      contributions[i] = Infinity;
      continue;
    }
    // What p dominates together with the others of the front: those points pushed up to p.
    let self = 0;
    let others = 0;
    let dominated = false;
    for (let k = 0; k < size && !dominated; k++) {
      let equal = true;
      let covers = true;
      for (let j = 0; j < m; j++) {
        const value = front[k * m + j];
        if (value !== p[j]) equal = false;
        if (value > p[j]) covers = false;
        shared[others * m + j] = value > p[j] ? value : p[j];
      }
      if (equal) self++;
      else if (covers) dominated = true;
      else others++;
    }
    if (dominated || self === 0) continue;
    const twin = points.some((q, k) => k !== i && Array.from({ length: m }, (_, j) => q[j] === p[j]).every(Boolean));
    if (twin) continue;
    others = keepNonDominated(shared, others, m);
    contributions[i] = Math.max(0, volume - hypervolumeOf(shared, others, reference));
  }
  return contributions;
}
