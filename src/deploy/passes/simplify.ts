/**
 * Passes that make a graph smaller and leave every output as it is, byte for byte. Each is a plain function from graph to
 * graph; `simplify` does all of them until nothing changes. What `lower` makes is simple already (batch norm is folded
 * before quantisation, where it is exact); these are for graphs from elsewhere and for those that other passes leave.
 */
import { elements, type Graph, type Lookup, type Op, type Tensor, type TensorId } from '../graph';
import { compacted } from './compact';

function readersOf(graph: Graph, id: TensorId): Op[] {
  return graph.ops.filter(({ inputs }) => inputs.includes(id));
}

/** Whether one op alone reads a tensor, and the caller does not. */
function isInner(graph: Graph, id: TensorId): boolean {
  return id !== graph.output && id !== graph.input && readersOf(graph, id).length === 1;
}

function sameScale(a: Tensor, b: Tensor): boolean {
  return a.scale === b.scale && a.zeroPoint === b.zeroPoint;
}

/** The graph without these ops: who read the output of one reads what it stands for. */
function without(graph: Graph, standsFor: ReadonlyMap<TensorId, TensorId>): Graph {
  if (standsFor.size === 0) return graph;
  const source = (id: TensorId): TensorId => {
    let at = id;
    for (let next = standsFor.get(at); next !== undefined; next = standsFor.get(at)) at = next;
    return at;
  };
  const ops = graph.ops.filter(({ output }) => !standsFor.has(output)).map((op): Op => ({ ...op, inputs: op.inputs.map(source) }));
  return compacted({ ...graph, ops, output: source(graph.output) });
}

/** Ops of which nobody reads the output go. */
export function dropUnused(graph: Graph): Graph {
  const needed = new Set<TensorId>([graph.output]);
  const kept: Op[] = [];
  for (const op of [...graph.ops].reverse()) {
    if (!needed.has(op.output)) continue;
    kept.unshift(op);
    op.inputs.forEach((id) => needed.add(id));
  }
  return kept.length === graph.ops.length ? graph : compacted({ ...graph, ops: kept });
}

function isIdentity(graph: Graph, op: Op): boolean {
  const [from, to] = [op.inputs[0], op.output].map((id) => graph.tensors[id]);
  if (!sameScale(from, to) || from.shape.some((size, axis) => size !== to.shape[axis])) return false;
  switch (op.kind) {
    case 'lookup':
      return op.table.every((value, i) => value === i - 128);
    case 'averagePool':
    case 'maxPool':
      return op.kernel[0] * op.kernel[1] === 1 && op.min === -128 && op.max === 127;
    // With the same shape they have nothing to do.
    case 'reshape':
    case 'concat':
    case 'pad':
    case 'crop':
      return true;
    default:
      return false;
  }
}

/** Ops that give what they get go: tables of the identity, reshapes to the same shape, pads of nothing. */
export function dropIdentities(graph: Graph): Graph {
  const standsFor = new Map<TensorId, TensorId>();
  for (const op of graph.ops) {
    // Input and output of a network are places of their own.
    if (isIdentity(graph, op) && (op.output !== graph.output || op.inputs[0] !== graph.input)) standsFor.set(op.output, op.inputs[0]);
  }
  return without(graph, standsFor);
}

/** Pads before convolutions, and pads of pads, become the padding of what reads them. */
export function fusePads(graph: Graph): Graph {
  const standsFor = new Map<TensorId, TensorId>();
  const ops = new Map<TensorId, Op>(graph.ops.map((op) => [op.output, op]));
  for (const { output } of graph.ops) {
    // As it is by now: earlier pads may have become a part of it.
    const pad = ops.get(output) as Op;
    const readers = [...ops.values()].filter(({ inputs }) => inputs.includes(pad.output));
    const take = (reader: Op): boolean =>
      reader.kind === 'pad' || reader.kind === 'depthwiseConv2d' || (reader.kind === 'conv2d' && reader.encoding !== 'sparse');
    if (pad.kind !== 'pad' || pad.output === graph.output || readers.length === 0 || !readers.every(take)) continue;
    const [from, to] = [pad.inputs[0], pad.output].map((id) => graph.tensors[id]);
    if (!sameScale(from, to)) continue;
    for (const reader of readers) {
      if (!('padding' in reader)) continue;
      const padding = reader.padding.map((size, side) => size + pad.padding[side]) as unknown as typeof pad.padding;
      ops.set(reader.output, { ...reader, padding, inputs: pad.inputs } as Op);
    }
    standsFor.set(pad.output, pad.inputs[0]);
  }
  return standsFor.size === 0 ? graph : without({ ...graph, ops: [...ops.values()] }, standsFor);
}

/** The limits that a table sets, where it does nothing else. */
function clampOf({ table }: Lookup): { min: number; max: number } | undefined {
  const [min, max] = [table[0], table[255]];
  const isClamp = min <= max && table.every((value, i) => value === Math.min(max, Math.max(min, i - 128)));
  return isClamp ? { min, max } : undefined;
}

/** Activations that are a clamp move into the op before them, and two tables in a row become one. */
export function fuseActivations(graph: Graph): Graph {
  for (const [i, op] of graph.ops.entries()) {
    if (op.kind !== 'lookup') continue;
    const [id] = op.inputs;
    const at = graph.ops.findIndex(({ output }) => output === id);
    const before = graph.ops[at];
    if (!before || !isInner(graph, id)) continue;
    const replaced = (fused: Op): Graph => {
      const ops = graph.ops.map((other, k) => (k === at ? fused : other)).filter((_, k) => k !== i);
      return fuseActivations(compacted({ ...graph, ops }));
    };
    if (before.kind === 'lookup') {
      const { function: _, ...rest } = op;
      const table = Int8Array.from(before.table, (value) => op.table[value + 128]);
      return replaced({ ...rest, table, inputs: before.inputs });
    }
    const clamp = clampOf(op);
    if (!clamp || !('min' in before) || !sameScale(graph.tensors[id], graph.tensors[op.output])) continue;
    // A range beside the other leaves one value.
    const limit = (value: number): number => Math.min(clamp.max, Math.max(clamp.min, value));
    return replaced({ ...before, min: limit(before.min), max: limit(before.max), output: op.output });
  }
  return graph;
}

/** Reshapes of reshapes become one. */
export function fuseReshapes(graph: Graph): Graph {
  const reshapes = new Map(graph.ops.filter(({ kind }) => kind === 'reshape').map((op) => [op.output, op]));
  let isChanged = false;
  const ops = graph.ops.map((op): Op => {
    const before = op.kind === 'reshape' ? reshapes.get(op.inputs[0]) : undefined;
    if (!before || elements(graph.tensors[before.output].shape) !== elements(graph.tensors[op.output].shape)) return op;
    isChanged = true;
    return { ...op, inputs: before.inputs };
  });
  return isChanged ? dropUnused({ ...graph, ops }) : graph;
}

const PASSES = [dropUnused, dropIdentities, fusePads, fuseActivations, fuseReshapes] as const;

/** All of the above, until nothing changes. */
export function simplify(graph: Graph): Graph {
  let now = graph;
  for (let before: Graph | undefined; before !== now; ) {
    before = now;
    now = PASSES.reduce((one, pass) => pass(one), now);
  }
  return now;
}
