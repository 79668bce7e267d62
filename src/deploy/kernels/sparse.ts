/**
 * Weights of which most are zero, held in flash as gaps and values: 12 bits a weight that is left, with relative indices
 * of 4 bits (Han, Mao and Dally 2016, section 2). templates/runtime/paretino_sparse.h describes the bytes. What is left
 * out costs no time either: on cores without dual multiply-accumulates such a layer is the faster one, too.
 */
import { ArgumentError } from '../../base';
import type { Conv2d, FullyConnected, Graph, Op } from '../graph';

/** Most zeros that one entry can skip. */
const MAX_GAP = 15;

export type Encodable = Conv2d | FullyConnected;

/** Whether there is a kernel for encoded weights: dense layers, and 1×1 convolutions of stride 1. */
export function isEncodable(op: Op): op is Encodable {
  if (op.kind === 'fullyConnected') return true;
  return op.kind === 'conv2d' && [...op.kernel, ...op.strides].every((n) => n === 1) && op.padding.every((n) => n === 0);
}

/** The entries of one row: how many zeros lie before each, and its weight. */
function entriesOf(row: Int8Array, zero: number): { gap: number; weight: number }[] {
  const entries: { gap: number; weight: number }[] = [];
  let gap = 0;
  for (const weight of row) {
    if (weight === zero && gap < MAX_GAP) gap++;
    else if (weight !== zero || gap === MAX_GAP) {
      entries.push({ gap, weight });
      gap = 0;
    }
  }
  // A bridge behind which nothing comes is none.
  while (entries.length > 0 && entries[entries.length - 1].weight === zero) entries.pop();
  return entries;
}

/**
 * Encodes rows of equal length.
 * @param weights rows × size. @param zero the weight that means 0
 * @returns the bytes of paretino_sparse.h, as int8
 */
export function encodeRows(weights: Int8Array, rows: number, zero: number): Int8Array {
  const size = weights.length / rows;
  const bytes: number[] = [];
  for (let r = 0; r < rows; r++) {
    const entries = entriesOf(weights.subarray(r * size, (r + 1) * size), zero);
    bytes.push(entries.length & 255, entries.length >> 8);
    for (let i = 0; i < entries.length; i += 2) {
      const [first, second] = [entries[i], entries[i + 1]];
      if (second) bytes.push(first.gap | (second.gap << 4), first.weight, second.weight);
      else bytes.push(first.gap, first.weight);
    }
  }
  return Int8Array.from(bytes);
}

/** Entries of all rows together; at most, where only the number of weights that stay is known: zeros are bridged sixteen at a time. */
export function encodedEntries({ weights, weightZeroPoint, bias, kept }: Encodable): number {
  if (kept !== undefined) return Math.min(weights.length, kept + Math.floor((weights.length - kept) / (MAX_GAP + 1)));
  const size = weights.length / bias.length;
  let count = 0;
  for (let r = 0; r < bias.length; r++) count += entriesOf(weights.subarray(r * size, (r + 1) * size), weightZeroPoint).length;
  return count;
}

/** Bytes of all rows together; at most, where only the number of weights that stay is known. */
export function encodedBytes(op: Encodable): number {
  const { weights, weightZeroPoint, bias: { length: rows }, kept } = op;
  if (kept === undefined) return encodeRows(weights, rows, weightZeroPoint).length;
  const entries = encodedEntries(op);
  // A count a row, three bytes for two entries, two for an odd one.
  return 2 * rows + Math.floor((3 * entries + Math.min(rows, entries)) / 2);
}

export interface SparseArrays {
  readonly weights: Int8Array;
  readonly bias: Int32Array;
}

/** What the kernel of an op with encoded weights reads: −zₓ·Σ(w − z_w) goes into the bias. */
export function sparseArrays(graph: Graph, op: Encodable): SparseArrays {
  const rows = op.bias.length;
  const size = op.weights.length / rows;
  const { zeroPoint } = graph.tensors[op.inputs[0]];
  const bias = op.bias.map((value, r) => {
    let sum = 0;
    for (let k = r * size; k < (r + 1) * size; k++) sum += op.weights[k] - op.weightZeroPoint;
    // Modulo 2³², like the sums on the board.
    return (value - zeroPoint * sum) | 0;
  });
  return { weights: encodeRows(op.weights, rows, op.weightZeroPoint), bias };
}

/** @throws ArgumentError for an op with encoded weights that no kernel can read */
export function checkEncodable(op: Op): asserts op is Encodable {
  if (!isEncodable(op)) throw new ArgumentError(`graph, op ${op.name}`, "encoding 'sparse'", 'a dense layer or a 1×1 convolution of stride 1');
}
