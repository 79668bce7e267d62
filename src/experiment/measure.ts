import { ArgumentError, withTemporaryFolder, type LongWork } from '../base';
import { plan, type Board, type Graph, type MemoryPlan } from '../deploy';
import { build, runnerFor, zeroInput, type Values } from '../emulate';

/** What one inference costs, as the board's emulator counts it. */
export interface MeasuredCost {
  /** Cycles at zero wait states where the emulator has them (RP2040), else instructions. */
  readonly unit: 'cycles' | 'instructions';
  /** Of one inference, in `unit`. */
  readonly cost: number;
  /** High-water mark of the stack, B. */
  readonly stackBytes: number;
}

/** What a board's emulator counts: the name of the objective that `Task.measure` adds. */
export function costUnit(board: Board): MeasuredCost['unit'] {
  if (board.emulation.runner === 'host') throw new ArgumentError('board', board.title, 'a board whose emulator counts cycles or instructions');
  return board.emulation.runner === 'rp2040' ? 'cycles' : 'instructions';
}

/**
 * Builds a graph's firmware in a folder that goes away again, runs one inference on the board's emulator and gives what it
 * cost. The cost does not depend on the values but for the last few cycles in a thousand, so one sample is enough.
 *
 * @param options `memory`: a plan made before; `input`: the sample, quantised, zeros by default
 * @throws ParetinoError naming what is missing, where the compiler or the emulator is not installed
 */
export async function measureCost(
  graph: Graph,
  board: Board,
  options: LongWork & { memory?: MemoryPlan; input?: Values } = {},
): Promise<MeasuredCost> {
  const { memory = plan(graph, board), input = zeroInput(graph), signal } = options;
  const unit = costUnit(board);
  return withTemporaryFolder(async (folder) => {
    const firmware = await build(graph, board, folder, { memory, signal });
    const report = await runnerFor(board).run(firmware, [input], { signal });
    return { unit, cost: report[unit] as number, stackBytes: report.stackBytes as number };
  });
}
