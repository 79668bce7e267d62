/*
 * Partition of the region inside a reference point that no point of a front dominates, into disjoint boxes: what the
 * closed forms and the Monte-Carlo forms of expected hypervolume improvement integrate over. Minimisation.
 *
 * Two objectives: the staircase. More: the incremental algorithm of Lacour, Klamroth and Fonseca, "A box decomposition
 * algorithm to compute the hypervolume indicator", Comput. Oper. Res. 79 (2017), run twice as Daulton, Balandat and
 * Bakshy (2021, arXiv 2105.08195, section 4) do: local upper bounds of the front first, then the boxes of what these
 * bounds dominate when every axis is turned round.
 */
import { check } from '../base';

/** Boxes lower ≤ y < upper, count × m row-major; lower may be −Infinity. */
export interface BoxDecomposition {
  /** Objectives. */
  readonly m: number;
  /** Boxes. */
  readonly count: number;
  /** Lower corners, count × m. */
  readonly lower: Float64Array;
  /** Upper corners, count × m. */
  readonly upper: Float64Array;
  /** What the volume of each box counts for; 1 where absent. */
  readonly weights?: Float64Array;
}

/** A local upper bound u, and the points that define it: z[j] touches u in axis j. */
interface Zone {
  readonly u: Float64Array;
  readonly z: readonly Float64Array[];
}

function firstZone(reference: Float64Array): Zone {
  const m = reference.length;
  const z = Array.from({ length: m }, (_, j) => {
    const dummy = new Float64Array(m).fill(-Infinity);
    dummy[j] = reference[j];
    return dummy;
  });
  return { u: reference, z };
}

function strictlyBelow(p: Float64Array, u: Float64Array): boolean {
  for (let j = 0; j < u.length; j++) if (!(p[j] < u[j])) return false;
  return true;
}

/** Local upper bounds after one more point. */
function refine(zones: readonly Zone[], p: Float64Array): Zone[] {
  const m = p.length;
  const kept: Zone[] = [];
  for (const zone of zones) {
    if (!strictlyBelow(p, zone.u)) {
      kept.push(zone);
      continue;
    }
    for (let j = 0; j < m; j++) {
      let others = -Infinity;
      for (let k = 0; k < m; k++) if (k !== j && zone.z[k][j] > others) others = zone.z[k][j];
      if (p[j] < others) continue;
      const u = Float64Array.from(zone.u);
      u[j] = p[j];
      const z = zone.z.slice();
      z[j] = p;
      kept.push({ u, z });
    }
  }
  return kept;
}

function localUpperBounds(points: readonly Float64Array[], reference: Float64Array): Zone[] {
  let zones = [firstZone(reference)];
  for (const p of points) zones = refine(zones, p);
  return zones;
}

/** Boxes of the region dominated by the points that the zones came from. */
function dominatedBoxes(zones: readonly Zone[], reference: Float64Array): { lower: number[]; upper: number[] }[] {
  const m = reference.length;
  const boxes: { lower: number[]; upper: number[] }[] = [];
  for (const { u, z } of zones) {
    const lower = [u[0]];
    const upper = [reference[0]];
    let empty = !(u[0] < reference[0]);
    for (let j = 1; j < m && !empty; j++) {
      let bound = -Infinity;
      for (let k = 0; k < j; k++) if (z[k][j] > bound) bound = z[k][j];
      if (!(bound < u[j])) empty = true;
      lower.push(bound);
      upper.push(u[j]);
    }
    if (!empty) boxes.push({ lower, upper });
  }
  return boxes;
}

/** Points that strictly dominate the reference and are dominated by no other; duplicates once. */
function usefulPoints(points: readonly ArrayLike<number>[], reference: Float64Array): Float64Array[] {
  const inside = points.map((p) => Float64Array.from(p)).filter((p) => strictlyBelow(p, reference));
  inside.sort((a, b) => {
    for (let j = 0; j < a.length; j++) if (a[j] !== b[j]) return a[j] - b[j];
    return 0;
  });
  const kept: Float64Array[] = [];
  // In lexicographic order a point can be dominated only by one before it.
  for (const p of inside) if (!kept.some((q) => q.every((v, j) => v <= p[j]))) kept.push(p);
  return kept;
}

/**
 * Disjoint boxes that fill { y < reference : no point dominates y }. Points outside the reference or dominated are
 * left out. Throws ArgumentError where a point has another length than the reference.
 */
export function boxDecomposition(points: readonly ArrayLike<number>[], reference: ArrayLike<number>): BoxDecomposition {
  const ref = Float64Array.from(reference);
  const m = ref.length;
  for (const p of points) check(p.length === m, 'points', p, `${m} values each, as the reference has`);
  const front = usefulPoints(points, ref);
  const boxes: { lower: number[]; upper: number[] }[] = [];
  if (m === 1) {
    boxes.push({ lower: [-Infinity], upper: [front.length > 0 ? front[0][0] : ref[0]] });
  } else if (m === 2) {
    // Sorted by the first objective, so descending in the second.
    let left = -Infinity;
    let top = ref[1];
    for (const p of front) {
      boxes.push({ lower: [left, -Infinity], upper: [p[0], top] });
      left = p[0];
      top = p[1];
    }
    boxes.push({ lower: [left, -Infinity], upper: [ref[0], top] });
  } else {
    const turned = localUpperBounds(front, ref).map(({ u }) => u.map((v) => -v));
    const infinite = new Float64Array(m).fill(Infinity);
    for (const { lower, upper } of dominatedBoxes(localUpperBounds(turned, infinite), infinite)) {
      boxes.push({ lower: upper.map((v) => -v), upper: lower.map((v) => -v) });
    }
  }
  const lower = new Float64Array(boxes.length * m);
  const upper = new Float64Array(boxes.length * m);
  boxes.forEach((box, i) => {
    lower.set(box.lower, i * m);
    upper.set(box.upper, i * m);
  });
  return { m, count: boxes.length, lower, upper };
}

/** Hypervolume that a point y (m) adds to the front whose non-dominated region the boxes fill. */
export function hypervolumeImprovement(boxes: BoxDecomposition, y: ArrayLike<number>): number {
  const { m, count, lower, upper } = boxes;
  let sum = 0;
  for (let c = 0; c < count; c++) {
    let volume = 1;
    for (let j = 0; j < m && volume > 0; j++) {
      const at = c * m + j;
      volume *= Math.max(0, upper[at] - Math.max(lower[at], y[j]));
    }
    sum += volume;
  }
  return sum;
}
