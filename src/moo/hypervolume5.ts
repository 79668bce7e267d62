/*
 * Five objectives: the points in ascending order of the fifth each add their exclusive volume (see hypervolume.ts),
 * whose limited set is swept in four. The points so far are kept in order of their fourth objective; pushed up they
 * stay in it, so that no limited set is sorted, and what the largest of it dominate is left out before the sweep.
 */
import { sortWithOrder } from './argsort';
import { hypervolume4Ordered } from './hypervolume4';

/** Scratch that calls share: they run one after the other. */
let room = 0;
let keys = new Float64Array(0);
let order = new Int32Array(0);
let before = new Float64Array(0);
let limited = new Float64Array(0);
let volumes = new Float64Array(0);

function reserve(n: number): void {
  if (n <= room) return;
  room = 2 * n;
  keys = new Float64Array(room);
  order = new Int32Array(room);
  before = new Float64Array(4 * room);
  limited = new Float64Array(4 * room);
  volumes = new Float64Array(room);
}

/** Puts (a, b, c, d) into the rows before this one, which ascend in d. */
function insert(count: number, a: number, b: number, c: number, d: number): void {
  let lo = 0;
  let hi = count;
  while (lo < hi) {
    const middle = (lo + hi) >> 1;
    if (before[4 * middle + 3] < d) lo = middle + 1;
    else hi = middle;
  }
  const at = 4 * lo;
  before.copyWithin(at + 4, at, 4 * count);
  before[at] = a;
  before[at + 1] = b;
  before[at + 2] = c;
  before[at + 3] = d;
}

/** So many rows are swept as they are; more are thinned first. */
const FEW = 64;

/** Of the limited rows, the one with the largest volume that was not a pivot yet; −1 without one. */
let best = -1;

/**
 * Takes out what row `pivot` of the `count` limited rows dominates, keeping their order, and marks it as used; the new
 * number of rows.
 */
function thin(count: number, pivot: number): number {
  const rows = limited;
  const sizes = volumes;
  const p = rows[4 * pivot];
  const q = rows[4 * pivot + 1];
  const r = rows[4 * pivot + 2];
  const s = rows[4 * pivot + 3];
  sizes[pivot] = -1;
  let kept = 0;
  let most = 0;
  let largest = -1;
  for (let i = 0; i < count; i++) {
    const at = 4 * i;
    const w = rows[at];
    const x = rows[at + 1];
    const y = rows[at + 2];
    const z = rows[at + 3];
    if (w >= p && x >= q && y >= r && z >= s && i !== pivot) continue;
    const volume = sizes[i];
    if (kept !== i) {
      const to = 4 * kept;
      rows[to] = w;
      rows[to + 1] = x;
      rows[to + 2] = y;
      rows[to + 3] = z;
      sizes[kept] = volume;
    }
    if (volume > most) {
      most = volume;
      largest = kept;
    }
    kept++;
  }
  best = largest;
  return kept;
}

/** The rows before, pushed up to (a, b, c, d), thinned by the largest of them; their number. */
function limit(count: number, a: number, b: number, c: number, d: number, reference: Float64Array): number {
  const rows = limited;
  const sizes = volumes;
  const from = before;
  let largest = -1;
  const r0 = reference[0];
  const r1 = reference[1];
  const r2 = reference[2];
  const r3 = reference[3];
  let most = 0;
  for (let k = 0; k < count; k++) {
    const i = 4 * k;
    let w = from[i];
    let x = from[i + 1];
    let y = from[i + 2];
    let z = from[i + 3];
    if (w < a) w = a;
    if (x < b) x = b;
    if (y < c) y = c;
    if (z < d) z = d;
    rows[i] = w;
    rows[i + 1] = x;
    rows[i + 2] = y;
    rows[i + 3] = z;
    const volume = (r0 - w) * (r1 - x) * (r2 - y) * (r3 - z);
    sizes[k] = volume;
    if (volume > most) {
      most = volume;
      largest = k;
    }
  }
  best = largest;
  let size = count;
  while (best >= 0 && size > FEW) size = thin(size, best);
  return size;
}

/** Hypervolume of the n rows of `data` (n × 5), all inside the reference. */
export function hypervolume5(data: Float64Array, n: number, reference: Float64Array): number {
  reserve(n);
  for (let i = 0; i < n; i++) {
    keys[i] = data[5 * i + 4];
    order[i] = i;
  }
  sortWithOrder(keys, order, n);
  let volume = 0;
  for (let i = 0; i < n; i++) {
    const row = 5 * order[i];
    const a = data[row];
    const b = data[row + 1];
    const c = data[row + 2];
    const d = data[row + 3];
    const own = (reference[0] - a) * (reference[1] - b) * (reference[2] - c) * (reference[3] - d);
    const shared = i === 0 ? 0 : hypervolume4Ordered(limited, limit(i, a, b, c, d, reference), reference);
    volume += (reference[4] - keys[i]) * (own - shared);
    insert(i, a, b, c, d);
  }
  return volume;
}
