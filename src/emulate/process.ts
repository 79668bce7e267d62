import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CancelledError, ParetinoError } from '../base';

/** Full path of the first of these commands that is on the PATH. */
export function findCommand(commands: readonly string[]): string | undefined {
  for (const command of commands) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const path = join(folder, command);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not in this folder.
      }
    }
  }
  return undefined;
}

/** How a program ended, and all that it wrote. */
export interface ProcessResult {
  /** Exit status; null where a signal ended it. */
  readonly code: number | null;
  /** All of its standard output. */
  readonly stdout: string;
  /** All of its standard error. */
  readonly stderr: string;
}

/** Text of a command that is kept; more than that comes only from one that never ends. */
const MOST_TEXT = 16 * 1024 * 1024;

/** Runs a command to its end; kills it when the signal fires, the time is up, it writes without end, or this process exits. */
export function runProcess(
  command: string,
  args: readonly string[],
  options: { cwd?: string; signal?: AbortSignal; timeoutMs?: number } = {},
): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    let reason: Error | undefined;
    const stop = (error: Error): void => {
      reason = error;
      child.kill('SIGKILL');
    };
    const abort = (): void => stop(new CancelledError(command));
    const { timeoutMs } = options;
    const orphan = (): void => void child.kill('SIGKILL');
    process.once('exit', orphan);
    const timer = timeoutMs === undefined
      ? undefined
      : setTimeout(() => stop(new ParetinoError(`${command} did not end within ${timeoutMs / 1000} s`)), timeoutMs);
    if (options.signal?.aborted) abort();
    options.signal?.addEventListener('abort', abort, { once: true });
    const limit = (): void => {
      if (stdout.length + stderr.length > MOST_TEXT) stop(new ParetinoError(`${command} writes without end`));
    };
    child.stdout.on('data', (data: Buffer) => {
      stdout += data.toString();
      limit();
    });
    child.stderr.on('data', (data: Buffer) => {
      stderr += data.toString();
      limit();
    });
    const done = (settle: () => void): void => {
      clearTimeout(timer);
      process.off('exit', orphan);
      options.signal?.removeEventListener('abort', abort);
      settle();
    };
    child.on('error', (error) => done(() => reject(new ParetinoError(`${command} could not be started`, { cause: error }))));
    child.on('close', (code) => done(() => (reason ? reject(reason) : resolve({ code, stdout, stderr }))));
  });
}
