import { inspect } from 'node:util';

/** Root of every error that the toolkit throws on purpose. */
export class ParetinoError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

function shown(value: unknown): string {
  return inspect(value, { depth: 1, maxArrayLength: 6, maxStringLength: 80, breakLength: Infinity });
}

/** A bad argument: says which one, what came, and what was wanted. */
export class ArgumentError extends ParetinoError {
  constructor(
    /** Name of the argument, or of the part of it. */
    readonly argument: string,
    /** The value that it had. */
    readonly got: unknown,
    /** What would have been right, in words. */
    readonly wanted: string,
  ) {
    super(`${argument}: got ${shown(got)}, wanted ${wanted}`);
  }
}

/** A bad file: says which one, where in it (line or byte), and what is wrong. */
export class DataError extends ParetinoError {
  constructor(
    /** Its path. */
    readonly file: string,
    /** The line or byte, where there is one to name. */
    readonly where: string | undefined,
    /** What is wrong there, in words. */
    readonly problem: string,
  ) {
    super(`${file}${where === undefined ? '' : `, ${where}`}: ${problem}`);
  }
}

/** Thrown by long work whose AbortSignal fired. */
export class CancelledError extends ParetinoError {
  constructor(what = 'the work') {
    super(`${what} was cancelled`);
  }
}

/** What an error says; anything else that was thrown, as text. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Throws an ArgumentError unless `condition` holds. */
export function check(condition: unknown, argument: string, got: unknown, wanted: string): asserts condition {
  if (!condition) throw new ArgumentError(argument, got, wanted);
}
