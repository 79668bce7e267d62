import { elements, type Graph, type Op, type TensorId } from '../graph';

/** A stretch of the arena that one tensor, or several in turn, occupy. */
export interface Block {
  /** What lies in it, one after the other; none of a scratch block. */
  readonly tensors: readonly TensorId[];
  /** B. */
  readonly bytes: number;
  /** Index of the op that first writes it; −1 for the network's input. */
  readonly from: number;
  /** Index of the last op that reads it; the number of ops for the network's output. */
  readonly to: number;
}

/** Ops whose kernels may write over an input: each value is read before its place is written. */
export const IN_PLACE: ReadonlySet<Op['kind']> = new Set<Op['kind']>(['reshape', 'lookup', 'add', 'mul', 'softmax', 'paste']);

/** The last op that reads each tensor. */
function lastReads(graph: Graph): number[] {
  const last = graph.tensors.map(() => -1);
  graph.ops.forEach((op, i) => op.inputs.forEach((id) => (last[id] = i)));
  last[graph.output] = graph.ops.length;
  return last;
}

/**
 * Which tensors need memory, when, and which of them share it because one is made in the other's place: the output
 * of an element-wise op takes over an input that nobody reads again.
 * @param overwritesInput ops whose kernel allows that
 */
export function blocksOf(graph: Graph, overwritesInput: (op: Op) => boolean): Block[] {
  const last = lastReads(graph);
  const blocks: { tensors: TensorId[]; bytes: number; from: number; to: number }[] = [];
  const blockOf = new Map<TensorId, number>();
  const open = (id: TensorId, at: number): void => {
    blockOf.set(id, blocks.length);
    blocks.push({ tensors: [id], bytes: elements(graph.tensors[id].shape), from: at, to: Math.max(at, last[id]) });
  };
  open(graph.input, -1);
  graph.ops.forEach((op, i) => {
    const bytes = elements(graph.tensors[op.output].shape);
    const isFree = (id: TensorId): boolean => last[id] === i && op.inputs.filter((other) => other === id).length === 1;
    const fits = (id: TensorId): boolean => {
      // A part that is as large as the picture is still moved into it.
      if (op.kind === 'paste' && id === op.inputs[0]) return false;
      const has = elements(graph.tensors[id].shape);
      return op.kind === 'depthwiseConv2d' ? has >= bytes : has === bytes;
    };
    const taken = overwritesInput(op) ? op.inputs.find((id) => isFree(id) && fits(id)) : undefined;
    if (taken === undefined) return open(op.output, i);
    const index = blockOf.get(taken) as number;
    const block = blocks[index];
    block.tensors.push(op.output);
    block.to = Math.max(block.to, last[op.output]);
    blockOf.set(op.output, index);
  });
  return blocks;
}

/** Bytes live at the worst op: no plan without recomputation can do with less. */
export function liveBound(graph: Graph, blocks: readonly Block[]): number {
  return Math.max(...liveBytes(graph, blocks));
}

/** Bytes live while each op runs. */
export function liveBytes(graph: Graph, blocks: readonly Block[]): number[] {
  const change = new Array<number>(graph.ops.length + 1).fill(0);
  const last = graph.ops.length - 1;
  for (const { from, to, bytes } of blocks) {
    change[Math.max(0, from)] += bytes;
    change[Math.min(last, to) + 1] -= bytes;
  }
  let live = 0;
  return graph.ops.map((_, i) => (live += change[i]));
}
