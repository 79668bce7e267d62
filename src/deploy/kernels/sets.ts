import type { Board } from '../boards';

/** Folders of templates/runtime with kernels of their own. */
export type KernelSet = 'portable' | 'dsp' | 'm0plus';

const SETS: Readonly<Partial<Record<Board['core'], KernelSet>>> = {
  'cortex-m0plus': 'm0plus',
  'cortex-m4': 'dsp',
  'cortex-m7': 'dsp',
  'cortex-m33': 'dsp',
  'cortex-m55': 'dsp',
};

/** The kernels that a board takes: what it says itself, else those tuned for its core, else plain C ('portable'). */
export function kernelSetOf(board: Board): KernelSet {
  return board.kernels ?? SETS[board.core] ?? 'portable';
}
