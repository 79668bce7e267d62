/*
 * Four objectives: HV4D+ of Guerreiro and Fonseca (see volume-list.ts). The points in ascending order of the fourth
 * each add to the volume in the other three what they alone dominate of it; that volume, times the way to the next
 * point, is the hypervolume. Quadratic in the number of points.
 */
import { sortWithOrder } from './argsort';
import { FIRST, emptyVolumeList, locate, settle } from './volume-list';

/** Scratch that calls share: they run one after the other, and allocation would cost small sets half their time. */
let keys = new Float64Array(0);
let order = new Int32Array(0);

/** Hypervolume of the n rows of `data` (n × 4), all inside the reference. */
export function hypervolume4(data: Float64Array, n: number, reference: ArrayLike<number>): number {
  if (keys.length < n) {
    keys = new Float64Array(2 * n);
    order = new Int32Array(2 * n);
  }
  for (let i = 0; i < n; i++) {
    keys[i] = data[4 * i + 3];
    order[i] = i;
  }
  sortWithOrder(keys, order, n);
  const list = emptyVolumeList(n, reference);
  const { rows } = list;
  let volume3 = 0;
  let volume = 0;
  let level = 0;
  for (let i = 0; i < n; i++) {
    const row = 4 * order[i];
    const node = FIRST + 4 * i;
    rows[node] = data[row];
    rows[node + 1] = data[row + 1];
    rows[node + 2] = data[row + 2];
    if (!locate(list, node)) continue;
    volume += volume3 * (keys[i] - level);
    level = keys[i];
    volume3 += settle(list, node);
  }
  return volume + volume3 * (reference[3] - level);
}
