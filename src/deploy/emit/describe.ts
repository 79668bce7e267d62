import { macsOf, type Graph, type Op } from '../graph';
import { commentText } from './names';

/** One line on an op: what it is, on which shapes, at what cost. */
export function describeOp(graph: Graph, op: Op): string {
  const [from, to] = [op.inputs[0], op.output].map((id) => graph.tensors[id].shape.join('x'));
  const window = 'kernel' in op ? ` ${op.kernel.join('x')}, stride ${op.strides.join('x')}` : '';
  const macs = macsOf(graph, op);
  const patch = op.patch ? `, patch ${op.patch.join(',')}` : '';
  return commentText(`${op.name}: ${op.kind}${window}${patch}, ${from} -> ${to}${macs > 0 ? `, ${macs} MACs` : ''}`);
}

/** The whole graph as text, an op a line. */
export function describeGraph(graph: Graph): string {
  const input = graph.tensors[graph.input];
  const head = `${graph.name}: ${graph.boundary} ${input.shape.join('x')}, scale ${input.scale}, zero point ${input.zeroPoint}`;
  return [head, ...graph.ops.map((op) => `  ${describeOp(graph, op)}`)].join('\n');
}
