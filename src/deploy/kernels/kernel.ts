import type { Graph, Op } from '../graph';
import type { KernelSet } from './sets';

/** The constant arrays of a layer as a kernel wants them. */
export interface KernelArrays {
  /** In the layout that the kernel reads. */
  readonly weights: Int8Array;
  /** One an output channel. */
  readonly bias: Int32Array;
  /** Q31, one an output channel. */
  readonly multipliers: Int32Array;
  /** One an output channel. */
  readonly shifts: Int8Array | Int32Array;
}

/** What is different about an op where a kernel does it; what is left out stays as the op has it. */
export interface Prepared {
  /** Of a layer with weights: worked out when they are first asked for, since a plan needs their sizes only. */
  readonly arrays?: () => KernelArrays;
  /** B of its weights. */
  readonly weightBytes?: number;
  /** The zero point of the input in the descriptor. */
  readonly inputZero?: number;
  /** The zero point of the weights in the descriptor. */
  readonly weightZero?: number;
  /** B of the arena that the kernel needs for itself, handed to it as its second operand. */
  readonly scratchBytes?: number;
}

/**
 * How a kind of operation is done: a function of C, `PARETINO_KERNEL(name)`, and when to use it. Its descriptor is that of
 * the kind (templates/runtime/paretino.h): convolution, dense, pool, elementwise, reduction, softmax_op or table.
 */
export interface Kernel {
  /** Of the function, without its prefix, and of its file templates/runtime/NAME.c or templates/runtime/SET/NAME.c. */
  readonly name: string;
  /** The operations that it may be asked to do. */
  readonly kinds: readonly Op['kind'][];
  /** Sets of the cores that have it; every core's, where this is left out. */
  readonly sets?: readonly KernelSet[];
  /** What it makes of an op of these kinds; undefined where it stands back for the next in the list. */
  prepare(graph: Graph, op: Op, set: KernelSet): Prepared | undefined;
  /** Whether the output may lie where the first input does, where that is not so for every kernel of the kind. */
  readonly overwritesInput?: boolean;
  /** Its C, for a kernel that is no file of templates/runtime. Includes "paretino.h". */
  readonly source?: string;
  /** B of code, to predict flash with; 2 KB where a kernel with a source of its own does not say. */
  readonly codeBytes?: number;
}
