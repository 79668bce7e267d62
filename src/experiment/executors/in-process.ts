import { check, throwIfCancelled, untilAborted, type LongWork } from '../../base';
import type { Evaluation, ObjectiveFunction, Trial } from '../../study';
import type { Executor } from './executor';

/**
 * Evaluates in this process. With several slots, trials that wait (for a subprocess, a board, a server) overlap; those
 * that compute take turns.
 */
export function inProcess<P>(objective: ObjectiveFunction<P>, { slots = 1 }: { slots?: number } = {}): Executor<P> {
  check(Number.isInteger(slots) && slots >= 1, 'slots', slots, 'an integer ≥ 1');
  return {
    name: 'in process',
    slots,
    async evaluate(trial: Trial<P>, work: LongWork): Promise<Evaluation> {
      throwIfCancelled(work.signal, 'the trial');
      return untilAborted(() => objective(trial, work), work.signal, 'the trial');
    },
    close: async () => {},
  };
}
