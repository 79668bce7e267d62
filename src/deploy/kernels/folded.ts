/**
 * Layers prepared for the kernels of templates/runtime/dsp and templates/runtime/m0plus. There a layer's sum is
 *
 *   Σ (x − zₓ)(w − z_w) = Σ x·w − z_w Σ x + (K zₓ z_w − zₓ Σ w)
 *
 * with the bracket folded into the bias here (Jacob et al. 2017, eq. 7), padding read as zₓ, and shifts stored as the
 * number of places before the last one, so that rounding is "shift, add 1, shift by 1". What does not fit (a factor of
 * one half or more, sums beyond 30 bits) stays with the portable kernels.
 */
import { clamp, multiplyByQuantizedMultiplier, multiplyRoundingOnce } from '../fixed-point';
import { wholeWords, type DepthwiseConv2d, type Graph, type WeightedOp } from '../graph';
import type { KernelSet } from './sets';

/** Kernel sizes with a depthwise kernel of their own. */
const DEPTHWISE = ['3x3', '5x5', '1x3', '1x5'] as const;

export type FoldedKernel = 'conv2d_folded' | 'fully_connected_folded' | `depthwise_${'3x3' | '5x5' | '1x3' | '1x5'}`;

/** What a folded kernel's descriptor holds in place of the op's own arrays. */
export interface FoldedArrays {
  readonly weights: Int8Array;
  readonly bias: Int32Array;
  readonly multipliers: Int32Array;
  readonly shifts: Int8Array;
}

export interface Folded {
  readonly kernel: FoldedKernel;
  /** Worked out when they are first asked for: a plan needs their sizes only. */
  readonly arrays: () => FoldedArrays;
  /** B of the weights, rows padded. */
  readonly weightBytes: number;
  /** The zero points as the kernel sees them. */
  readonly inputZero: number;
  readonly weightZero: number;
  /** B of the arena that the kernel needs for itself. */
  readonly scratchBytes: number;
}

/** The folded kernel for layers of this shape. */
export function foldedKernelOf(op: WeightedOp): FoldedKernel | undefined {
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

function scratchOf(graph: Graph, op: WeightedOp, set: KernelSet, size: number): number {
  const padded = wholeWords(size);
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

/** What a channel always gives, where it can give one value only: channels that training left for dead do. */
export function constantOf(op: WeightedOp, channel: number, range: readonly [number, number], zero: number): number | undefined {
  if (range.some((sum) => sum !== (sum | 0))) return undefined;
  const scale = op.kind === 'fullyConnected' ? multiplyRoundingOnce : multiplyByQuantizedMultiplier;
  const [lo, hi] = range.map((sum) =>
    clamp(scale(sum, op.multipliers[channel], op.shifts[channel]) + zero, op.min, op.max),
  );
  return lo === hi ? lo : undefined;
}

/** How an op's weights lie, and how a kernel wants them. */
interface Layout {
  readonly outputs: number;
  /** Weights of one output. */
  readonly size: number;
  /** The same, with the padding that the kernel wants. */
  readonly row: number;
  /** What the kernel's unsigned numbers are moved up by. */
  readonly inputMove: number;
  readonly weightMove: number;
}

function layoutOf(graph: Graph, op: WeightedOp, set: KernelSet): Layout {
  const outputs = graph.tensors[op.output].shape[2];
  const isDepthwise = op.kind === 'depthwiseConv2d';
  const size = op.weights.length / outputs;
  // The m0plus kernels multiply unsigned numbers: inputs move up by 128, and the weights of convolutions.
  const inputMove = set === 'm0plus' && op.kind !== 'fullyConnected' ? 128 : 0;
  return {
    outputs, size, inputMove,
    row: isDepthwise ? size : wholeWords(size),
    weightMove: isDepthwise ? 0 : inputMove,
  };
}

/** Places by which every product is shifted at least. */
export function leastShiftOf(op: WeightedOp): number {
  return op.kind === 'fullyConnected' ? 2 : 1;
}

/** The arrays; undefined where a channel is beyond what the folded kernels can do. */
function fold(graph: Graph, op: WeightedOp, layout: Layout): FoldedArrays | undefined {
  const { outputs, size, row, inputMove, weightMove } = layout;
  const [{ zeroPoint }, to] = [op.inputs[0], op.output].map((id) => graph.tensors[id]);
  const { weights: source, weightZeroPoint } = op;
  const weights = new Int8Array(outputs * row);
  const bias = new Int32Array(outputs);
  const multipliers = Int32Array.from(op.multipliers);
  const leastShift = leastShiftOf(op);
  const shifts = Int8Array.from(op.shifts, (shift) => -shift - leastShift);
  const [least, most] = [-128 - zeroPoint, 127 - zeroPoint];
  const [pitch, start, target] = op.kind === 'depthwiseConv2d' ? [outputs, 1, 1] : [1, size, row];
  for (let channel = 0; channel < outputs; channel++) {
    let sum = 0;
    // The least and the greatest sum of products; padding, which adds nothing, lies between.
    let [lo, hi] = [op.bias[channel], op.bias[channel]];
    for (let k = 0, at = channel * start, into = channel * target; k < size; k++, at += pitch, into += pitch) {
      const weight = source[at] - weightZeroPoint;
      sum += weight;
      lo += weight * (weight > 0 ? least : most);
      hi += weight * (weight > 0 ? most : least);
      weights[into] = source[at] + weightMove;
    }
    // K·zₓ·z_w − zₓ·Σw is −zₓ·Σ(w − z_w).
    bias[channel] = op.bias[channel] - (zeroPoint + inputMove) * sum;
    if (shifts[channel] >= 0 && lo > -SUM_LIMIT && hi < SUM_LIMIT) continue;
    const value = constantOf(op, channel, [lo, hi], to.zeroPoint);
    if (value === undefined) return undefined;
    for (let k = 0, at = channel * target; k < size; k++, at += pitch) weights[at] = weightZeroPoint + weightMove;
    // 2³⁰ · 2⁻³² and 2³⁰ · 2⁻³³ are what a stored shift of 0 means.
    bias[channel] = 2 ** (leastShift + 1) * (value - to.zeroPoint);
    multipliers[channel] = 2 ** 30;
    shifts[channel] = 0;
  }
  return { weights, bias, multipliers, shifts };
}

/** Whether the sizes alone say that every channel folds. */
function surelyFolds(op: WeightedOp, { size }: Layout): boolean {
  const room = SUM_LIMIT - size * 255 * 255;
  const least = leastShiftOf(op);
  for (let channel = 0; channel < op.bias.length; channel++) {
    if (-op.shifts[channel] < least || Math.abs(op.bias[channel]) >= room) return false;
  }
  return true;
}

/** The op as a folded kernel wants it; undefined where the portable one must do. */
export function foldedOf(graph: Graph, op: WeightedOp, set: KernelSet): Folded | undefined {
  const kernel = set === 'portable' ? undefined : foldedKernelOf(op);
  if (!kernel) return undefined;
  const layout = layoutOf(graph, op, set);
  const isSure = surelyFolds(op, layout);
  let made = isSure ? undefined : fold(graph, op, layout);
  if (!isSure && !made) return undefined;
  return {
    kernel,
    arrays: () => (made ??= fold(graph, op, layout) as FoldedArrays),
    weightBytes: layout.outputs * layout.row,
    inputZero: graph.tensors[op.inputs[0]].zeroPoint + layout.inputMove,
    // Depthwise kernels subtract the weights' zero point themselves.
    weightZero: op.weightZeroPoint + layout.weightMove,
    scratchBytes: scratchOf(graph, op, set, layout.size),
  };
}
