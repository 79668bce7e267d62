import { check } from '../../base';
import { clamp, roundHalfAway } from '../fixed-point';
import { elements, type Graph, type Op } from '../graph';
import { add, lookup, mul } from './elementwise';
import { concat, crop, pad, paste } from './moving';
import { mean, pool2d } from './pooling';
import { softmax } from './softmax';
import { conv2d, depthwiseConv2d, fullyConnected } from './weighted';

/** What `interpret` takes beside graph and input. */
export interface InterpretOptions {
  /** Called after each op with what it wrote (int8, also in uint8 graphs; the array is reused). */
  readonly onOutput?: (op: Op, values: Int8Array) => void;
}

function run(op: Op, graph: Graph, values: readonly Int8Array[]): void {
  const from = graph.tensors[op.inputs[0]];
  const to = graph.tensors[op.output];
  const x = values[op.inputs[0]];
  const y = values[op.output];
  switch (op.kind) {
    case 'conv2d':
      return conv2d(op, from, to, x, y);
    case 'depthwiseConv2d':
      return depthwiseConv2d(op, from, to, x, y);
    case 'fullyConnected':
      return fullyConnected(op, from, to, x, y);
    case 'averagePool':
    case 'maxPool':
      return pool2d(op, from, to, x, y);
    case 'mean':
      return mean(op, from, to, x, y);
    case 'add':
    case 'mul':
    case 'concat': {
      const operands = op.inputs.map((id) => graph.tensors[id]);
      const inputs = op.inputs.map((id) => values[id]);
      if (op.kind === 'add') return add(op, operands, to, inputs, y);
      return op.kind === 'mul' ? mul(op, operands, to, inputs, y) : concat(operands, to, inputs, y);
    }
    case 'lookup':
      return lookup(op, x, y);
    case 'softmax':
      return softmax(op, from, x, y);
    case 'reshape':
      return y.set(x);
    case 'pad':
      return pad(op, from, to, x, y);
    case 'crop':
      return crop(op, from, to, x, y);
    case 'paste':
      return paste(op, from, to, x, op.inputs.length > 1 ? values[op.inputs[1]] : undefined, y);
  }
}

/** uint8 values as int8, or back. */
function moved(values: ArrayLike<number>, by: number): number[] {
  return Array.from(values, (value) => value + by);
}

/**
 * Runs the graph on one sample in plain integers: the oracle that every board's code is compared with, byte for byte.
 *
 * @param input the quantised sample, row-major; Int8Array or Uint8Array as `graph.boundary` says
 * @returns the quantised output, of the same type
 */
export function interpret(
  graph: Graph,
  input: Int8Array | Uint8Array,
  options: InterpretOptions = {},
): Int8Array | Uint8Array {
  const Boundary = graph.boundary === 'int8' ? Int8Array : Uint8Array;
  const wanted = elements(graph.tensors[graph.input].shape);
  check(input instanceof Boundary, 'input', input.constructor.name, Boundary.name);
  check(input.length === wanted, 'input.length', input.length, `${wanted} (${graph.tensors[graph.input].shape.join(' × ')})`);
  const values = graph.tensors.map((tensor) => new Int8Array(elements(tensor.shape)));
  values[graph.input].set(graph.boundary === 'int8' ? input : moved(input, -128));
  for (const op of graph.ops) {
    run(op, graph, values);
    options.onOutput?.(op, values[op.output]);
  }
  const output = values[graph.output];
  return graph.boundary === 'int8' ? output : Uint8Array.from(moved(output, 128));
}

/** Real values to what the graph takes: round half away from zero, clamp. */
export function quantizeInput(graph: Graph, x: Float32Array): Int8Array | Uint8Array {
  const { scale, zeroPoint } = graph.tensors[graph.input];
  const q = Int8Array.from(x, (value) => clamp(roundHalfAway(value / scale) + zeroPoint, -128, 127));
  return graph.boundary === 'int8' ? q : Uint8Array.from(moved(q, 128));
}

/** What the graph gives, as real values. */
export function dequantizeOutput(graph: Graph, output: Int8Array | Uint8Array): Float32Array {
  const { scale, zeroPoint } = graph.tensors[graph.output];
  const moveBy = graph.boundary === 'int8' ? 0 : -128;
  return Float32Array.from(output, (q) => scale * (q + moveBy - zeroPoint));
}
