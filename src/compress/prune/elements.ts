import { check, product } from '../../base';
import { allWeightShapes, type Architecture, type Layer, type WeightMasks } from '../../nn';
import { sparsityOf, type SparsityByGroup } from './keep';

/** Layers that single weights can be removed from. */
export function prunableLayers({ layers }: Architecture): Layer[] {
  return layers.filter(({ kind }) => kind === 'conv2d' || kind === 'depthwiseConv2d' || kind === 'dense');
}

/** How many of n weights go. */
const removedCount = (n: number, sparsity: number): number => Math.round(sparsity * n);

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
    const keep = withoutSmallest(all, removedCount(all.length, sparsity));
    offset = 0;
    for (const [layer, own] of scores) {
      masks.set(layer, { kernel: keep.slice(offset, offset + own.length) });
      offset += own.length;
    }
    return masks;
  }
  for (const [layer, own] of scores) {
    const share = typeof sparsity === 'number' ? sparsity : (sparsity.get(layer) ?? 0);
    masks.set(layer, { kernel: withoutSmallest(own, removedCount(own.length, share)) });
  }
  return masks;
}

/**
 * Weights that each kernel keeps where single ones are removed: known before training (scope 'group').
 * @param sparsity of all kernels, or by layer
 */
export function keptElements(architecture: Architecture, sparsity: SparsityByGroup): Map<string, number> {
  const shapes = allWeightShapes(architecture);
  const sizes = prunableLayers(architecture).map(({ name }) => {
    const size = product(shapes.get(name)?.kernel as readonly number[]);
    return { name, size };
  });
  const asked = sparsityOf(sizes, sparsity);
  return new Map(sizes.map(({ name, size }) => [name, size - removedCount(size, asked.get(name) as number)]));
}
