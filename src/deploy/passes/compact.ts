import type { Graph, Op, Tensor, TensorId } from '../graph';

/** The same graph with only the tensors that something reads or writes, in their old order. */
export function compacted(graph: Graph): Graph {
  const used = new Set<TensorId>([graph.input, graph.output]);
  for (const { inputs, output } of graph.ops) [...inputs, output].forEach((id) => used.add(id));
  if (used.size === graph.tensors.length) return graph;
  const tensors: Tensor[] = [];
  const place = graph.tensors.map((tensor, id) => (used.has(id) ? tensors.push(tensor) - 1 : -1));
  return {
    ...graph,
    tensors,
    ops: graph.ops.map((op): Op => ({ ...op, inputs: op.inputs.map((id) => place[id]), output: place[op.output] })),
    input: place[graph.input],
    output: place[graph.output],
  };
}
