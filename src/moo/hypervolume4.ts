import { sortWithOrder } from './argsort';

/**
 * Points of three objectives, none dominated, kept twice: in ascending order of x and of z.
 * Both orders are flat arrays of (x, y, z).
 */
interface Archive {
  byX: Float64Array;
  byZ: Float64Array;
  size: number;
}

/** rows.copyWithin(to, from, end), by hand where it is short: the call alone costs as much as twenty moves. */
function move(rows: Float64Array, to: number, from: number, end: number): void {
  const count = end - from;
  if (count > 64) rows.copyWithin(to, from, end);
  else if (to > from) for (let i = count - 1; i >= 0; i--) rows[to + i] = rows[from + i];
  else for (let i = 0; i < count; i++) rows[to + i] = rows[from + i];
}

/** Takes out what (x, y, z) dominates and puts it in, keeping the order of column `axis`; the new size. */
function insert(rows: Float64Array, size: number, axis: number, x: number, y: number, z: number): number {
  const key = axis === 0 ? x : z;
  let lo = 0;
  let hi = size;
  while (lo < hi) {
    const middle = (lo + hi) >> 1;
    if (rows[3 * middle + axis] < key) lo = middle + 1;
    else hi = middle;
  }
  // What it dominates has no smaller key, so stands from here on. Up to the first such row nothing moves.
  const end = 3 * size;
  const at = 3 * lo;
  let from = at;
  while (from < end && !(rows[from + 1] >= y && rows[from] >= x && rows[from + 2] >= z)) from += 3;
  if (from === end) move(rows, at + 3, at, end);
  else {
    // The first one's place takes the shift; the others close up.
    let to = from + 3;
    for (let row = to; row < end; row += 3) {
      const qx = rows[row];
      const qy = rows[row + 1];
      const qz = rows[row + 2];
      if (qy >= y && qx >= x && qz >= z) continue;
      if (to !== row) {
        rows[to] = qx;
        rows[to + 1] = qy;
        rows[to + 2] = qz;
      }
      to += 3;
    }
    if (from !== at) move(rows, at + 3, at, from);
    size = to / 3 - 1;
  }
  rows[at] = x;
  rows[at + 1] = y;
  rows[at + 2] = z;
  return size + 1;
}

/**
 * Volume that (x, y, z) dominates inside the reference and nothing in the archive does; −1 where it is dominated.
 * `xs` and `ys` are scratch for the staircase: x ascending, y descending, clipped to the quadrant of (x, y).
 */
function contribution(
  archive: Archive,
  x: number,
  y: number,
  z: number,
  rx: number,
  ry: number,
  rz: number,
  xs: Float64Array,
  ys: Float64Array,
): number {
  const { byX, byZ, size } = archive;
  // The archive's cross-section at height z, seen from (x, y).
  let top = ry;
  let i = 0;
  for (; i < size && byX[3 * i] <= x; i++) {
    const row = 3 * i;
    if (byX[row + 2] <= z && byX[row + 1] < top) {
      top = byX[row + 1];
      if (top <= y) return -1;
    }
  }
  xs[0] = x;
  ys[0] = top;
  let count = 1;
  let area = 0;
  let right = rx;
  let lowest = top;
  let left = x;
  for (; i < size; i++) {
    const row = 3 * i;
    const qy = byX[row + 1];
    if (qy < lowest && byX[row + 2] <= z) {
      const qx = byX[row];
      area += (qx - left) * (lowest - y);
      left = qx;
      if (qy <= y) {
        right = qx;
        lowest = y;
        break;
      }
      lowest = qy;
      if (xs[count - 1] === qx) ys[count - 1] = qy;
      else {
        xs[count] = qx;
        ys[count++] = qy;
      }
    }
  }
  area += (right - left) * (lowest - y);
  // xs[0] stands for the left edge with the height `top`; the last sentinel for the right edge, at the floor y.
  xs[count] = right;
  ys[count++] = y;
  let volume = 0;
  let height = z;
  let lo = 0;
  let hi = size;
  while (lo < hi) {
    const middle = (lo + hi) >> 1;
    if (byZ[3 * middle + 2] > z) hi = middle;
    else lo = middle + 1;
  }
  for (let k = 3 * lo; k < 3 * size; k += 3) {
    let qx = byZ[k];
    let qy = byZ[k + 1];
    if (qx >= xs[count - 1] || qy >= ys[0]) continue;
    if (qx < x) qx = x;
    if (qy < y) qy = y;
    // First step to the right of qx.
    let a = 1;
    let b = count - 1;
    while (a < b) {
      const middle = (a + b) >> 1;
      if (xs[middle] > qx) b = middle;
      else a = middle + 1;
    }
    if (ys[a - 1] <= qy) continue;
    const qz = byZ[k + 2];
    volume += area * (qz - height);
    height = qz;
    // Steps a … end − 1 disappear under the new one.
    let from = qx;
    let over = ys[a - 1];
    let end = a;
    const last = count - 1;
    while (end < last && ys[end] >= qy) {
      area -= (xs[end] - from) * (over - qy);
      from = xs[end];
      over = ys[end];
      end++;
    }
    area -= (xs[end] - from) * (over - qy);
    if (qx === x) {
      if (qy === y) {
        area = 0;
        break;
      }
      // The left edge itself sinks.
      ys[0] = qy;
      if (end > 1) {
        move(xs, 1, end, count);
        move(ys, 1, end, count);
        count -= end - 1;
      }
    } else if (qy === y) {
      // The right edge moves in.
      xs[a] = qx;
      ys[a] = y;
      count = a + 1;
    } else {
      const at = xs[a - 1] === qx ? a - 1 : a;
      const shift = at + 1 - end;
      if (shift !== 0) {
        move(xs, at + 1, end, count);
        move(ys, at + 1, end, count);
        count += shift;
      }
      xs[at] = qx;
      ys[at] = qy;
    }
  }
  return volume + area * (rz - height);
}

/** Scratch that calls share: they run one after the other, and allocation would cost small sets half their time. */
let room = 0;
let keys = new Float64Array(0);
let order = new Int32Array(0);
let xs = new Float64Array(0);
let ys = new Float64Array(0);
const archive: Archive = { byX: new Float64Array(0), byZ: new Float64Array(0), size: 0 };

function reserve(n: number): void {
  if (n <= room) return;
  room = 2 * n;
  keys = new Float64Array(room);
  order = new Int32Array(room);
  xs = new Float64Array(room + 3);
  ys = new Float64Array(room + 3);
  archive.byX = new Float64Array(3 * room + 3);
  archive.byZ = new Float64Array(3 * room + 3);
}

/** The sweep over rows in ascending order of their fourth objective: as they stand, or by `order`. */
function sweep(data: Float64Array, n: number, reference: ArrayLike<number>, ordered: boolean): number {
  const [rx, ry, rz, rw] = [reference[0], reference[1], reference[2], reference[3]];
  archive.size = 0;
  let volume3 = 0;
  let volume = 0;
  let height = 0;
  for (let i = 0; i < n; i++) {
    const row = ordered ? 4 * i : 4 * order[i];
    const x = data[row];
    const y = data[row + 1];
    const z = data[row + 2];
    const gain = contribution(archive, x, y, z, rx, ry, rz, xs, ys);
    if (gain < 0) continue;
    const w = data[row + 3];
    volume += volume3 * (w - height);
    height = w;
    volume3 += gain;
    insert(archive.byX, archive.size, 0, x, y, z);
    archive.size = insert(archive.byZ, archive.size, 2, x, y, z);
  }
  return volume + volume3 * (rw - height);
}

/** Hypervolume of the n rows of `data` (n × 4), all inside the reference: a sweep along the fourth objective. */
export function hypervolume4(data: Float64Array, n: number, reference: ArrayLike<number>): number {
  reserve(n);
  for (let i = 0; i < n; i++) {
    keys[i] = data[4 * i + 3];
    order[i] = i;
  }
  sortWithOrder(keys, order, n);
  return sweep(data, n, reference, false);
}

/** As hypervolume4, of rows that already ascend in their fourth objective. */
export function hypervolume4Ordered(data: Float64Array, n: number, reference: ArrayLike<number>): number {
  reserve(n);
  return sweep(data, n, reference, true);
}
