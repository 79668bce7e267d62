/**
 * Layers prepared for the kernels of templates/runtime/dsp and templates/runtime/m0plus. There a layer's sum is
 *
 *   Σ (x − zₓ)(w − z_w) = Σ x·w − z_w Σ x + (K zₓ z_w − zₓ Σ w)
 *
 * with the bracket folded into the bias here (Jacob et al. 2017, eq. 7), padding read as zₓ, and shifts stored as the
 * number of places before the last one, so that rounding is "shift, add 1, shift by 1". What does not fit (a factor of
 * one half or more, sums beyond 30 bits) stays with the portable kernels.
 */
import type { Board } from './boards';
import { elements, type DepthwiseConv2d, type Graph, type Op } from './graph';

/** Folders of templates/runtime with kernels of their own. */
export type KernelSet = 'portable' | 'dsp' | 'm0plus';

const SETS: Readonly<Partial<Record<Board['core'], KernelSet>>> = {
  'cortex-m4': 'dsp',
  'cortex-m7': 'dsp',
  'cortex-m33': 'dsp',
  'cortex-m55': 'dsp',
};

export function kernelSetOf(board: Board): KernelSet {
  return SETS[board.core] ?? 'portable';
}

/** Kernel sizes with a depthwise kernel of their own. */
const DEPTHWISE = ['3x3', '5x5', '1x3', '1x5'] as const;

export type FoldedKernel = 'conv2d_folded' | 'fully_connected_folded' | `depthwise_${(typeof DEPTHWISE)[number]}`;

type Weighted = Extract<Op, { weights: Int8Array }>;

/** What a folded kernel's descriptor holds in place of the op's own arrays. */
export interface Folded {
  readonly kernel: FoldedKernel;
  readonly weights: Int8Array;
  readonly bias: Int32Array;
  readonly shifts: Int8Array;
  /** The zero points as the kernel sees them. */
  readonly inputZero: number;
  readonly weightZero: number;
  /** B of the arena that the kernel needs for itself. */
  readonly scratchBytes: number;
}

function kernelOf(op: Weighted): FoldedKernel | undefined {
  if (op.kind === 'conv2d') return 'conv2d_folded';
  if (op.kind === 'fullyConnected') return 'fully_connected_folded';
  const size = DEPTHWISE.find((name) => name === op.kernel.join('x'));
  return size && op.depthMultiplier === 1 ? `depthwise_${size}` : undefined;
}

/** The kernel sees a plane of one channel with its padding, a last odd row or column left out. */
function planeSize(graph: Graph, op: DepthwiseConv2d): number {
  const to = graph.tensors[op.output].shape;
  const [height, width] = [0, 1].map((axis) => (to[axis] - 1) * op.strides[axis] + op.kernel[axis]);
  return height * (Math.ceil(width / 2) * 2);
}

function scratchOf(graph: Graph, op: Weighted, set: KernelSet, size: number): number {
  const padded = Math.ceil(size / 4) * 4;
  switch (op.kind) {
    case 'conv2d':
      return set === 'dsp' ? 2 * padded : 4 * padded;
    case 'depthwiseConv2d':
      // The last pair of taps of the dsp kernel reads one value past the plane, against a weight of 0.
      return set === 'dsp' ? 2 * planeSize(graph, op) + 4 : planeSize(graph, op);
    case 'fullyConnected':
      return set === 'dsp' && padded !== size ? padded : 0;
  }
}

/** Sums of Σ |x·w| that no sample can exceed must leave two bits free. */
const SUM_LIMIT = 2 ** 30;

/** The op as a folded kernel wants it; undefined where the portable one must do. */
export function foldedOf(graph: Graph, op: Weighted, set: KernelSet): Folded | undefined {
  const kernel = set === 'portable' ? undefined : kernelOf(op);
  const least = op.kind === 'fullyConnected' ? 2 : 1;
  if (!kernel || op.shifts.some((shift) => -shift < least)) return undefined;
  const from = graph.tensors[op.inputs[0]];
  const outputs = graph.tensors[op.output].shape[2];
  const isDepthwise = op.kind === 'depthwiseConv2d';
  const size = op.kind === 'fullyConnected' ? elements(from.shape) : op.weights.length / outputs;
  const row = isDepthwise ? size : Math.ceil(size / 4) * 4;
  // The m0plus kernels multiply unsigned numbers: everything moves up by 128, depthwise weights excepted.
  const inputMove = set === 'm0plus' && kernel !== 'fully_connected_folded' ? 128 : 0;
  const weightMove = isDepthwise ? 0 : inputMove;
  const inputZero = from.zeroPoint + inputMove;
  const weightZero = op.weightZeroPoint + weightMove;
  // Depthwise kernels subtract the weights' zero point themselves.
  const weights = row === size && weightMove === 0 ? op.weights : new Int8Array(outputs * row);
  const bias = new Int32Array(outputs);
  for (let channel = 0; channel < outputs; channel++) {
    let sum = 0;
    let magnitude = Math.abs(op.bias[channel]);
    for (let k = 0; k < size; k++) {
      const weight = op.weights[isDepthwise ? k * outputs + channel : channel * size + k];
      sum += weight - op.weightZeroPoint;
      magnitude += 256 * Math.abs(weight - op.weightZeroPoint);
      if (weights !== op.weights) weights[channel * row + k] = weight + weightMove;
    }
    if (magnitude >= SUM_LIMIT) return undefined;
    const unfolded = op.bias[channel] - inputZero * sum;
    // K·zₓ·z_w − zₓ·Σw with w and z_w moved alike is −zₓ·Σ(w − z_w).
    bias[channel] = unfolded;
  }
  return {
    kernel, weights, bias, inputZero, weightZero,
    shifts: Int8Array.from(op.shifts, (shift) => -shift - least),
    scratchBytes: scratchOf(graph, op, set, size),
  };
}
