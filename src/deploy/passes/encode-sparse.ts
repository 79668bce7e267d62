import type { Board } from '../boards';
import type { Graph, Op } from '../graph';
import { plan } from '../plan';
import { encodeRows, isEncodable, type Encodable } from '../sparse';

function savesBytes(op: Encodable): boolean {
  // A skeleton's weights are all zero: before training, what they will save is not known, and the dense size is an upper bound.
  if (op.weights.every((weight) => weight === op.weightZeroPoint)) return false;
  return encodeRows(op.weights, op.bias.length, op.weightZeroPoint).length < op.weights.length;
}

/**
 * The graph with the weights of dense layers and 1×1 convolutions encoded where that makes the image smaller: the encoded
 * layers must save more than their kernel takes. What is computed stays the same, byte for byte.
 * A skeleton's blank weights are left dense: as a pass of a task, the known ROM is that of dense weights, an upper bound
 * which the trained network falls short of by what its zeros save.
 * @param board whose flash is meant: kernels differ in size, and in how they pad dense rows
 */
export function encodeSparse(graph: Graph, board: Board): Graph {
  const romOf = (candidate: Graph): number => plan(candidate, board, { check: false, tries: 0 }).romBytes;
  let best = graph;
  let least = romOf(graph);
  for (const kind of ['fullyConnected', 'conv2d'] as const) {
    // Each layer by its own bytes first; then all of a kind together have to pay for the kernel.
    const ops = best.ops.map((op): Op =>
      op.kind === kind && isEncodable(op) && savesBytes(op) ? { ...op, encoding: 'sparse' } : op,
    );
    const candidate = { ...best, ops };
    const rom = romOf(candidate);
    if (rom < least) [best, least] = [candidate, rom];
  }
  return best;
}
