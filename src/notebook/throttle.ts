import { beforeIdle, notBeforeIdle } from './output-cure';

/** Draws the latest of what it is given, not too often, and the last of all for certain. */
export interface Throttled<T> {
  push(value: T): void;
  /** Draws what waits, now. */
  flush(): void;
}

/**
 * Limits how often `draw` is called: at once after a pause, else when the interval is over. Drawing takes at most a
 * sixth of the time, the first one aside, which loads what draws. What waits when a cell ends is drawn before the cell is
 * reported done; the waiting keeps no process alive.
 */
export function throttled<T>(draw: (value: T) => void, interval: number): Throttled<T> {
  let waiting: { value: T } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let due = 0;
  let first = true;
  const flush = (): void => {
    if (timer !== undefined) clearTimeout(timer);
    timer = undefined;
    notBeforeIdle(flush);
    if (waiting === undefined) return;
    const { value } = waiting;
    waiting = undefined;
    const started = performance.now();
    draw(value);
    const ended = performance.now();
    due = ended + Math.max(interval, first ? 0 : 5 * (ended - started));
    first = false;
  };
  return {
    push(value: T): void {
      waiting = { value };
      const left = due - performance.now();
      if (left <= 0) flush();
      else if (timer === undefined) {
        timer = setTimeout(flush, left);
        timer.unref();
        beforeIdle(flush);
      }
    },
    flush,
  };
}
