import { check } from '../../base';
import type { Board } from '../boards';
import sizes from './code-size-table.json';
import { ownKernel } from '../kernels';

/** B of code by core, measured by `npx ts-node -T bench/code-sizes.ts` with the compiler that it names. */
interface CoreSizes {
  /** Flash and static RAM of start-up, harness and the functions of the public header. */
  readonly base: { readonly rom: number; readonly ram: number };
  /** Flash of each file of templates/runtime. */
  readonly parts: Readonly<Record<string, number>>;
}

const CORES = sizes.cores as Readonly<Record<string, CoreSizes>>;

/** B that a kernel of one's own counts as where it does not say: as much as the largest of ours. */
const UNMEASURED = 2048;

/** Version by compiler whose code was measured: with another one, predictions of ROM are off by its difference in code. */
export const measuredCompilers: Readonly<Record<string, string>> = sizes.compilers;

/**
 * Flash and static RAM of everything but a network's own constants and arena. A core not yet measured counts as an M4.
 * @param parts files of the runtime, without .c
 */
export function codeBytes(board: Board, parts: readonly string[]): { rom: number; ram: number } {
  if (board.core === 'host') return { rom: 0, ram: 0 };
  const core = CORES[board.core] ?? CORES['cortex-m4'];
  const rom = parts.reduce((sum, part) => {
    const own = ownKernel(board, part);
    if (own) return sum + (own.codeBytes ?? UNMEASURED);
    // Of a new kernel, in a checkout whose table does not have it yet.
    check(part in core.parts, 'parts', part, `one of ${Object.keys(core.parts).join(', ')}; see bench/code-sizes.ts`);
    return sum + core.parts[part];
  }, core.base.rom);
  return { rom, ram: core.base.ram };
}
