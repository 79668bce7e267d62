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
import { clamp, multiplyByQuantizedMultiplier, multiplyRoundingOnce } from './fixed-point';
import { elements, type DepthwiseConv2d, type Graph, type Op } from './graph';

/** Folders of templates/runtime with kernels of their own. */
export type KernelSet = 'portable' | 'dsp' | 'm0plus';

const SETS: Readonly<Partial<Record<Board['core'], KernelSet>>> = {
  'cortex-m0plus': 'm0plus',
  'cortex-m4': 'dsp',
  'cortex-m7': 'dsp',
  'cortex-m33': 'dsp',
  'cortex-m55': 'dsp',
};

export function kernelSetOf(board: Board): KernelSet {
  return board.kernels ?? SETS[board.core] ?? 'portable';
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
  readonly multipliers: Int32Array;
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

/** Sums beyond this leave too few bits for the doubling in front of the multiplication. */
const SUM_LIMIT = 2 ** 30;

/** The least and the greatest sum that a channel can see; padding, which adds nothing, lies between. */
function sumRange(bias: number, weights: Int8Array, weightZero: number, zero: number): readonly [number, number] {
  let lo = bias;
  let hi = bias;
  const [least, most] = [-128 - zero, 127 - zero];
  for (const weight of weights) {
    const factor = weight - weightZero;
    lo += factor * (factor > 0 ? least : most);
    hi += factor * (factor > 0 ? most : least);
  }
  return [lo, hi];
}

/** What a channel always gives, where it can give one value only: channels that training left for dead do. */
function constantOf(op: Weighted, channel: number, range: readonly [number, number], zero: number): number | undefined {
  if (range.some((sum) => sum !== (sum | 0))) return undefined;
  const scale = op.kind === 'fullyConnected' ? multiplyRoundingOnce : multiplyByQuantizedMultiplier;
  const [lo, hi] = range.map((sum) =>
    clamp(scale(sum, op.multipliers[channel], op.shifts[channel]) + zero, op.min, op.max),
  );
  return lo === hi ? lo : undefined;
}

/** The weights of one channel. */
function channelWeights(op: Weighted, channel: number, outputs: number, size: number): Int8Array {
  if (op.kind !== 'depthwiseConv2d') return op.weights.subarray(channel * size, (channel + 1) * size);
  return Int8Array.from({ length: size }, (_, k) => op.weights[k * outputs + channel]);
}

/** The op as a folded kernel wants it; undefined where the portable one must do. */
export function foldedOf(graph: Graph, op: Weighted, set: KernelSet): Folded | undefined {
  const kernel = set === 'portable' ? undefined : kernelOf(op);
  if (!kernel) return undefined;
  const least = op.kind === 'fullyConnected' ? 2 : 1;
  const [from, to] = [op.inputs[0], op.output].map((id) => graph.tensors[id]);
  const outputs = to.shape[2];
  const isDepthwise = op.kind === 'depthwiseConv2d';
  const size = op.kind === 'fullyConnected' ? elements(from.shape) : op.weights.length / outputs;
  const row = isDepthwise ? size : Math.ceil(size / 4) * 4;
  // The m0plus kernels multiply unsigned numbers: inputs move up by 128, and the weights of convolutions.
  const inputMove = set === 'm0plus' && op.kind !== 'fullyConnected' ? 128 : 0;
  const weightMove = isDepthwise ? 0 : inputMove;
  const inputZero = from.zeroPoint + inputMove;
  const weights = new Int8Array(outputs * row);
  const bias = new Int32Array(outputs);
  const multipliers = Int32Array.from(op.multipliers);
  const shifts = Int8Array.from(op.shifts, (shift) => -shift - least);
  for (let channel = 0; channel < outputs; channel++) {
    let own = channelWeights(op, channel, outputs, size);
    const range = sumRange(op.bias[channel], own, op.weightZeroPoint, from.zeroPoint);
    if (shifts[channel] < 0 || range[0] <= -SUM_LIMIT || range[1] >= SUM_LIMIT) {
      const value = constantOf(op, channel, range, to.zeroPoint);
      if (value === undefined) return undefined;
      own = new Int8Array(size).fill(op.weightZeroPoint);
      // 2³⁰ · 2⁻³² and 2³⁰ · 2⁻³³ are what a stored shift of 0 means.
      bias[channel] = 2 ** (least + 1) * (value - to.zeroPoint);
      multipliers[channel] = 2 ** 30;
      shifts[channel] = 0;
    } else {
      // K·zₓ·z_w − zₓ·Σw is −zₓ·Σ(w − z_w).
      bias[channel] = op.bias[channel] - inputZero * own.reduce((sum, weight) => sum + weight - op.weightZeroPoint, 0);
    }
    for (let k = 0; k < size; k++) weights[isDepthwise ? k * outputs + channel : channel * row + k] = own[k] + weightMove;
  }
  return {
    kernel, weights, bias, multipliers, shifts, inputZero,
    // Depthwise kernels subtract the weights' zero point themselves.
    weightZero: op.weightZeroPoint + weightMove,
    scratchBytes: scratchOf(graph, op, set, size),
  };
}
