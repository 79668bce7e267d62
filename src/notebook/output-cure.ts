/*
 * Lost output and hung cells, cured. zeromq.js puts off every 512th send that nobody awaits, and rejects those that
 * come before it is done; tslab awaits none. A publisher whose sends never wait (timeout 0) and never fill (no high
 * water mark) puts off nothing.
 *
 * The same place knows when a cell is about to be reported idle: what displays still hold back is sent before, since a
 * headless run drops what comes after.
 */
import { createRequire } from 'node:module';

interface Publisher {
  sendTimeout: number;
  sendHighWaterMark: number;
  send(frames: unknown): Promise<void>;
}

const flushes = new Set<() => void>();

/** Calls `flush` once, before the running cell is reported idle. */
export function beforeIdle(flush: () => void): void {
  flushes.add(flush);
}

/** Takes back what `beforeIdle` was given. */
export function notBeforeIdle(flush: () => void): void {
  flushes.delete(flush);
}

function runFlushes(): void {
  const due = [...flushes];
  flushes.clear();
  for (const flush of due) flush();
}

function saysIdle(frames: unknown): boolean {
  if (!Array.isArray(frames)) return false;
  return frames.some(
    (frame) => typeof frame === 'string' && frame.length < 64 && frame.includes('"execution_state":"idle"'),
  );
}

/** Mends the zeromq that the kernel at `jupyterPath` uses. */
export function cureOutput(jupyterPath: string): void {
  const zeromq = createRequire(jupyterPath)('zeromq') as { Publisher: { prototype: Publisher } };
  const original = zeromq.Publisher.prototype.send;
  const cured = new WeakSet<Publisher>();
  // A plain assignment would be ignored: the method is not writable.
  Object.defineProperty(zeromq.Publisher.prototype, 'send', {
    configurable: true,
    value: function (this: Publisher, frames: unknown): Promise<void> {
      if (!cured.has(this)) {
        cured.add(this);
        this.sendTimeout = 0;
        this.sendHighWaterMark = 0;
      }
      if (flushes.size > 0 && saysIdle(frames)) runFlushes();
      return original.call(this, frames);
    },
  });
}
