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

/** Takes out what (x, y, z) dominates and puts it in, keeping the order of column `axis`. */
function insert(rows: Float64Array, size: number, axis: number, x: number, y: number, z: number): number {
  const key = axis === 0 ? x : z;
  let kept = 0;
  let at = -1;
  // Compact in place; the new row goes in before the first one with a larger key.
  for (let i = 0; i < size; i++) {
    const row = 3 * i;
    const qx = rows[row];
    const qy = rows[row + 1];
    const qz = rows[row + 2];
    if (qx >= x && qy >= y && qz >= z) continue;
    if (at < 0 && rows[row + axis] > key) at = kept;
    if (kept !== i) {
      rows[3 * kept] = qx;
      rows[3 * kept + 1] = qy;
      rows[3 * kept + 2] = qz;
    }
    kept++;
  }
  if (at < 0) at = kept;
  else rows.copyWithin(3 * at + 3, 3 * at, 3 * kept);
  rows[3 * at] = x;
  rows[3 * at + 1] = y;
  rows[3 * at + 2] = z;
  return kept + 1;
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
        xs.copyWithin(1, end, count);
        ys.copyWithin(1, end, count);
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
        xs.copyWithin(at + 1, end, count);
        ys.copyWithin(at + 1, end, count);
        count += shift;
      }
      xs[at] = qx;
      ys[at] = qy;
    }
  }
  return volume + area * (rz - height);
}

/** Hypervolume of the n rows of `data` (n × 4), all inside the reference: a sweep along the fourth objective. */
export function hypervolume4(data: Float64Array, n: number, reference: ArrayLike<number>): number {
  const [rx, ry, rz, rw] = [reference[0], reference[1], reference[2], reference[3]];
  const keys = new Float64Array(n);
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    keys[i] = data[4 * i + 3];
    order[i] = i;
  }
  sortWithOrder(keys, order, n);
  const archive: Archive = { byX: new Float64Array(3 * n + 3), byZ: new Float64Array(3 * n + 3), size: 0 };
  const xs = new Float64Array(n + 3);
  const ys = new Float64Array(n + 3);
  let volume3 = 0;
  let volume = 0;
  for (let i = 0; i < n; i++) {
    const row = 4 * order[i];
    const x = data[row];
    const y = data[row + 1];
    const z = data[row + 2];
    const gain = contribution(archive, x, y, z, rx, ry, rz, xs, ys);
    if (gain >= 0) {
      volume3 += gain;
      insert(archive.byX, archive.size, 0, x, y, z);
      archive.size = insert(archive.byZ, archive.size, 2, x, y, z);
    }
    volume += volume3 * ((i + 1 < n ? keys[i + 1] : rw) - keys[i]);
  }
  return volume;
}
