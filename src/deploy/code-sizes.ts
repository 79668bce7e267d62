import { ParetinoError } from '../base';
import type { Board } from './boards';
import sizes from './code-size-table.json';
import type { KernelName } from './steps';

/** B of code by core, measured by `npx ts-node bench/code-sizes.ts` with the compiler that it names. */
interface CoreSizes {
  /** Flash and static RAM of start-up, harness and the loop over the steps. */
  readonly base: { readonly rom: number; readonly ram: number };
  readonly kernels: Readonly<Record<string, number>>;
}

const CORES = sizes.cores as Readonly<Record<string, CoreSizes>>;

/** The compiler whose code was measured: with another one, predictions of ROM can be off by its difference in code. */
export const measuredCompiler: string = sizes.compiler;

/** Flash and static RAM of everything but a network's own constants and arena. */
export function codeBytes(board: Board, kernels: readonly KernelName[]): { rom: number; ram: number } {
  if (board.core === 'host') return { rom: 0, ram: 0 };
  const core = CORES[board.core];
  if (!core) throw new ParetinoError(`no code sizes for ${board.core}: run npx ts-node bench/code-sizes.ts`);
  const rom = kernels.reduce((sum, kernel) => sum + core.kernels[kernel], core.base.rom);
  return { rom, ram: core.base.ram };
}
