import { CancelledError } from '../base';

/** After an abort the work has this long to end by itself. */
const PATIENCE_MS = 800;

/** Runs `work`; after an abort gives it a moment to end by itself, then no longer waits for it. */
export async function untilAborted<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work();
  let timer: NodeJS.Timeout | undefined;
  let listener: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    listener = () => {
      timer = setTimeout(() => reject(new CancelledError('the trial')), PATIENCE_MS);
    };
    signal.addEventListener('abort', listener, { once: true });
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    if (timer) clearTimeout(timer);
    if (listener) signal.removeEventListener('abort', listener);
  }
}
