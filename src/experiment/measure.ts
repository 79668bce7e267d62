import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArgumentError, type LongWork } from '../base';
import { elements, plan, type Board, type Graph, type MemoryPlan } from '../deploy';
import { build, runnerFor, type Values } from '../emulate';

/** What one inference costs, as the board's emulator counts it. */
export interface MeasuredCost {
  /** Cycles at zero wait states where the emulator has them (RP2040), else instructions. */
  readonly unit: 'cycles' | 'instructions';
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
  const { memory = plan(graph, board), input, signal } = options;
  const unit = costUnit(board);
  const folder = mkdtempSync(join(tmpdir(), 'paretino-measure-'));
  try {
    const firmware = await build(graph, board, folder, { memory, signal });
    const size = elements(graph.tensors[graph.input].shape);
    const sample = input ?? (graph.boundary === 'int8' ? new Int8Array(size) : new Uint8Array(size));
    const report = await runnerFor(board).run(firmware, [sample], { signal });
    return { unit, cost: report[unit] as number, stackBytes: report.stackBytes as number };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
