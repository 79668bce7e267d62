/*
 * A thread beside the objective, which may never give the event loop a turn: it ends the process (and what that started)
 * when the parent is gone, or when it takes too much memory.
 */
import { Worker } from 'node:worker_threads';
import { MEMORY_MARK } from './messages';

/** Plain JavaScript, run as it stands: a thread must not need a compiler to start. */
const SOURCE = `
const { workerData: { parent, bytes, mark, everyMs } } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const end = () => process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL');
setInterval(() => {
  if (process.ppid !== parent) end();
  if (bytes !== undefined && process.memoryUsage.rss() > bytes) {
    try { writeSync(2, '\\n' + mark + '\\n'); } finally { end(); }
  }
}, everyMs);
`;

/** Starts the watch over this process. */
export function startWatch(parent: number, bytes: number | undefined): void {
  const workerData = { parent, bytes, mark: MEMORY_MARK, everyMs: 40 };
  new Worker(SOURCE, { eval: true, execArgv: [], workerData }).unref();
}
