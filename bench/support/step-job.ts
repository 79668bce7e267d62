/* One method's step on one problem, timed in a process of its own: started by optimizer-step.ts. */
import { createRng, messageOf } from '../../src/base';
import { bayesian } from '../../src/optimize';
import { sample } from '../../src/space';
import { violation, type Optimizer, type TrialRecord } from '../../src/study';
import { stepCases, type Case } from './optimizer-suite';
import { peerStep } from './peers';
import { cpuSeconds } from './statistics';

export interface StepJob {
  /** A peer by its name in peers.py; ours where absent. */
  readonly peer?: string;
  /** Which case, by its heading in the baselines. */
  readonly problem: string;
  /** Trials before the step. */
  readonly n: number;
  readonly repeats: number;
  readonly python: string;
}

/** CPU seconds, the least of the repeats. */
export interface StepTimes {
  /** Of a step of a study that goes on. */
  readonly next: number;
  /** Of the first step after a study was read back. */
  readonly cold: number;
  /** The longest that one of these steps kept the event loop; seconds by the clock; only ours. */
  readonly block?: number;
}

export type StepMessage = { times: StepTimes } | { failed: string };

/** Trials drawn at random. */
function trials(one: Case, n: number): TrialRecord[] {
  const rng = createRng(7);
  return Array.from({ length: n }, (_, number) => {
    const params = sample(one.space, rng);
    const { values, constraints } = one.evaluate(params);
    const violations = one.constraints.map((constraint, i) => violation(constraint, constraints[i]));
    return { number, state: 'complete', params, values, violations, intermediate: [], attributes: {} };
  });
}

async function step(one: Case, optimizer: Optimizer, history: readonly TrialRecord[]): Promise<{ cpu: number; block: number }> {
  const { space, objectives, constraints } = one;
  let block = 0;
  let last = performance.now();
  let running = true;
  const look = (): void => {
    const now = performance.now();
    block = Math.max(block, now - last);
    last = now;
    if (running) setImmediate(look);
  };
  setImmediate(look);
  const before = process.cpuUsage();
  await optimizer.suggest({ space, objectives, constraints, history, pending: [], rng: createRng(history.length), seed: 1 }, 1);
  const cpu = cpuSeconds(before);
  running = false;
  block = Math.max(block, performance.now() - last);
  return { cpu, block: block / 1000 };
}

async function ours(one: Case, history: readonly TrialRecord[], repeats: number): Promise<StepTimes> {
  let [next, cold, block] = [Infinity, Infinity, Infinity];
  for (let i = 0; i < repeats; i++) {
    const optimizer = bayesian();
    const first = await step(one, optimizer, history.slice(0, -1));
    const second = await step(one, optimizer, history);
    const fresh = await step(one, bayesian(), history);
    next = Math.min(next, second.cpu);
    cold = Math.min(cold, fresh.cpu);
    // Of each step the longest; of the rounds the least, as a busy machine adds to it.
    block = Math.min(block, Math.max(first.block, second.block, fresh.block));
  }
  return { next, cold, block };
}

async function main(job: StepJob): Promise<void> {
  const { peer, problem, n, repeats, python } = job;
  const one = stepCases.find(({ baseline }) => baseline === problem) as Case;
  const history = trials(one, n);
  const theirs = async (): Promise<StepTimes> => {
    const { next, cold } = await peerStep(python, peer as string, one, history, repeats);
    return { next: Math.min(...next), cold: Math.min(...cold) };
  };
  try {
    process.send?.({ times: await (peer ? theirs() : ours(one, history, repeats)) });
  } catch (error) {
    process.send?.({ failed: messageOf(error) });
  }
}

process.on('message', (job: StepJob) => void main(job));
