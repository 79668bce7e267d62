import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { check, throwIfCancelled, type LongWork } from '../../base';
import type { Evaluation, Trial } from '../../study';
import { ExecutorError, type Executor } from './executor';
import { WorkerProcess } from './worker-process';

/** What a pool of worker processes runs, and the limits that it contains trials with. */
export interface ProcessPoolOptions {
  /**
   * Path of the module that each worker loads: it exports as `objective` or as its default a function of a trial, as
   * `study.run` takes it, or a promise of one (awaited while the worker starts), or it exports a `task`. JavaScript, or
   * TypeScript where ts-node is installed.
   */
  readonly module: string;
  /**
   * Processes at the same time; default: one a processor. Each computes with one thread: a second one costs a small network
   * up to three times the CPU time a step, a large one a tenth (bench/parallel-trials.ts).
   */
  readonly workers?: number;
  /** What one trial may take, ms; default: no limit. */
  readonly timeoutMs?: number;
  /** Resident memory of one worker process, B (Node alone takes some 50 MB); default: no limit. */
  readonly memoryBytes?: number;
  /** What loading the module may take, ms. Default 120,000. */
  readonly startupMs?: number;
}

/** Pools that still have processes: those end with this process, even without `close`. */
const open = new Set<ProcessPool>();
const endAll = (): void => open.forEach((pool) => pool.killAll());

class ProcessPool implements Executor {
  readonly name: string;
  readonly slots: number;
  private readonly workers = new Set<WorkerProcess>();
  private readonly idle: WorkerProcess[] = [];
  private readonly waiting: (() => void)[] = [];
  private busy = 0;
  private closed = false;

  constructor(private readonly options: ProcessPoolOptions & { startupMs: number; workers: number }) {
    this.slots = options.workers;
    this.name = `${this.slots} processes`;
  }

  killAll(): void {
    this.workers.forEach((worker) => worker.kill());
  }

  private start(): WorkerProcess {
    if (open.size === 0) process.on('exit', endAll);
    open.add(this);
    const worker = new WorkerProcess(this.options.module, this.options);
    this.workers.add(worker);
    void worker.ended.then(() => this.forget(worker));
    return worker;
  }

  private forget(worker: WorkerProcess): void {
    this.workers.delete(worker);
    if (this.idle.includes(worker)) this.idle.splice(this.idle.indexOf(worker), 1);
    if (this.workers.size > 0) return;
    open.delete(this);
    if (open.size === 0) process.removeListener('exit', endAll);
  }

  /** An idle worker, or a new one. */
  private async take(signal: AbortSignal | undefined): Promise<WorkerProcess> {
    for (let worker = this.idle.pop(); worker !== undefined; worker = this.idle.pop()) if (worker.alive) return worker;
    const worker = this.start();
    await worker.ready(signal);
    return worker;
  }

  async evaluate<P>(trial: Trial<P>, work: LongWork): Promise<Evaluation> {
    while (this.busy >= this.slots) await new Promise<void>((turn) => this.waiting.push(turn));
    this.busy++;
    let worker: WorkerProcess | undefined;
    try {
      throwIfCancelled(work.signal, 'the trial');
      if (this.closed) throw new ExecutorError('the pool is closed');
      worker = await this.take(work.signal);
      return await worker.evaluate(trial, work);
    } finally {
      if (worker?.alive && !this.closed) this.idle.push(worker);
      this.busy--;
      this.waiting.shift()?.();
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    const all = [...this.workers];
    // Else a script that has nothing left to do but this would end here, in the middle of it.
    all.forEach((worker) => worker.hold(true));
    this.killAll();
    await Promise.all(all.map((worker) => worker.ended));
  }
}

/**
 * Evaluates in processes of their own, which load the module once and run one trial after the other. A trial that
 * crashes, hangs or takes too much memory ends its process, which is replaced, and nothing else. No process outlives this one.
 * @throws ArgumentError where the module is not there
 */
export function processPool(options: ProcessPoolOptions): Executor {
  const { workers = availableParallelism(), timeoutMs, memoryBytes, startupMs = 120_000 } = options;
  const module = resolve(options.module);
  check(existsSync(module), 'module', options.module, 'the path of a file');
  check(Number.isInteger(workers) && workers >= 1, 'workers', workers, 'an integer ≥ 1');
  for (const [name, value] of Object.entries({ timeoutMs, memoryBytes, startupMs })) check(value === undefined || value > 0, name, value, 'a positive number');
  return new ProcessPool({ module, workers, timeoutMs, memoryBytes, startupMs });
}
