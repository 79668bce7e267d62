import type { Board } from '../boards';
import type { Graph, Op } from '../graph';
import { plan } from '../plan';
import { encodedBytes, isEncodable, type Encodable } from '../kernels/sparse';

function savesBytes(op: Encodable): boolean {
  // A skeleton's weights are all zero: of a layer that none are to be removed from, the dense size is what is known.
  if (op.kept === undefined && op.weights.every((weight) => weight === op.weightZeroPoint)) return false;
  return encodedBytes(op) < op.weights.length;
}

/**
 * The graph with the weights of dense layers and 1×1 convolutions encoded where that makes the image smaller: the encoded
 * layers must save more than their kernel takes. What is computed stays the same, byte for byte.
 * Of a skeleton the known ROM is an upper bound: where the number of weights that stay is known (compress.keptElements)
 * that of their least lucky places, which scattered zeros fall short of by some tenths of the encoded layers; else that
 * of dense weights.
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
