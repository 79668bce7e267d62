import { fork, type ChildProcess } from 'node:child_process';
import { dirname, extname, join } from 'node:path';
import type { Socket } from 'node:net';
import { ArgumentError, CancelledError, longestTimerMs, type LongWork } from '../../base';
import type { Params } from '../../space';
import { TrialPruned, type Evaluation, type Trial } from '../../study';
import { ExecutorError, TrialLostError } from './executor';
import { errorOf, MEMORY_MARK, type FromWorker, type ToWorker } from './messages';

export interface WorkerLimits {
  /** Of one trial, ms. */
  readonly timeoutMs?: number;
  /** Resident memory of a worker process, B. */
  readonly memoryBytes?: number;
  /** Of loading the module, ms. */
  readonly startupMs: number;
}

/** After an abort the objective has this long to end by itself, ms. */
const PATIENCE_MS = 500;
const MIB = 1024 * 1024;
/** From here on what a dying process writes is V8's report on itself. */
const LAST_WORDS = /<--- Last few GCs|FATAL ERROR|# Fatal |Native stack trace|paretino: memory limit/;

/** Node's arguments: a compiler where the module, or this very file, is TypeScript. */
function nodeArguments(module: string, { memoryBytes }: WorkerLimits): string[] {
  const heap = memoryBytes === undefined ? [] : [`--max-old-space-size=${Math.max(16, Math.floor(memoryBytes / MIB))}`];
  if (extname(module) !== '.ts' && extname(__filename) !== '.ts') return heap;
  try {
    return ['-r', require.resolve('ts-node/register/transpile-only', { paths: [dirname(module), __dirname] }), ...heap];
  } catch {
    throw new ArgumentError('module', module, 'a JavaScript module, or ts-node installed beside a TypeScript one');
  }
}

/** Writes what a worker writes to a stream of this process, up to its last words, and keeps the end of it. */
function relay(from: NodeJS.ReadableStream, to: NodeJS.WriteStream): () => string {
  let tail = '';
  let dying = false;
  from.setEncoding('utf8');
  from.on('data', (text: string) => {
    tail = (tail + text).slice(-8192);
    dying ||= LAST_WORDS.test(tail);
    if (!dying) to.write(text);
  });
  return () => tail;
}

/** One process that runs one trial at a time. */
export class WorkerProcess {
  private readonly child: ChildProcess;
  private readonly stderr: () => string;
  private receive: (message: FromWorker) => void = () => {};
  /** Why it ended, once it has. */
  readonly ended: Promise<TrialLostError>;
  alive = true;

  constructor(
    private readonly module: string,
    private readonly limits: WorkerLimits,
  ) {
    const file = join(__dirname, `worker-main${extname(__filename)}`);
    const { memoryBytes } = limits;
    this.child = fork(file, [module, String(process.pid), ...(memoryBytes === undefined ? [] : [String(memoryBytes)])], {
      execArgv: nodeArguments(module, limits),
      env: { TF_CPP_MIN_LOG_LEVEL: '2', ...process.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Numbers that JSON does not know: NaN, infinities.
      serialization: 'advanced',
      // A group of its own, so that compilers and emulators that it started end with it.
      detached: process.platform !== 'win32',
    });
    relay(this.child.stdout!, process.stdout);
    this.stderr = relay(this.child.stderr!, process.stderr);
    for (const stream of [this.child.stdout, this.child.stderr]) (stream as Socket).unref();
    this.child.on('message', (message: FromWorker) => this.receive(message));
    this.child.on('error', () => {});
    this.ended = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => {
        this.alive = false;
        this.kill();
        // The last words may still be on their way.
        const conclude = (): void => resolve(this.causeOfDeath(code, signal));
        const timer = setTimeout(conclude, 500);
        this.child.once('close', () => {
          clearTimeout(timer);
          conclude();
        });
      });
    });
  }

  private causeOfDeath(code: number | null, signal: string | null): TrialLostError {
    const text = this.stderr();
    const { memoryBytes } = this.limits;
    const limit = memoryBytes === undefined ? 'there is' : `${Math.round(memoryBytes / MIB)} MiB`;
    if (text.includes(MEMORY_MARK) || text.includes('heap out of memory')) return new TrialLostError('memory', `took more memory than ${limit}`);
    const line = text.split('\n').find((one) => /^\w*Error\b/.test(one)) ?? '';
    const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
    return new TrialLostError('crash', `its process ended: ${how}${line === '' ? '' : `, ${line.slice(0, 300)}`}`);
  }

  /** Ends the process and all that it started, at once. */
  kill(): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      if (process.platform === 'win32') this.child.kill('SIGKILL');
      else process.kill(-pid, 'SIGKILL');
    } catch {
      // There is none left.
    }
  }

  private send(message: ToWorker): void {
    this.child.send(message, () => {});
  }

  /** While idle, a worker does not keep this process from ending. */
  hold(held: boolean): void {
    const { child } = this;
    if (held) {
      child.ref();
      child.channel?.ref();
    } else {
      child.unref();
      child.channel?.unref();
    }
  }

  /**
   * Waits for the answer to what `begin` sent, the worker's end, the limit or an abort, whichever comes first.
   * After a limit or an abort the process is gone when this returns, unless it ended the work by itself.
   */
  private async exchange<T>(
    handle: (message: FromWorker, resolve: (value: T) => void, reject: (error: Error) => void) => void,
    begin: () => void,
    limit: { ms?: number; error: TrialLostError },
    signal?: AbortSignal,
  ): Promise<T> {
    const timers: NodeJS.Timeout[] = [];
    let listener: (() => void) | undefined;
    this.hold(true);
    try {
      return await new Promise<T>((resolve, reject) => {
        let verdict: Error | undefined;
        const giveUp = (error: Error): void => {
          verdict ??= error;
          this.kill();
        };
        listener = (): void => {
          this.send({ kind: 'cancel' });
          timers.push(setTimeout(() => giveUp(new CancelledError('the trial')), PATIENCE_MS));
        };
        signal?.addEventListener('abort', listener, { once: true });
        if (limit.ms !== undefined) timers.push(setTimeout(() => giveUp(limit.error), Math.min(limit.ms, longestTimerMs)));
        this.receive = (message) => handle(message, resolve, reject);
        void this.ended.then((cause) => reject(verdict ?? cause));
        begin();
        if (signal?.aborted) listener();
      });
    } finally {
      timers.forEach(clearTimeout);
      if (listener) signal?.removeEventListener('abort', listener);
      this.receive = () => {};
      this.hold(false);
    }
  }

  /**
   * Waits until the module is loaded.
   * @throws ExecutorError where it cannot be
   */
  async ready(signal?: AbortSignal): Promise<void> {
    const { startupMs } = this.limits;
    const late = new TrialLostError('time', `loading took longer than ${startupMs} ms`);
    try {
      await this.exchange<void>((message, resolve, reject) => {
        if (message.kind === 'ready') resolve();
        if (message.kind === 'broken') reject(errorOf(message.fault));
      }, () => {}, { ms: startupMs, error: late }, signal);
    } catch (error) {
      this.kill();
      if (error instanceof CancelledError) throw error;
      throw new ExecutorError(`${this.module} cannot be loaded: ${(error as Error).message}`, { cause: error });
    }
  }

  /** As Executor.evaluate. */
  async evaluate<P>(trial: Trial<P>, work: LongWork): Promise<Evaluation> {
    const { timeoutMs: ms } = this.limits;
    const { number, known, explanation } = trial;
    // Reports reach the study in order, and before the trial ends.
    let told: Promise<unknown> = Promise.resolve();
    const tell = (action: () => Promise<void>): void => void (told = told.then(action));
    try {
      return await this.exchange<Evaluation>((message, resolve, reject) => {
        if (message.kind === 'progress') work.onProgress?.(message.event);
        else if (message.kind === 'report') tell(() => trial.report(message.step, message.value));
        else if (message.kind === 'attribute') tell(() => trial.setAttribute(message.key, message.value));
        else if (message.kind === 'artifact') tell(() => trial.attach(message.artifact));
        else if (message.kind === 'end') tell(() => trial[message.how](message.reason));
        else if (message.kind === 'done') resolve(message.evaluation);
        else if (message.kind === 'pruned') reject(new TrialPruned(message.reason));
        else if (message.kind === 'failed') reject(work.signal?.aborted ? new CancelledError('the trial') : errorOf(message.fault));
      }, () => this.send({ kind: 'trial', number, params: trial.params as Params, known, explanation }), {
        ms,
        error: new TrialLostError('time', `took longer than ${ms} ms`),
      }, work.signal);
    } finally {
      await told;
    }
  }
}
