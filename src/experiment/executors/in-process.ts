import { CancelledError, check, throwIfCancelled, type LongWork } from '../../base';
import type { Evaluation, ObjectiveFunction, Trial } from '../../study';
import type { Executor } from './executor';

/** After an abort the objective has this long to end by itself, ms. */
const PATIENCE_MS = 800;

/** Waits for `work`; after an abort only for a moment longer. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let timer: NodeJS.Timeout | undefined;
  let listener: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    listener = () => void (timer = setTimeout(() => reject(new CancelledError('the trial')), PATIENCE_MS));
    signal.addEventListener('abort', listener, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    clearTimeout(timer);
    if (listener) signal.removeEventListener('abort', listener);
  }
}

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
      return untilAborted((async () => objective(trial, work))(), work.signal);
    },
    close: async () => {},
  };
}
