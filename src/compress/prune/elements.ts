import { check } from '../../base';
import type { WeightMasks } from '../../nn';

/** Marks the k smallest of the scores with 0; of equals the earlier goes first. */
function withoutSmallest(scores: Float32Array, k: number): Float32Array {
  const keep = new Float32Array(scores.length).fill(1);
  if (k <= 0) return keep;
  const limit = Float32Array.from(scores).sort()[k - 1];
  let left = k;
  for (let i = 0; i < scores.length; i++) {
    if (scores[i] < limit) {
      keep[i] = 0;
      left--;
    }
  }
  for (let i = 0; i < scores.length && left > 0; i++) {
    if (scores[i] === limit) {
      keep[i] = 0;
      left--;
    }
  }
  return keep;
}

/**
 * Masks that remove single weights: round(sparsity · n) of each kernel, or of all kernels together.
 * @param scores by layer, in the kernel's layout.
 */
export function elementMasks(
  scores: ReadonlyMap<string, Float32Array>,
  sparsity: ReadonlyMap<string, number> | number,
  isGlobal: boolean,
): WeightMasks {
  const masks = new Map<string, Record<string, Float32Array>>();
  if (isGlobal) {
    check(typeof sparsity === 'number', 'sparsity', sparsity, 'one number, for global pruning');
    const all = new Float32Array([...scores.values()].reduce((sum, own) => sum + own.length, 0));
    let offset = 0;
    for (const own of scores.values()) {
      all.set(own, offset);
      offset += own.length;
    }
    const keep = withoutSmallest(all, Math.round(sparsity * all.length));
    offset = 0;
    for (const [layer, own] of scores) {
      masks.set(layer, { kernel: keep.slice(offset, offset + own.length) });
      offset += own.length;
    }
    return masks;
  }
  for (const [layer, own] of scores) {
    const share = typeof sparsity === 'number' ? sparsity : (sparsity.get(layer) ?? 0);
    masks.set(layer, { kernel: withoutSmallest(own, Math.round(share * own.length)) });
  }
  return masks;
}
