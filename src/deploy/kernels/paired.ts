/**
 * Layers prepared for the kernels of templates/runtime/dsp that put the weights of two filters into one 16-bit lane,
 * 256 a + b. SMLAD with the lane and SMLAD with its low byte leave 256 Σ x·a + Σ x·b and Σ x·b; the difference modulo
 * 2³² gives Σ x·a where that is below 2²³. Two instructions and one to widen do four products, for both filters.
 */
import { constantOf, leastShiftOf, type Folded, type FoldedArrays } from './folded';
import type { Graph, WeightedOp } from '../graph';

export type PairedKernel = 'conv2d_paired' | 'fully_connected_paired';

export interface Paired {
  readonly kernel: PairedKernel;
  /** Worked out when they are first asked for; as large as those of the folded layer. */
  readonly arrays: () => FoldedArrays;
  readonly scratchBytes: number;
}

/** Σ|w| of the filter in the upper byte stays below this, so that no sum of products with int8 reaches 2²³. */
const MAGNITUDE_LIMIT = 2 ** 16;

/** Stored shifts beyond this leave no room to add the output's zero point before shifting. */
const SHIFT_LIMIT = 20;

/** The least and the greatest bias + Σ x·w over all inputs. */
function rangeOf(bias: number, weights: Int8Array): readonly [number, number] {
  let lo = bias;
  let hi = bias;
  for (const weight of weights) {
    lo += weight > 0 ? -128 * weight : 127 * weight;
    hi += weight > 0 ? 127 * weight : -128 * weight;
  }
  return [lo, hi];
}

/** Two rows as lanes of 256 a + b, for inputs 0, 2, 1, 3 of each four. */
function lanes(a: Int8Array, b: Int8Array): Int8Array {
  const row = new Int8Array(2 * a.length);
  for (let k = 0, at = 0; k < a.length; k += 4) {
    for (const input of [k, k + 2, k + 1, k + 3]) {
      row[at++] = b[input];
      row[at++] = (256 * a[input] + b[input]) >> 8;
    }
  }
  return row;
}

/** The arrays; undefined where a filter is beyond what the paired kernels can do. */
function pair(graph: Graph, op: WeightedOp, folded: FoldedArrays, paired: number): FoldedArrays | undefined {
  const row = folded.weights.length / op.bias.length;
  const weights = Int8Array.from(folded.weights);
  const [bias, multipliers] = [folded.bias, folded.multipliers].map((values) => Int32Array.from(values));
  const shifts = Int8Array.from(folded.shifts);
  const { zeroPoint } = graph.tensors[op.output];
  for (let filter = 0; filter < paired; filter++) {
    const own = weights.subarray(filter * row, (filter + 1) * row);
    if (shifts[filter] > SHIFT_LIMIT) {
      // So small a factor leaves nothing but the zero point, as a rule.
      const value = constantOf(op, filter, rangeOf(bias[filter], own), zeroPoint);
      if (value === undefined) return undefined;
      own.fill(0);
      bias[filter] = 2 ** (leastShiftOf(op) + 1) * (value - zeroPoint);
      multipliers[filter] = 2 ** 30;
      shifts[filter] = 0;
    }
    if (filter % 2 === 0 && own.reduce((sum, weight) => sum + Math.abs(weight), 0) >= MAGNITUDE_LIMIT) return undefined;
  }
  for (let at = 0; at < paired * row; at += 2 * row) {
    weights.set(lanes(weights.subarray(at, at + row), weights.subarray(at + row, at + 2 * row)), at);
  }
  if (op.kind === 'conv2d') for (let filter = 0; filter < paired; filter++) bias[filter] *= 2;
  return { weights, bias, multipliers, shifts };
}

/** The layer as a paired kernel wants it; undefined where the folded one must do. */
export function pairedOf(graph: Graph, op: WeightedOp, folded: Folded): Paired | undefined {
  // A lane cannot hold 256 · −128 + b for b < 0; quantisers that keep zero at 0 end at −127.
  if (op.kind === 'depthwiseConv2d' || op.weightZeroPoint !== 0 || op.weights.includes(-128)) return undefined;
  const outputs = op.bias.length;
  const row = folded.weightBytes / outputs;
  const paired = outputs - (outputs % (op.kind === 'conv2d' ? 2 : 4));
  if (paired === 0) return undefined;
  const least = leastShiftOf(op);
  const isSure = row * 127 < MAGNITUDE_LIMIT && op.shifts.every((shift) => -shift - least <= SHIFT_LIMIT);
  let made = isSure ? undefined : pair(graph, op, folded.arrays(), paired);
  if (!isSure && !made) return undefined;
  // Both positions' inputs in 16 bits, and one's bytes where they are gathered first.
  const gathered = graph.tensors[op.inputs[0]].shape[2] % 4 === 0 ? 0 : row;
  return {
    kernel: op.kind === 'conv2d' ? 'conv2d_paired' : 'fully_connected_paired',
    arrays: () => (made ??= pair(graph, op, folded.arrays(), paired) as FoldedArrays),
    scratchBytes: op.kind === 'conv2d' ? 4 * row + gathered : folded.scratchBytes,
  };
}
