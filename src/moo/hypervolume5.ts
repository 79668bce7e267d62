/*
 * Five objectives: the points in ascending order of the fifth each add to the volume in the other four what they alone
 * dominate of it. That contribution is again a sweep, along the fourth objective w, within the box above the point p:
 * the others are pushed up to p in the first three. Those with no larger w lie under the whole box, and take one pass
 * in ascending z, which gives the volume free at the bottom and its list (see volume-list.ts) at once; the others each
 * take away what they alone dominate in three, as in Guerreiro and Fonseca, until one has p's own first three.
 *
 * Points that a later one dominates in four are forgotten. The rest are held twice, in order of z and of w, so that no
 * pushed-up set is ever sorted, and most of it never copied: what the staircase dominates is skipped.
 */
import { sortWithOrder } from './argsort';
import { FIRST, RIGHT, TOP, UP, areaUpwards, clear, emptyVolumeList, locate, settle } from './volume-list';
import type { VolumeList } from './volume-list';

/** Scratch that calls share: they run one after the other. */
let room = 0;
let keys = new Float64Array(0);
let order = new Int32Array(0);
/** The points so far (x, y, z, w): in ascending z, and in ascending w. */
let byZ = new Float64Array(0);
let byW = new Float64Array(0);

function reserve(n: number): void {
  if (n <= room) return;
  room = 2 * n;
  keys = new Float64Array(room);
  order = new Int32Array(room);
  byZ = new Float64Array(4 * room);
  byW = new Float64Array(4 * room);
}

/** Where in `rows` (size × 4, ascending in column `axis`) those above `value` begin, as an index into the array. */
function firstAbove(rows: Float64Array, size: number, axis: number, value: number): number {
  let lo = 0;
  let hi = size;
  while (lo < hi) {
    const middle = (lo + hi) >> 1;
    if (rows[4 * middle + axis] > value) hi = middle;
    else lo = middle + 1;
  }
  return 4 * lo;
}

/**
 * Puts a row into `rows`, which ascend in column `axis`; takes out those that it dominates, if there are any. Returns
 * the new size.
 */
function insert(
  rows: Float64Array, size: number, axis: number, thin: boolean, x: number, y: number, z: number, w: number,
): number {
  const key = axis === 2 ? z : w;
  let at = firstAbove(rows, size, axis, key);
  // Before those with the same key, so that both orders lose the same rows.
  while (at > 0 && rows[at - 4 + axis] === key) at -= 4;
  let end = 4 * size;
  if (thin) {
    let to = at;
    for (let row = at; row < end; row += 4) {
      if (rows[row] >= x && rows[row + 1] >= y && rows[row + 2] >= z && rows[row + 3] >= w) continue;
      if (to !== row) {
        rows[to] = rows[row];
        rows[to + 1] = rows[row + 1];
        rows[to + 2] = rows[row + 2];
        rows[to + 3] = rows[row + 3];
      }
      to += 4;
    }
    end = to;
  }
  // By hand where it is short: the call alone costs as much as a hundred moves.
  if (end - at > 128) rows.copyWithin(at + 4, at, end);
  else for (let i = end - 1; i >= at; i--) rows[i + 4] = rows[i];
  rows[at] = x;
  rows[at + 1] = y;
  rows[at + 2] = z;
  rows[at + 3] = w;
  return (end >> 2) + 1;
}

/** How many nodes the list has used, and whether the point dominates one of those before it. */
let nodes = FIRST;
let dominates = false;

/**
 * The volume of the box above (x, y, z) that no row with a fourth objective up to w dominates; −1 where one of them
 * dominates the point. Leaves the list of those rows, pushed up.
 */
function bottom(list: VolumeList, size: number, x: number, y: number, z: number, w: number): number {
  const { rows, links, after } = list;
  const from = byZ;
  clear(list);
  let node = FIRST;
  let i = 0;
  const end = 4 * size;
  // Rows no higher than the point: all at its height once they are pushed up. Only their staircase matters.
  for (; i < end && from[i + 2] <= z; i += 4) {
    if (from[i + 3] > w) continue;
    let qx = from[i];
    let qy = from[i + 1];
    if (qx <= x) {
      if (qy <= y) return -1;
      qx = x;
    }
    if (qy < y) qy = y;
    let r = RIGHT;
    let u = links[RIGHT + 3];
    while (rows[u + 1] < qy) {
      r = u;
      u = links[u + 3];
    }
    if (rows[r] <= qx || (rows[u + 1] === qy && rows[u] <= qx)) continue;
    while (rows[u] >= qx) u = links[u + 3];
    rows[node] = qx;
    rows[node + 1] = qy;
    rows[node + 2] = z;
    links[node + 2] = r;
    links[node + 3] = u;
    links[r + 3] = node;
    links[u + 2] = node;
    node += 4;
  }
  // The steps from the right enter the list one after the other.
  let last = RIGHT;
  for (let step = links[RIGHT + 3]; step !== UP; step = links[step + 3]) {
    links[step] = last;
    links[step + 1] = UP;
    after[last >> 2] = step;
    last = step;
  }
  let area = areaUpwards(rows, links, RIGHT, x, y);
  let volume = 0;
  let height = z;
  for (; i < end; i += 4) {
    if (from[i + 3] > w) continue;
    let qx = from[i];
    let qy = from[i + 1];
    if (qx < x) qx = x;
    if (qy < y) qy = y;
    let r = RIGHT;
    let u = links[RIGHT + 3];
    while (rows[u + 1] < qy) {
      r = u;
      u = links[u + 3];
    }
    if (rows[r] <= qx || (rows[u + 1] === qy && rows[u] <= qx)) continue;
    const qz = from[i + 2];
    volume += area * (qz - height);
    height = qz;
    area -= areaUpwards(rows, links, r, qx, qy);
    while (rows[u] >= qx) u = links[u + 3];
    rows[node] = qx;
    rows[node + 1] = qy;
    rows[node + 2] = qz;
    links[node] = links[node + 2] = r;
    links[node + 1] = links[node + 3] = u;
    links[r + 3] = node;
    links[u + 2] = node;
    after[last >> 2] = node;
    last = node;
    node += 4;
    if (qx === x && qy === y) {
      area = 0;
      break;
    }
  }
  after[last >> 2] = TOP;
  nodes = node;
  return volume + area * (rows[TOP + 2] - height);
}

/** The volume in four objectives that (x, y, z, w) dominates and no row does; −1 where one of them dominates it. */
function contribution(list: VolumeList, size: number, x: number, y: number, z: number, w: number, top: number): number {
  dominates = false;
  let free = bottom(list, size, x, y, z, w);
  if (free < 0) return -1;
  const { rows } = list;
  const from = byW;
  let node = nodes;
  let volume = 0;
  let level = w;
  // The node of the list that dominates most: rows under it need no walk along the list.
  let bx = Infinity;
  let by = Infinity;
  let bz = Infinity;
  // And the one that the last walk ended at.
  let latest = RIGHT;
  let most = 0;
  const rx = rows[RIGHT];
  const ry = rows[UP + 1];
  const rz = rows[TOP + 2];
  for (let p = FIRST; p < node; p += 4) {
    const size3 = (rx - rows[p]) * (ry - rows[p + 1]) * (rz - rows[p + 2]);
    if (size3 > most) {
      most = size3;
      bx = rows[p];
      by = rows[p + 1];
      bz = rows[p + 2];
    }
  }
  const end = 4 * size;
  for (let i = firstAbove(from, size, 3, w); i < end; i += 4) {
    const qx = from[i];
    const qy = from[i + 1];
    const qz = from[i + 2];
    const qw = from[i + 3];
    if (qx <= x && qy <= y && qz <= z) return volume + free * (qw - level);
    if (qx >= x && qy >= y && qz >= z) dominates = true;
    const px = qx > x ? qx : x;
    const py = qy > y ? qy : y;
    const pz = qz > z ? qz : z;
    if (px >= bx && py >= by && pz >= bz) continue;
    if (px >= rows[latest] && py >= rows[latest + 1] && pz >= rows[latest + 2]) continue;
    rows[node] = px;
    rows[node + 1] = py;
    rows[node + 2] = pz;
    if (!locate(list, node)) {
      latest = list.place;
      continue;
    }
    volume += free * (qw - level);
    level = qw;
    free -= settle(list, node);
    const size3 = (rx - px) * (ry - py) * (rz - pz);
    if (size3 > most) {
      most = size3;
      bx = px;
      by = py;
      bz = pz;
    }
    node += 4;
  }
  return volume + free * (top - level);
}

/** Hypervolume of the n rows of `data` (n × 5), all inside the reference. */
export function hypervolume5(data: Float64Array, n: number, reference: Float64Array): number {
  reserve(n);
  for (let i = 0; i < n; i++) {
    keys[i] = data[5 * i + 4];
    order[i] = i;
  }
  sortWithOrder(keys, order, n);
  const list = emptyVolumeList(n, reference);
  let size = 0;
  let volume = 0;
  for (let i = 0; i < n; i++) {
    const row = 5 * order[i];
    const x = data[row];
    const y = data[row + 1];
    const z = data[row + 2];
    const w = data[row + 3];
    const gain = contribution(list, size, x, y, z, w, reference[3]);
    if (gain < 0) continue;
    volume += gain * (reference[4] - keys[i]);
    insert(byZ, size, 2, dominates, x, y, z, w);
    size = insert(byW, size, 3, dominates, x, y, z, w);
  }
  return volume;
}
