import { CancelledError } from './errors';

/** After an abort the work has this long to end by itself, ms. */
const PATIENCE_MS = 800;

/**
 * Runs `work`; after an abort gives it a moment to end by itself, then no longer waits for it.
 * @throws CancelledError where it had not ended by then; else what the work throws
 */
export async function untilAborted<T>(work: () => T | Promise<T>, signal: AbortSignal | undefined, what?: string): Promise<T> {
  if (signal === undefined) return work();
  let timer: NodeJS.Timeout | undefined;
  let listener: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    listener = () => void (timer = setTimeout(() => reject(new CancelledError(what)), PATIENCE_MS));
    signal.addEventListener('abort', listener, { once: true });
  });
  try {
    return await Promise.race([(async () => work())(), aborted]);
  } finally {
    clearTimeout(timer);
    if (listener) signal.removeEventListener('abort', listener);
  }
}
