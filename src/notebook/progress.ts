import type { OnProgress, ProgressEvent } from '../base';
import { Rich } from './bundle';
import { UpdatableDisplay } from './display';
import { inKernel } from './kernel';
import { advance, type Bar } from './progress-state';
import { barsHtml, barsText } from './progress-view';
import { terminalProgress } from './terminal-progress';
import { throttled } from './throttle';

/** A progress display: hand it to any work as its `onProgress`. */
export interface ProgressDisplay extends OnProgress {
  /** Draws the last state, for good. Not needed in a notebook: the end of the cell does it. */
  done(): void;
}

/** Bars in one updatable display of the running cell. */
export function notebookProgress(): ProgressDisplay {
  const shown = new UpdatableDisplay();
  let bars: Bar[] = [];
  const drawing = throttled<null>(() => {
    const now = Date.now();
    shown.write(new Rich({ 'text/html': barsHtml(bars, now), 'text/plain': barsText(bars, now) }));
  }, 250);
  const report = (event: ProgressEvent): void => {
    bars = advance(bars, event, Date.now());
    drawing.push(null);
  };
  return Object.assign(report, { done: () => drawing.flush() });
}

/** Nested bars (study › trial › epoch) with the time left: in the running cell, or on the terminal outside a notebook. */
export function progress(): ProgressDisplay {
  return inKernel() ? notebookProgress() : terminalProgress();
}
