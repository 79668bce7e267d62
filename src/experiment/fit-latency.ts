import { ParetinoError, type LongWork } from '../base';
import { plan, stepFeatures, type Board, type CostUnit, type Graph, type LatencyModel, type Step } from '../deploy';
import { build, runnerFor, zeroInput } from '../emulate';
import { nonNegativeLeastSquares } from '../math';

/** What one step of an emulated network did, and what it cost. */
export interface StepSample {
  /** Of which graph. */
  readonly network: string;
  /** Which kernel did the step. */
  readonly kernel: string;
  /** What the cost is a sum over: see `deploy.stepFeatures`. */
  readonly features: readonly number[];
  /** As the emulator counted it. */
  readonly cost: number;
}

/** Costs of a network's steps on a board, from one emulated run on zeros. */
export async function measureSteps(
  graph: Graph,
  board: Board,
  folder: string,
  work: LongWork = {},
): Promise<{
  /** One a step, in order. */
  samples: StepSample[];
  /** What the emulator counts. */
  unit: CostUnit;
  /** Of the whole inference, in `unit`. */
  total: number;
}> {
  const memory = plan(graph, board, { check: false });
  const firmware = await build(graph, board, folder, { memory, signal: work.signal });
  const { cycles, instructions, perStep = [] } = await runnerFor(board).run(firmware, [zeroInput(graph)], work);
  const total = cycles ?? instructions;
  if (total === undefined || perStep.length !== memory.steps.length) throw new ParetinoError(`${board.title} counts no costs`);
  const samples = memory.steps.map((step: Step, i): StepSample => (
    { network: graph.name, kernel: step.kernel, features: stepFeatures(graph, step), cost: perStep[i].cost }
  ));
  return { samples, unit: cycles === undefined ? 'instructions' : 'cycles', total };
}

/** Coefficients for each kernel that was seen: least squares of the relative error, none below 0. */
export function fitLatency(samples: readonly StepSample[], unit: CostUnit): LatencyModel {
  const byKernel = new Map<string, StepSample[]>();
  for (const sample of samples) byKernel.set(sample.kernel, [...(byKernel.get(sample.kernel) ?? []), sample]);
  const kernels: Record<string, number[]> = {};
  for (const [kernel, own] of [...byKernel].sort(([a], [b]) => a.localeCompare(b))) {
    const rows = own.map(({ features, cost }) => features.map((feature) => feature / cost));
    const coefficients = nonNegativeLeastSquares(rows, own.map(() => 1));
    kernels[kernel] = Array.from(coefficients, (value) => (value < 1e-9 ? 0 : Number(value.toPrecision(6))));
  }
  return { unit, kernels };
}
