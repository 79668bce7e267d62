/* How a command ends: its status, and what is said of an error. */
import { dirname } from 'node:path';
import { getSystemErrorMap } from 'node:util';
import { CommanderError } from 'commander';
import { ParetinoError } from '../base';
import { UsageError } from './usage';

/** Ends the command with this status, with everything said already. */
export class Ended extends Error {
  constructor(readonly status: number) {
    super(`ended with status ${status}`);
  }
}

export interface Outcome {
  /** 0 done, 1 failed, 2 wrong usage, 128 + n after signal n. */
  readonly status: number;
  /** For standard error. */
  readonly text?: string;
}

/** An error of the user's own module: its stack, down to the frames in their files and above the command line's. */
export function ownStack(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const lines = (error.stack ?? String(error)).split('\n');
  const isFrame = (line: string): boolean => /^\s+at /.test(line);
  const called = lines.findIndex((line) => isFrame(line) && line.includes(__dirname));
  const foreign = (line: string): boolean => /\bnode:|[\\/]node_modules[\\/]/.test(line) || line.includes(dirname(__dirname));
  return lines
    .slice(0, called === -1 ? undefined : called)
    .filter((line) => !isFrame(line) || !foreign(line))
    .join('\n')
    .trim();
}

/** What Node says of a file that cannot be opened, read or written, as the toolkit's own errors say it. */
function systemProblem(error: Error & { errno?: number; code?: string; path?: string }): string | undefined {
  if (error.path === undefined || error.errno === undefined) return undefined;
  const meaning = getSystemErrorMap().get(error.errno)?.[1] ?? error.message;
  return `${error.path}: ${meaning} (${error.code})`;
}

/** The status that an error ends a command with, and what is said of it: the user's mistake in one line, ours with its stack. */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof Ended) return { status: error.status };
  // Commander has written what it had to say.
  if (error instanceof CommanderError) return { status: error.exitCode === 0 ? 0 : 2 };
  if (error instanceof UsageError) return { status: 2, text: error.message };
  if (error instanceof ParetinoError) return { status: 1, text: error.message };
  if (error instanceof Error) return { status: 1, text: systemProblem(error) ?? error.stack };
  return { status: 1, text: String(error) };
}
