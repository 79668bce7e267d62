/*
 * One study of the optimisers' bench, in a process of its own: started by optimizer.ts, which sends the job and gets
 * its checkpoints as they are reached.
 */
import { messageOf } from '../../src/base';
import * as optimize from '../../src/optimize';
import type { Optimizer } from '../../src/study';
import { cases, play, type Case, type Checkpoint } from './optimizer-suite';
import { playPeer } from './peers';

export interface Job {
  /** Whose: a solver of ours by its name in `optimize`, or 'warp:none', 'warp:all' for `bayesian` with that option; or a peer by its name in peers.py. */
  readonly solver?: string;
  readonly peer?: string;
  /** Which case, by its heading in the baselines. */
  readonly problem: string;
  readonly seed: number;
  readonly at: readonly number[];
  readonly python: string;
}

/** What the process sends: a checkpoint, the end, or what went wrong. */
export type Message = { checkpoint: Checkpoint } | { done: true } | { failed: string };

async function main(job: Job): Promise<void> {
  const one = cases.find(({ baseline }) => baseline === job.problem) as Case;
  const tell = (message: Message): void => void process.send?.(message);
  const onCheckpoint = (checkpoint: Checkpoint): void => tell({ checkpoint });
  try {
    if (job.peer !== undefined) await playPeer(job.python, job.peer, one, job.seed, job.at, onCheckpoint);
    else {
      const warps = Object.fromEntries((['none', 'constraints', 'all'] as const).map((warp) => [`warp:${warp}`, () => optimize.bayesian({ warp })]));
      const makers = { ...optimize, ...warps } as unknown as Record<string, () => Optimizer>;
      await play(one, makers[job.solver as string](), job.seed, job.at, onCheckpoint);
    }
    tell({ done: true });
  } catch (error) {
    tell({ failed: messageOf(error) });
  }
}

process.on('message', (job: Job) => void main(job));
