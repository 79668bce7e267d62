import type { Board } from '../boards';

/** Warnings are errors; GCC's first scheduler makes the kernels spill, so it stays off. */
const WARNINGS = ['-Wall', '-Wextra', '-Wconversion', '-Werror'];
const FLAGS = ['-std=c99', '-O2', ...WARNINGS, '-ffunction-sections', '-fdata-sections'];
const GCC_FLAGS = ['-fno-schedule-insns', '-fno-tree-loop-distribute-patterns'];
const HOST_LINK_FLAGS = [process.platform === 'darwin' ? '-Wl,-dead_strip' : '-Wl,--gc-sections'];
const LINK_FLAGS =
  '-nostdlib -nostartfiles -Wl,--gc-sections -Wl,--no-warn-rwx-segments -T link.ld -lgcc'.split(' ');

/** What firmware for a board is compiled with. */
export function compileFlags(board: Board, compiler: string): string[] {
  return [...FLAGS, ...(compiler.endsWith('clang') ? [] : GCC_FLAGS), ...board.flags];
}

/** What firmware for a board is linked with: on a bare core no standard library, its own linker script, unused sections dropped. */
export function linkFlags(board: Board): string[] {
  return board.core === 'host' ? HOST_LINK_FLAGS : LINK_FLAGS;
}

/** File name of the linked program. */
export function imageName(board: Board): string {
  return board.core === 'host' ? 'program' : 'firmware.elf';
}

/** Builds the same image as the toolkit does, of these sources in this order. */
export function makefile(board: Board, sources: readonly string[]): string {
  const compiler = board.compilers[0];
  return `# Builds the network for ${board.title}. Generated; do not edit.
CC = ${compiler}
CFLAGS = ${compileFlags(board, compiler).join(' ')}
LDFLAGS = ${linkFlags(board).join(' ')}

${imageName(board)}: ${sources.join(' ')} $(wildcard *.h)
\t$(CC) $(CFLAGS) $(filter %.c,$^) -o $@ $(LDFLAGS)

clean:
\trm -f ${imageName(board)}

.PHONY: clean
`;
}
