import type { Board } from './boards';
import sizes from './code-size-table.json';
import type { KernelName } from './steps';

/** B of code by core, measured by `npx ts-node -T bench/code-sizes.ts` with the compiler that it names. */
interface CoreSizes {
  /** Flash and static RAM of start-up, harness and the loop over the steps. */
  readonly base: { readonly rom: number; readonly ram: number };
  readonly kernels: Readonly<Record<string, number>>;
}

const CORES = sizes.cores as Readonly<Record<string, CoreSizes>>;

/** Version by compiler whose code was measured: with another one, predictions of ROM are off by its difference in code. */
export const measuredCompilers: Readonly<Record<string, string>> = sizes.compilers;

/** Flash and static RAM of everything but a network's own constants and arena. A core not yet measured counts as an M4. */
export function codeBytes(board: Board, kernels: readonly KernelName[]): { rom: number; ram: number } {
  if (board.core === 'host') return { rom: 0, ram: 0 };
  const core = CORES[board.core] ?? CORES['cortex-m4'];
  const rom = kernels.reduce((sum, kernel) => sum + core.kernels[kernel], core.base.rom);
  return { rom, ram: core.base.ram };
}
