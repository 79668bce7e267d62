/* Runs jobs in processes of their own, a given number at a time. */
import { fork, type ChildProcess } from 'node:child_process';

/**
 * Starts `module` anew for each job, sends it the job, and hands on what it sends back, until `isLast` says that it is
 * done. Rejects nothing: a process that ends early is reported by `onLost`. An abort ends those that run.
 */
export async function runPool<Job extends object, Message>(
  module: string,
  jobs: readonly Job[],
  size: number,
  handle: {
    onMessage(job: Job, message: Message): void;
    isLast(message: Message): boolean;
    onLost(job: Job): void;
  },
  signal: AbortSignal,
): Promise<void> {
  const waiting = [...jobs];
  const running = new Set<ChildProcess>();
  signal.addEventListener('abort', () => running.forEach((child) => child.kill()));
  const one = (job: Job): Promise<void> =>
    new Promise((done) => {
      const child = fork(module);
      running.add(child);
      let complete = false;
      child.on('message', (message: Message) => {
        handle.onMessage(job, message);
        if (!handle.isLast(message)) return;
        complete = true;
        child.disconnect();
      });
      // Not 'close', which never comes after disconnect() where the output is inherited.
      child.on('exit', () => {
        running.delete(child);
        if (!complete && !signal.aborted) handle.onLost(job);
        done();
      });
      child.send(job);
    });
  const worker = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined && !signal.aborted; job = waiting.shift()) await one(job);
  };
  await Promise.all(Array.from({ length: size }, worker));
}
