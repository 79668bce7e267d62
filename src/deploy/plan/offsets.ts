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

/** First fit in the given order, each block at a whole word. */
function place(blocks: readonly Block[], order: readonly number[]): { offsets: number[]; bytes: number } {
  const offsets = new Array<number>(blocks.length).fill(-1);
  const placed: number[] = [];
  let bytes = 0;
  for (const index of order) {
    const block = blocks[index];
    const rivals = placed.filter((other) => overlap(block, blocks[other])).sort((a, b) => offsets[a] - offsets[b]);
    let offset = 0;
    for (const rival of rivals) {
      if (offset + block.bytes <= offsets[rival]) break;
      offset = Math.max(offset, wholeWords(offsets[rival] + blocks[rival].bytes));
    }
    offsets[index] = offset;
    placed.push(index);
    bytes = Math.max(bytes, offset + block.bytes);
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
  const conflicts = blocks.map((block) => blocks.reduce((sum, other) => sum + (overlap(block, other) ? other.bytes : 0), 0));
  const orders = [
    indices.slice().sort((a, b) => blocks[b].bytes - blocks[a].bytes || a - b),
    indices.slice().sort((a, b) => blocks[b].to - blocks[b].from - (blocks[a].to - blocks[a].from) || blocks[b].bytes - blocks[a].bytes),
    indices.slice().sort((a, b) => conflicts[b] - conflicts[a] || a - b),
    indices,
  ];
  let best = { order: orders[0], ...place(blocks, orders[0]) };
  const consider = (order: readonly number[]): void => {
    const placed = place(blocks, order);
    if (placed.bytes <= best.bytes) best = { order: order.slice(), ...placed };
  };
  orders.slice(1).forEach((order) => best.bytes > bound && consider(order));
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
