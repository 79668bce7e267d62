/*
 * Which candidate a draw of the outcomes speaks for: the one that would add most hypervolume to the front; where none
 * would, the one that comes closest to it; where none is feasible, the one that breaks the constraints least (Eriksson
 * and Poloczek 2021, arXiv 2002.08526, for the constraints; Daulton et al. 2022, arXiv 2109.10964, for the hypervolume).
 */
import { boxDecomposition, hypervolumeImprovement, type BoxDecomposition } from '../../../moo';
import type { Outcomes } from './outcomes';

/** A front to be improved on, minimised, in the units of the outcomes. */
export interface Target {
  readonly boxes: BoxDecomposition;
  readonly front: readonly (readonly number[])[];
  readonly reference: readonly number[];
  /** Range of each objective, to compare them by. */
  readonly range: readonly number[];
}

export function targetOf(front: readonly (readonly number[])[], reference: readonly number[]): Target {
  const range = reference.map((r, j) => {
    const column = front.map((p) => p[j]);
    const width = column.length > 0 ? Math.max(r, ...column) - Math.min(r, ...column) : 0;
    return width > 0 ? width : Math.abs(r) || 1;
  });
  return { boxes: boxDecomposition(front as number[][], reference as number[]), front, reference, range };
}

/** By how much, in ranges, a point would have to be better in every objective to add hypervolume; ≤ 0 where it does. */
export function shortfall({ front, reference, range }: Target, y: readonly number[]): number {
  let most = -Infinity;
  for (let j = 0; j < y.length; j++) most = Math.max(most, (y[j] - reference[j]) / range[j]);
  for (const p of front) {
    let least = Infinity;
    for (let j = 0; j < y.length; j++) least = Math.min(least, (y[j] - p[j]) / range[j]);
    most = Math.max(most, least);
  }
  return most;
}

/** How good one outcome is: compared entry by entry, greater is better. */
export type Merit = readonly [feasible: number, gain: number, nearness: number];

export function meritOf(target: Target, y: readonly number[], violation: number): Merit {
  const gain = hypervolumeImprovement(target.boxes, y);
  return [-violation, gain, gain > 0 ? 0 : -shortfall(target, y)];
}

export function better(a: Merit, b: Merit): boolean {
  for (let i = 0; i < 3; i++) if (a[i] !== b[i]) return a[i] > b[i];
  return false;
}

/** Index of the candidate of greatest merit, with that; the first of equals. There must be at least one. */
export function pick(target: Target, { values, violation }: Outcomes): { index: number; merit: Merit } {
  let index = 0;
  let merit = meritOf(target, values[0], violation[0]);
  for (let i = 1; i < values.length; i++) {
    const other = meritOf(target, values[i], violation[i]);
    if (better(other, merit)) [index, merit] = [i, other];
  }
  return { index, merit };
}
