import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArgumentError, type LongWork } from '../base';
import type { QuantizedModel } from '../compress';
import { applyPasses, lower, plan, type Graph, type MemoryPlan } from '../deploy';
import { loadNetwork, type Network } from '../nn';
import { quantizeCandidate } from './stages';
import { candidatePasses, type Task } from './task';

/** A candidate as its artifacts have it, ready to be run again, deployed on another board or drawn. */
export interface RestoredCandidate {
  /** Float weights after pruning. */
  readonly network: Network;
  /** In integers, as the trial had it. */
  readonly quantized: QuantizedModel;
  /** What the firmware computes, after the task's passes. */
  readonly graph: Graph;
  /** The graph's layout on the task's board. */
  readonly memory: MemoryPlan;
}

/**
 * What a trial made, from the network that it left on disk: quantised and laid out as it was then.
 * @param folder the trial's (trialFolder); of its report the parameters are read, which say whether zeros were encoded
 */
export async function restoreCandidate<P>(task: Task<P>, folder: string, work: LongWork = {}): Promise<RestoredCandidate> {
  const path = join(folder, 'network.bin');
  if (!existsSync(path)) throw new ArgumentError('folder', folder, 'the folder of a trial, with its network.bin');
  const network = loadNetwork(path);
  const quantized = await quantizeCandidate(task, network, work);
  const report = join(folder, 'report.json');
  const passes = existsSync(report)
    ? candidatePasses(task, (JSON.parse(readFileSync(report, 'utf8')) as { params: P }).params)
    : task.passes;
  const graph = applyPasses(lower(quantized), task.board, passes);
  return { network, quantized, graph, memory: plan(graph, task.board) };
}
