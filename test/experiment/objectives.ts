/* What the workers of parallel.test.ts evaluate. */
import { spawn } from 'node:child_process';
import type { LongWork } from '../../src/base';
import type { Trial } from '../../src/study';

export interface Params {
  x: number;
  kind: 'good' | 'slow' | 'exit' | 'abort' | 'killed' | 'late' | 'hang' | 'wait' | 'hog' | 'nan' | 'throw' | 'prune' | 'unsendable' | 'child';
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Up to 600 MB, in steps; the limit is far below. */
function hog(): void {
  const kept: Buffer[] = [];
  for (let i = 0; i < 300; i++) {
    kept.push(Buffer.alloc(2 << 20, 1));
    const until = performance.now() + 4;
    while (performance.now() < until);
  }
}

export async function objective(trial: Trial<Params>, { signal, onProgress }: LongWork): Promise<unknown> {
  const { x, kind } = trial.params;
  await trial.setAttribute('pid', process.pid);
  await trial.report(1, x / 2);
  onProgress?.({ path: ['epoch'], done: 1, total: 1 });
  switch (kind) {
    case 'slow':
      await pause(40 * ((trial.number * 7) % 5));
      return x;
    case 'exit':
      return process.exit(3);
    case 'abort':
      return process.abort();
    case 'killed':
      // As the system does where memory is short.
      process.kill(process.pid, 'SIGKILL');
      return new Promise(() => {});
    case 'late':
      setTimeout(() => {
        throw new RangeError('nobody waits for this');
      }, 10);
      return new Promise(() => {});
    case 'hang':
      for (;;);
    case 'wait':
      while (!signal?.aborted) await pause(5);
      throw new Error('stopped as asked');
    case 'hog':
      hog();
      return x;
    case 'nan':
      return NaN;
    case 'throw':
      throw new TypeError('on purpose');
    case 'prune': {
      const error = new Error('no better');
      error.name = 'TrialPruned';
      throw error;
    }
    case 'unsendable':
      return { y: x, extra: () => x };
    case 'child': {
      const child = spawn('sleep', ['100']);
      await trial.setAttribute('child', child.pid);
      for (;;);
    }
    default:
      return { y: x, note: 'fine' };
  }
}
