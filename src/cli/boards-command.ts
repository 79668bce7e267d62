import type { Command } from 'commander';
import type { Board } from '../deploy';
import { print, printRows } from './output';

/** Sizes as a person reads them; the machine itself has none. */
function row(board: Board): Record<string, unknown> {
  const kib = (bytes: number): number | undefined => (Number.isFinite(bytes) ? Math.round(bytes / 1024) : undefined);
  return {
    board: board.name,
    title: board.title,
    core: board.core,
    MHz: board.clockHz > 0 ? board.clockHz / 1e6 : undefined,
    'flash KiB': kib(board.flashBytes),
    'RAM KiB': kib(board.ramBytes),
    'runs on': board.emulation.runner,
  };
}

/** Adds `boards`: what firmware can be generated for, and where it runs here. */
export function addBoardsCommand(program: Command): void {
  program
    .command('boards')
    .description('the boards that firmware can be generated for')
    .option('--json', 'as JSON, in bytes and hertz')
    .action(async (options: { json?: boolean }) => {
      // Loaded late: behind it lies TensorFlow.js, which the other commands do without.
      const { boards } = await import('../deploy');
      const all = (Object.values(boards) as readonly Board[]).filter((value) => typeof value?.name === 'string');
      if (options.json) print(JSON.stringify(all, null, 2));
      else printRows(all.map(row), false, 'No boards.');
    });
}
