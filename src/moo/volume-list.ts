/*
 * The volume that points of three objectives (x, y, z) dominate, built up a point at a time: what the sweeps of
 * hypervolume4.ts and hypervolume5.ts stand on.
 *
 * The data structure is that of HV3D+ and HV4D+ (Guerreiro and Fonseca, "Computing and updating hypervolume
 * contributions in up to four dimensions", IEEE TEC 22(3), 2018). Points that no other dominates stand in a list in
 * ascending z. Each knows its two neighbours in the staircase that the points before it draw in the (x, y) plane:
 * `right`, the nearest with a larger x and a smaller y, and `up`, the nearest with a smaller x and a larger y. A walk
 * along the list so redraws the staircase at any height at constant cost a point, and a further point is added in
 * linear time: walk up to its z (`locate`); walk on over what stands above it, which shrinks the area that it alone
 * dominates, drops out of the list where the new point dominates it, or gets it as a neighbour (`settle`).
 *
 * Equal z are told apart by their place in the list alone: as if each were a hair above the one before. A point may
 * then stay in the list that one of the same z dominates, to no effect, since no volume lies between the two.
 *
 * The paper's walks over doubly linked nodes and its separate walk for the update are one walk here, over flat arrays.
 */

/** Nodes are multiples of four: where their coordinates and links begin in the arrays. */
export interface VolumeList {
  /** x, y, z of each node, and one unused. */
  readonly rows: Float64Array;
  /** Neighbours of each node: right and up at its own z; right and up in the staircase drawn last. */
  readonly links: Int32Array;
  /** The node that follows in ascending z, by node / 4. */
  readonly after: Int32Array;
  /** Where `locate` found the place of its node: behind this one. */
  place: number;
}

/** The staircase's upper end: left of all, at the height of the reference. */
export const UP = 0;
/** The staircase's right end, below all; the list begins here too. */
export const RIGHT = 4;
/** The list's end, at the reference's z. */
export const TOP = 8;
/** The first node that is free for a point. */
export const FIRST = 12;

let shared: VolumeList = { rows: new Float64Array(0), links: new Int32Array(0), after: new Int32Array(0), place: RIGHT };

/** An empty list with room for n points. All calls share its memory, so that only one list is in use at a time. */
export function emptyVolumeList(n: number, reference: ArrayLike<number>): VolumeList {
  if (shared.after.length < n + 3) {
    const nodes = 2 * n + 3;
    shared = { rows: new Float64Array(4 * nodes), links: new Int32Array(4 * nodes), after: new Int32Array(nodes), place: RIGHT };
  }
  const { rows } = shared;
  rows[UP] = rows[UP + 2] = rows[RIGHT + 1] = rows[RIGHT + 2] = rows[TOP] = rows[TOP + 1] = -Infinity;
  rows[RIGHT] = reference[0];
  rows[UP + 1] = reference[1];
  rows[TOP + 2] = reference[2];
  clear(shared);
  return shared;
}

/** Takes all points out of the list. */
export function clear({ links, after }: VolumeList): void {
  after[RIGHT >> 2] = TOP;
  links[UP + 2] = RIGHT;
  links[RIGHT + 3] = UP;
}

function rejected(list: VolumeList, dominator: number): false {
  list.place = dominator;
  return false;
}

/**
 * Draws the staircase up to the z of `node`, whose coordinates are set, and finds its neighbours and its place in the
 * list. False where a point of the list dominates it: `place` is that point.
 */
export function locate(list: VolumeList, node: number): boolean {
  const { rows, links, after } = list;
  const x = rows[node];
  const y = rows[node + 1];
  const z = rows[node + 2];
  links[UP + 2] = RIGHT;
  links[RIGHT + 3] = UP;
  let right = RIGHT;
  let up = UP;
  let rightX = rows[RIGHT];
  let upY = rows[UP + 1];
  let place = RIGHT;
  let p = after[RIGHT >> 2];
  while (rows[p + 2] <= z) {
    const px = rows[p];
    const py = rows[p + 1];
    // Of two at the same x the later one is the lower, or it would be dominated; so with y.
    if (py < y) {
      if (px <= x) return rejected(list, p);
      if (px <= rightX) {
        right = p;
        rightX = px;
      }
    } else if (px < x) {
      if (py === y) return rejected(list, p);
      if (py <= upY) {
        up = p;
        upY = py;
      }
    } else if (px === x && py === y) return rejected(list, p);
    const r = links[p];
    const u = links[p + 1];
    links[p + 2] = r;
    links[p + 3] = u;
    links[r + 3] = p;
    links[u + 2] = p;
    place = p;
    p = after[p >> 2];
  }
  links[node] = right;
  links[node + 1] = up;
  list.place = place;
  return true;
}

/** Area right of x and above y, under the staircase that begins at node `q` and goes up. */
export function areaUpwards(rows: Float64Array, links: Int32Array, q: number, x: number, y: number): number {
  let u = links[q + 3];
  let area = (rows[q] - x) * (rows[u + 1] - y);
  while (rows[u] > x) {
    const bottom = rows[u + 1];
    const width = rows[u] - x;
    u = links[u + 3];
    area += width * (rows[u + 1] - bottom);
  }
  return area;
}

/** Area right of x and above y, under the staircase that begins at node `q` and goes right. */
function areaRightwards(rows: Float64Array, links: Int32Array, q: number, x: number, y: number): number {
  let r = links[q + 2];
  let area = (rows[q + 1] - y) * (rows[r] - x);
  while (rows[r + 1] > y) {
    const left = rows[r];
    const height = rows[r + 1] - y;
    r = links[r + 2];
    area += height * (rows[r] - left);
  }
  return area;
}

/** Puts `node` in the place that `locate` has just found, and returns the volume that it alone dominates. */
export function settle(list: VolumeList, node: number): number {
  const { rows, links, after } = list;
  const x = rows[node];
  const y = rows[node + 1];
  let height = rows[node + 2];
  let right = links[node];
  let up = links[node + 1];
  let area = areaUpwards(rows, links, right, x, y);
  let volume = 0;
  let p = after[list.place >> 2];
  after[list.place >> 2] = node;
  let last = node;
  for (;;) {
    const px = rows[p];
    const py = rows[p + 1];
    const pz = rows[p + 2];
    volume += area * (pz - height);
    height = pz;
    if (px >= x) {
      if (py >= y) {
        // Dominated: covers its share of the area, and leaves the list.
        const r = links[p];
        const u = links[p + 1];
        area -= areaUpwards(rows, links, r, px, py);
        links[p + 2] = r;
        links[p + 3] = u;
        links[r + 3] = p;
        links[u + 2] = p;
        p = after[p >> 2];
        continue;
      }
      if (px === x) break;
      // Below, to the right.
      const u = links[p + 1];
      if (px <= rows[right]) {
        area -= areaUpwards(rows, links, right, px, y);
        links[p + 2] = right;
        links[p + 3] = u;
        links[u + 2] = p;
        right = p;
      }
      const uy = rows[u + 1];
      if (y < uy || (y === uy && x <= rows[u])) links[p + 1] = node;
    } else {
      if (py <= y) break;
      // Above, to the left.
      const r = links[p];
      if (py <= rows[up + 1]) {
        area -= areaRightwards(rows, links, up, x, py);
        links[p + 3] = up;
        links[p + 2] = r;
        links[r + 3] = p;
        up = p;
      }
      const rx = rows[r];
      if (x < rx || (x === rx && y <= rows[r + 1])) links[p] = node;
    }
    after[last >> 2] = p;
    last = p;
    p = after[p >> 2];
  }
  // From here on something else dominates all that the new point does.
  after[last >> 2] = p;
  return volume;
}
