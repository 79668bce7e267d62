import { readFileSync } from 'node:fs';
import { basename, parse, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Board, Graph, MemoryPlan } from '../deploy';
import { requireFile } from './input-file';
import { print, printRows } from './output';
import { oneOf, UsageError } from './usage';

interface FirmwareOptions {
  readonly board: string;
  readonly out?: string;
  readonly patchwise?: boolean;
  readonly arduino?: boolean;
  readonly run?: boolean;
  readonly json?: boolean;
}

type Row = Record<string, unknown>;

function predicted(graph: Graph, board: Board, memory: MemoryPlan): Row {
  return {
    model: graph.name,
    board: board.name,
    'flash, B': memory.romBytes,
    'of it constants, B': memory.constantBytes,
    'RAM, B': memory.ramBytes,
    'of it arena, B': memory.arenaBytes,
    'bound of the arena, B': memory.boundBytes,
  };
}

/** One inference of zeros on the board's emulator: what it costs does not depend on the values. */
async function measured(graph: Graph, board: Board, folder: string, memory: MemoryPlan, run: boolean): Promise<Row> {
  const { build, runnerFor, zeroInput } = await import('../emulate');
  const firmware = await build(graph, board, folder, { memory });
  if (!run) return { image: firmware.image };
  const { cycles, instructions, stackBytes } = await runnerFor(board).run(firmware, [zeroInput(graph)]);
  return { cycles, instructions, 'stack, B': stackBytes, image: firmware.image };
}

/** Adds `firmware`: from a .tflite file to a C project, what it takes on a board, and a run on the emulator. */
export function addFirmwareCommand(program: Command): void {
  program
    .command('firmware <model>')
    .description('what an int8 or uint8 .tflite model takes on a board, and its C project')
    .option('--board <name>', 'one of `paretino boards`', 'pico')
    .option('--out <folder>', 'write the C project there and build it (default: only tell the sizes)')
    .option('--patchwise', 'run the first layers patch by patch where they rule the RAM')
    .option('--arduino', 'with --out: a sketch folder for the Arduino IDE instead, not built')
    .option('--run', "with --out: run one inference on the board's emulator")
    .option('--json', 'as JSON')
    .action(async (file: string, options: FirmwareOptions) => {
      if (options.out === undefined && (options.arduino || options.run))
        throw new UsageError('--out', undefined, 'a folder, with --arduino or --run');
      requireFile(file);
      const deploy = await import('../deploy');
      const boards = Object.values(deploy.boards) as readonly Board[];
      oneOf('--board', options.board, boards.map(({ name }) => name));
      const board = boards.find(({ name }) => name === options.board) as Board;
      // Converters call every network "main": the file's name says more.
      const imported = { ...deploy.importTflite(readFileSync(file), basename(file)), name: parse(file).name };
      const graph = options.patchwise ? deploy.patchwise(imported, board) : imported;
      const memory = deploy.plan(graph, board);
      const row = predicted(graph, board, memory);
      const folder = options.out === undefined ? undefined : resolve(options.out);
      if (folder !== undefined && options.arduino) {
        const { writeFirmware } = await import('../emulate');
        writeFirmware(deploy.emitArduino(graph, memory, board), folder);
        row.sketch = folder;
      } else if (folder !== undefined) {
        Object.assign(row, await measured(graph, board, folder, memory, options.run ?? false));
      }
      if (options.json) printRows([row], true, '');
      else for (const [name, value] of Object.entries(row)) if (value !== undefined) print(`${name.padEnd(22)} ${String(value)}`);
    });
}
