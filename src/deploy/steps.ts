/**
 * What a graph becomes on a board: one step an op (an input, for concat), each a kernel with its constants. The planner
 * adds up their sizes and the emitter writes them out, so that prediction and firmware cannot disagree.
 */
import { ArgumentError } from '../base';
import { elements, wholeWords, type Graph, type Op, type TensorId, type WeightedOp } from './graph';
import type { Choice, Prepared } from './kernels';

/** A constant array, in flash. */
export interface ConstantArray {
  /** What it is to its layer. */
  readonly role: 'weights' | 'bias' | 'multipliers' | 'shifts';
  /** Of its elements, in C. */
  readonly type: 'int8_t' | 'int32_t';
  /** Size in flash. */
  readonly bytes: number;
  /** Made when first asked for: a plan needs sizes only. */
  readonly values: Int8Array | Int32Array;
}

/** One field of a descriptor: a number, the numbers of an array field, or one of the step's constant arrays. */
export type Field = number | readonly number[] | Int8Array | ConstantArray;

/** One call of the firmware: a kernel, the descriptor that it reads, and the tensors that it works on. */
export interface Step {
  /** What the step does, in the graph. */
  readonly op: Op;
  /** By its file and function. */
  readonly kernel: string;
  /** C type of the descriptor, without its paretino_ prefix. */
  readonly descriptor: keyof typeof DESCRIPTOR_BYTES;
  /** Values of the descriptor, in the order of its C struct. */
  readonly fields: readonly Field[];
  /** The operand. */
  readonly x: TensorId;
  /** The second operand; the same as x where there is none. */
  readonly x2: TensorId;
  /** The result. */
  readonly y: TensorId;
  /** B of the arena that the kernel needs for itself, handed to it in the second operand's place. */
  readonly scratchBytes: number;
}

/** sizeof on a 32-bit core, alignment included. */
const DESCRIPTOR_BYTES = {
  convolution: 52,
  dense: 32,
  pool: 28,
  elementwise: 36,
  reduction: 20,
  softmax_op: 20,
  table: 260,
  rows: 24,
} as const;

/** sizeof(paretino_step) on a 32-bit core. */
export const STEP_BYTES = 20;

function isConstant(field: Field): field is ConstantArray {
  return typeof field === 'object' && 'role' in field;
}

export function constantsOf(step: Step): ConstantArray[] {
  return step.fields.filter(isConstant);
}

/** Whether two fields are the same numbers, or the same arrays. */
function isSameField(a: Field, b: Field): boolean {
  return a === b || (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((number, i) => number === b[i]));
}

/**
 * For each step the first one whose descriptor it uses too. Only the parts of a layer that was split share theirs: layers
 * that happen to be alike do not, so that flash follows from the shapes, whatever the weights.
 */
export function descriptorOwners(steps: readonly Step[]): number[] {
  const parts = new Map<string, number[]>();
  return steps.map(({ op, descriptor, fields }, i) => {
    if (!op.patch) return i;
    const key = `${op.name},${descriptor}`;
    const before = parts.get(key) ?? [];
    const owner = before.find((k) => fields.every((field, f) => isSameField(field, steps[k].fields[f])));
    if (owner === undefined) parts.set(key, [...before, i]);
    return owner ?? i;
  });
}

/** B of flash that each step takes besides its kernel; what several share is the first one's. */
export function constantBytes(steps: readonly Step[]): number[] {
  const owners = descriptorOwners(steps);
  const counted = new Set<ConstantArray>();
  return steps.map((step, i) => {
    let bytes = STEP_BYTES + (owners[i] === i ? DESCRIPTOR_BYTES[step.descriptor] : 0);
    for (const array of constantsOf(step)) {
      if (!counted.has(array)) bytes += wholeWords(array.bytes);
      counted.add(array);
    }
    return bytes;
  });
}

/** Gives ops that work with the same weights in the same way the same arrays: the parts of a layer that was split. */
type SharedArrays = (op: WeightedOp, madeOf: readonly (object | number | string)[], make: () => ConstantArray[]) => ConstantArray[];

function sharedArrays(): SharedArrays {
  const known = new Map<Int8Array, { madeOf: readonly (object | number | string)[]; arrays: ConstantArray[] }[]>();
  return ({ weights }, madeOf, make) => {
    const before = known.get(weights) ?? [];
    const found = before.find((other) => other.madeOf.every((part, i) => part === madeOf[i]));
    if (found) return found.arrays;
    const arrays = make();
    known.set(weights, [...before, { madeOf, arrays }]);
    return arrays;
  };
}

/** An array of a layer, as its kernel wants it. */
class LayerArray implements ConstantArray {
  readonly #op: WeightedOp;
  readonly #prepared: Prepared;

  constructor(
    readonly role: ConstantArray['role'],
    readonly type: ConstantArray['type'],
    readonly bytes: number,
    op: WeightedOp,
    prepared: Prepared,
  ) {
    this.#op = op;
    this.#prepared = prepared;
  }

  get values(): Int8Array | Int32Array {
    const values = (this.#prepared.arrays?.() ?? this.#op)[this.role];
    return this.type === 'int8_t' ? new Int8Array(values) : values;
  }
}

/** What a layer with weights is on a board: the arrays, and the zero points that its kernel works with. */
function weightsOf(graph: Graph, op: WeightedOp, { kernel, prepared }: Choice, shared: SharedArrays) {
  const outputs = op.bias.length;
  const [from, to] = [graph.tensors[op.inputs[0]], graph.tensors[op.output]];
  const madeOf = [op.weightZeroPoint, op.bias, op.multipliers, op.shifts, op.min, op.max, kernel.name, from.zeroPoint, to.zeroPoint];
  const constants = shared(op, madeOf, () => [
    new LayerArray('weights', 'int8_t', prepared.weightBytes ?? op.weights.length, op, prepared),
    new LayerArray('bias', 'int32_t', 4 * outputs, op, prepared),
    new LayerArray('multipliers', 'int32_t', 4 * outputs, op, prepared),
    new LayerArray('shifts', 'int8_t', outputs, op, prepared),
  ]);
  return { constants, inputZero: prepared.inputZero ?? from.zeroPoint, weightZero: prepared.weightZero ?? op.weightZeroPoint };
}

/** The descriptors hold sizes in 16 bits. */
function checkSizes(graph: Graph, op: Op): void {
  const checkSize = (id: TensorId): void => {
    const { name, shape } = graph.tensors[id];
    if (shape.some((size) => size > 32767)) throw new ArgumentError(`graph, tensor ${name}`, shape, 'sizes of at most 32,767');
  };
  op.inputs.forEach(checkSize);
  checkSize(op.output);
}

function copy(op: Op, x: TensorId, rows: number, row: number, offset: number, pitch: number, fillSize = 0, fill = 0): Step {
  const fields = [rows, row, offset, pitch, fillSize, fill];
  return { op, kernel: 'copy_rows', descriptor: 'rows', fields, x, x2: x, y: op.output, scratchBytes: 0 };
}

/** Whether two tensors lie in the same place. */
export type SharePlace = (a: TensorId, b: TensorId) => boolean;

/** The one step of an op that a kernel does. */
function kernelStep(graph: Graph, op: Op, choice: Choice, shared: SharedArrays): Step {
  const [x, x2 = x] = op.inputs;
  const [from, from2, to] = [x, x2, op.output].map((id) => graph.tensors[id]);
  const at = { op, kernel: choice.kernel.name, x, x2, y: op.output, scratchBytes: choice.prepared.scratchBytes ?? 0 };
  switch (op.kind) {
    case 'conv2d':
    case 'depthwiseConv2d': {
      const { constants, inputZero, weightZero } = weightsOf(graph, op, choice, shared);
      const fields = [
        ...constants, ...from.shape, ...to.shape, ...op.kernel, ...op.strides, op.padding[0], op.padding[2],
        inputZero, to.zeroPoint, weightZero, op.min, op.max, op.kind === 'conv2d' ? 1 : op.depthMultiplier,
      ];
      return { ...at, descriptor: 'convolution', fields };
    }
    case 'fullyConnected': {
      const { constants, inputZero, weightZero } = weightsOf(graph, op, choice, shared);
      const zeros = [inputZero, to.zeroPoint, weightZero];
      return { ...at, descriptor: 'dense', fields: [...constants, elements(from.shape), elements(to.shape), ...zeros, op.min, op.max] };
    }
    case 'averagePool':
    case 'maxPool': {
      const sizes = [...from.shape, to.shape[0], to.shape[1], ...op.kernel, ...op.strides, op.padding[0], op.padding[2]];
      return { ...at, descriptor: 'pool', fields: [...sizes, op.min, op.max] };
    }
    case 'mean': {
      const sizes = [from.shape[0] * from.shape[1], from.shape[2]];
      return { ...at, descriptor: 'reduction', fields: [...sizes, op.multipliers[0], op.shifts[0], from.zeroPoint, to.zeroPoint] };
    }
    case 'add':
    case 'mul': {
      const three = (values: Int32Array): number[] => [0, 1, 2].map((i) => values[i] ?? 0);
      const fields = [
        elements(to.shape), elements(from2.shape), three(op.multipliers), three(op.shifts),
        op.kind === 'add' ? op.leftShift : 0, from.zeroPoint, from2.zeroPoint, to.zeroPoint, op.min, op.max,
      ];
      return { ...at, descriptor: 'elementwise', fields };
    }
    case 'lookup':
      return { ...at, descriptor: 'table', fields: [elements(to.shape), op.table] };
    case 'softmax': {
      const fields = [from.shape[0] * from.shape[1], from.shape[2], op.multiplier, op.leftShift, op.diffMin];
      return { ...at, descriptor: 'softmax_op', fields };
    }
    default:
      throw new ArgumentError(`kernel ${choice.kernel.name}, kinds`, op.kind, 'an operation with a descriptor');
  }
}

/** The steps of an op that only moves bytes. */
function movingSteps(graph: Graph, op: Op, share: SharePlace): Step[] {
  const [x, x2 = x] = op.inputs;
  const [from, to] = [x, op.output].map((id) => graph.tensors[id]);
  switch (op.kind) {
    case 'reshape':
      return share(x, op.output) ? [] : [copy(op, x, 1, elements(to.shape), 0, 0)];
    case 'concat': {
      let offset = 0;
      return op.inputs.map((id) => {
        const channels = graph.tensors[id].shape[2];
        offset += channels;
        return copy(op, id, to.shape[0] * to.shape[1], channels, offset - channels, to.shape[2]);
      });
    }
    case 'pad': {
      const offset = (op.padding[0] * to.shape[1] + op.padding[2]) * to.shape[2];
      const [row, pitch] = [from.shape[1] * from.shape[2], to.shape[1] * to.shape[2]];
      return [copy(op, x, from.shape[0], row, offset, pitch, elements(to.shape), to.zeroPoint)];
    }
    case 'crop': {
      const [row, pitch] = [to.shape[1] * to.shape[2], from.shape[1] * from.shape[2]];
      const fields = [to.shape[0], row, op.top * pitch + op.left * from.shape[2], pitch, 0, 0];
      return [{ op, kernel: 'crop_rows', descriptor: 'rows', fields, x, x2, y: op.output, scratchBytes: 0 }];
    }
    case 'paste': {
      const [row, pitch] = [from.shape[1] * from.shape[2], to.shape[1] * to.shape[2]];
      const part = copy(op, x, from.shape[0], row, op.top * pitch + op.left * to.shape[2], pitch);
      const isThere = op.inputs.length === 1 || share(x2, op.output);
      return isThere ? [part] : [copy(op, x2, 1, elements(to.shape), 0, 0), part];
    }
    default:
      throw new ArgumentError(`graph, op ${op.name}`, op.kind, 'an operation that some kernel does');
  }
}

/**
 * The steps of a graph, in order.
 * @param share tells tensors that lie in one place: a reshape of this kind takes no step
 * @param choose the kernel of an op, undefined for those that only move bytes
 */
export function stepsOf(graph: Graph, share: SharePlace, choose: (op: Op) => Choice | undefined): Step[] {
  const shared = sharedArrays();
  return graph.ops.flatMap((op) => {
    checkSizes(graph, op);
    const choice = choose(op);
    return choice ? kernelStep(graph, op, choice, shared) : movingSteps(graph, op, share);
  });
}
