/** When the kernels of templates/runtime that want layers prepared take an op, and what they make of it. */
import type { Graph, Op } from '../graph';
import { foldedKernelOf, foldedOf, type FoldedKernel } from './folded';
import type { Kernel, Prepared } from './kernel';
import { pairedOf } from './paired';
import type { KernelSet } from './sets';
import { checkEncodable, encodedBytes, sparseArrays, type SparseArrays } from './sparse';

/** Sums with the zero points folded into the bias. */
export function folded(name: FoldedKernel): Kernel['prepare'] {
  return (graph, op, set) => ('weights' in op && foldedKernelOf(op) === name ? foldedOf(graph, op, set) : undefined);
}

/** The same, with the weights of two filters in one lane. */
export function paired(graph: Graph, op: Op, set: KernelSet): Prepared | undefined {
  const alone = 'weights' in op ? foldedOf(graph, op, set) : undefined;
  const both = alone && 'weights' in op ? pairedOf(graph, op, alone) : undefined;
  return both && { ...alone, ...both };
}

/** Weights of which most are zero, where the graph says that they are to be encoded. */
export function sparse(graph: Graph, op: Op): Prepared | undefined {
  if (!('encoding' in op && op.encoding === 'sparse')) return undefined;
  checkEncodable(op);
  let made: SparseArrays | undefined;
  const arrays = (): SparseArrays => (made ??= sparseArrays(graph, op));
  return {
    arrays: () => ({ ...op, ...arrays() }),
    // How many bytes there are follows from their values.
    get weightBytes() {
      return op.kept === undefined ? arrays().weights.length : encodedBytes(op);
    },
    inputZero: 0,
  };
}

/** Factors below one half, or of a half exactly for an operand. */
export function addFolds(_graph: Graph, op: Op): Prepared | undefined {
  if (op.kind !== 'add') return undefined;
  const { multipliers, shifts, leftShift } = op;
  const isHalf = (i: number): boolean => i < 2 && shifts[i] === 0 && multipliers[i] === 2 ** 30;
  return leftShift <= 20 && [0, 1, 2].every((i) => shifts[i] < 0 || isHalf(i)) ? {} : undefined;
}
