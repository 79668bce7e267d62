/** Every kernel of templates/runtime: the first that takes an op does it. */
import { ArgumentError } from '../../base';
import type { Board } from '../boards';
import type { Graph, Op } from '../graph';
import type { Kernel, Prepared } from './kernel';
import { addFolds, folded, paired, sparse } from './prepare';
import { kernelSetOf } from './sets';

export type { Kernel, KernelArrays, Prepared } from './kernel';
export { kernelSetOf, type KernelSet } from './sets';

const always = (): Prepared => ({});

/** All C kernels, the first that takes an op doing it: tuned ones before the plain C at the end. A board's own come before these. */
export const kernels: readonly Kernel[] = [
  { name: 'fully_connected_sparse', kinds: ['fullyConnected'], prepare: sparse },
  { name: 'conv_1x1_sparse', kinds: ['conv2d'], prepare: sparse },
  { name: 'conv2d_paired', kinds: ['conv2d'], sets: ['dsp'], prepare: paired },
  { name: 'fully_connected_paired', kinds: ['fullyConnected'], sets: ['dsp'], prepare: paired },
  { name: 'conv2d_folded', kinds: ['conv2d'], sets: ['dsp', 'm0plus'], prepare: folded('conv2d_folded') },
  { name: 'fully_connected_folded', kinds: ['fullyConnected'], sets: ['dsp', 'm0plus'], prepare: folded('fully_connected_folded') },
  { name: 'depthwise_3x3', kinds: ['depthwiseConv2d'], sets: ['dsp', 'm0plus'], prepare: folded('depthwise_3x3'), overwritesInput: true },
  { name: 'depthwise_5x5', kinds: ['depthwiseConv2d'], sets: ['dsp', 'm0plus'], prepare: folded('depthwise_5x5'), overwritesInput: true },
  { name: 'depthwise_1x3', kinds: ['depthwiseConv2d'], sets: ['dsp', 'm0plus'], prepare: folded('depthwise_1x3'), overwritesInput: true },
  { name: 'depthwise_1x5', kinds: ['depthwiseConv2d'], sets: ['dsp', 'm0plus'], prepare: folded('depthwise_1x5'), overwritesInput: true },
  { name: 'add_folded', kinds: ['add'], sets: ['dsp', 'm0plus'], prepare: addFolds },
  { name: 'conv2d', kinds: ['conv2d'], prepare: always },
  { name: 'depthwise_conv2d', kinds: ['depthwiseConv2d'], prepare: always },
  { name: 'fully_connected', kinds: ['fullyConnected'], prepare: always },
  { name: 'average_pool', kinds: ['averagePool'], prepare: always },
  { name: 'max_pool', kinds: ['maxPool'], prepare: always },
  { name: 'mean', kinds: ['mean'], prepare: always },
  { name: 'add', kinds: ['add'], prepare: always },
  { name: 'mul', kinds: ['mul'], prepare: always },
  { name: 'lookup', kinds: ['lookup'], prepare: always },
  { name: 'softmax', kinds: ['softmax'], prepare: always },
];

/** A kernel, and what it makes of an op. */
export interface Choice {
  readonly kernel: Kernel;
  readonly prepared: Prepared;
}

/** The board's own kernel of this name, where it has one. */
export function ownKernel(board: Board, name: string): Kernel | undefined {
  return board.ownKernels?.find((kernel) => kernel.name === name);
}

/** What does an op on a board; undefined for ops that only move bytes: those have no kernels to choose from. */
export function kernelFor(graph: Graph, op: Op, board: Board): Choice | undefined {
  const set = kernelSetOf(board);
  for (const list of [board.ownKernels ?? [], kernels]) {
    for (const kernel of list) {
      if (!kernel.kinds.includes(op.kind) || !(kernel.sets?.includes(set) ?? true)) continue;
      if (!/^[a-z]\w*$/.test(kernel.name)) throw new ArgumentError('board.ownKernels, name', kernel.name, 'a lower-case identifier of C');
      const prepared = kernel.prepare(graph, op, set);
      if (prepared) return { kernel, prepared };
    }
  }
  return undefined;
}
