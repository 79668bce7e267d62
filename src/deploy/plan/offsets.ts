/**
 * Offsets for blocks with lifetimes (offline dynamic storage allocation, NP-hard): greedy first fit in a given order,
 * and a search over orders where that misses the bound. Orders tried first are those of the literature (by size, by
 * lifetime, by conflicts; Sekiyama et al. 2018); then swaps of the blocks around the peak, hill climbing.
 */
import { createRng } from '../../base';
import { wholeWords } from '../graph';
import type { Block } from './lifetimes';

function overlap(a: Block, b: Block): boolean {
  return a.from <= b.to && b.from <= a.to;
}

/** First fit in the given order, each block at a whole word; undefined as soon as that takes more than `most` bytes. */
function place(blocks: readonly Block[], order: readonly number[], most: number): { offsets: number[]; bytes: number } | undefined {
  const offsets = new Array<number>(blocks.length).fill(-1);
  /** By offset; of equals the one placed first. */
  const placed: number[] = [];
  let bytes = 0;
  for (const index of order) {
    const block = blocks[index];
    let offset = 0;
    for (const rival of placed) {
      if (!overlap(block, blocks[rival])) continue;
      if (offset + block.bytes <= offsets[rival]) break;
      offset = Math.max(offset, wholeWords(offsets[rival] + blocks[rival].bytes));
    }
    offsets[index] = offset;
    bytes = Math.max(bytes, offset + block.bytes);
    if (bytes > most) return undefined;
    let at = placed.length;
    while (at > 0 && offsets[placed[at - 1]] > offset) at--;
    placed.splice(at, 0, index);
  }
  return { offsets, bytes };
}

/** What blocks that are live together take when each starts at a whole word: no plan can do with less. */
function alignedBound(blocks: readonly Block[]): number {
  const events = blocks.flatMap(({ from, to, bytes }) => {
    const whole = wholeWords(bytes);
    return [{ at: from, whole }, { at: to + 1, whole: -whole }];
  });
  events.sort((a, b) => a.at - b.at || a.whole - b.whole);
  let [live, most] = [0, 0];
  for (const { whole } of events) most = Math.max(most, (live += whole));
  return most;
}

/** Offsets of the blocks, in bytes. The search ends where the live blocks' bound is reached, or after `tries` orders. */
export function assignOffsets(blocks: readonly Block[], tries = 400): { offsets: number[]; bytes: number } {
  const bound = alignedBound(blocks);
  const indices = blocks.map((_, i) => i);
  let best = { order: indices, offsets: [] as number[], bytes: Infinity };
  const consider = (order: number[]): void => {
    const placed = place(blocks, order, best.bytes);
    if (placed) best = { order, ...placed };
  };
  const by = (...keys: ((i: number) => number)[]): number[] =>
    indices.slice().sort((a, b) => keys.reduce((found, key) => found || key(b) - key(a), 0));
  const bytes = (i: number): number => blocks[i].bytes;
  const life = (i: number): number => blocks[i].to - blocks[i].from;
  const conflicts = (): ((i: number) => number) => {
    const sums = blocks.map((block) => blocks.reduce((sum, other) => sum + (overlap(block, other) ? other.bytes : 0), 0));
    return (i) => sums[i];
  };
  for (const orderOf of [() => by(bytes), () => by(life, bytes), () => by(conflicts()), () => indices]) {
    if (best.bytes > bound) consider(orderOf());
  }
  const rng = createRng('offsets');
  for (let i = 0; i < tries && best.bytes > bound && blocks.length > 2; i++) {
    const order = best.order.slice();
    const at = rng.integer(0, order.length - 1);
    const [moved] = order.splice(at, 1);
    order.splice(rng.integer(0, order.length), 0, moved);
    consider(order);
  }
  return { offsets: best.offsets, bytes: best.bytes };
}
