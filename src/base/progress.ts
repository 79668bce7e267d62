import { CancelledError } from './errors';

/** One report from long work. Paths nest: ['study', 'trial 3', 'epoch']. */
export interface ProgressEvent {
  /** Where in the work, outermost first. */
  readonly path: readonly string[];
  /** Units done so far. */
  readonly done: number;
  /** Units in all, where known. */
  readonly total?: number;
  /** What one of them is called: 'epoch', 'trial', 'B'. */
  readonly unit?: string;
  /** Figures worth showing beside the bar, such as loss and accuracy. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** A line worth showing once: a warning, why something is tried again, the digest of what came. */
  readonly message?: string;
}

/** Takes reports of long work, many a second perhaps: it should be quick, and throwing ends the work with that error. */
export type OnProgress = (event: ProgressEvent) => void;

/** What every long-running function takes. */
export interface LongWork {
  /** Aborting it makes the work stop within a second, with nothing half-written. */
  signal?: AbortSignal;
  /** Told how far the work is; `notebook.progress()` makes one that draws nested bars. */
  onProgress?: OnProgress;
}

/** Reports of inner work, placed under `label` in the outer work's reports. */
export function nested(onProgress: OnProgress | undefined, label: string): OnProgress | undefined {
  return onProgress && ((event) => onProgress({ ...event, path: [label, ...event.path] }));
}

/** Throws a CancelledError if the signal has fired. */
export function throwIfCancelled(signal: AbortSignal | undefined, what?: string): void {
  if (signal?.aborted) throw new CancelledError(what);
}

/** Gives the event loop a turn (so that interrupts, displays and sockets are served), then checks the signal. */
export async function breathe(signal?: AbortSignal, what?: string): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  throwIfCancelled(signal, what);
}

/** Work that can be left for a while wherever it yields, and gone on with: pure computation, cut into steps. */
export type Steps<T> = Generator<void, T, void>;

/** Does all of it at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Does it with a turn for the event loop, and a look at the signal, whenever `ms` have passed since the last one. */
export async function paced<T>(steps: Steps<T>, signal?: AbortSignal, what?: string, ms = 10): Promise<T> {
  let last = performance.now();
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (performance.now() - last < ms) continue;
    await breathe(signal, what);
    last = performance.now();
  }
}
