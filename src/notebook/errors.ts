/*
 * Errors of a cell, short: what went wrong, and the line of the cell where it did. tslab prints an error with
 * console.error, that is with its stack: ten lines of the kernel's own files around a line number of code that the user
 * never saw.
 */
import vm from 'node:vm';
import { inspect } from 'node:util';
import { ParetinoError } from '../base';

/** Compiled cells by the file name that their stack frames carry. */
const cells = new Map<string, string[]>();
const KEPT = 200;
let compiled = 0;
let full = false;

/** Shows errors with their whole stack (true) or short again (false). */
export function fullErrors(on = true): void {
  full = on;
}

/** Cells get names of their own, so that a frame leads back to its line. */
function nameCells(): void {
  const { runInThisContext } = vm;
  vm.runInThisContext = ((code: string, options?: unknown): unknown => {
    const isCell =
      typeof code === 'string' &&
      code.endsWith('(__tslab__.exports, __tslab__.require)') &&
      options !== null &&
      typeof options === 'object';
    if (!isCell) return runInThisContext(code, options as vm.RunningCodeOptions);
    const filename = `cell-${++compiled}`;
    cells.set(filename, code.split('\n'));
    cells.delete(`cell-${compiled - KEPT}`);
    return runInThisContext(code, { ...(options as vm.RunningCodeOptions), filename });
  }) as typeof vm.runInThisContext;
}

function ownLine(stack: string): string | undefined {
  const frame = /\b(cell-\d+):(\d+):\d+/.exec(stack);
  const line = frame === null ? undefined : cells.get(frame[1])?.[Number(frame[2]) - 1]?.trim();
  // What tslab's compiler put in front of the user's own words.
  return line?.replace(/\bexports\.tsLastExpr = /, '').replace(/\bexports\./g, '');
}

/** The frames that say something: not Node's, not the kernel's. */
function frames(stack: string): string[] {
  return stack
    .split('\n')
    .filter(
      (line) =>
        /^\s+at /.test(line) && !/node:|[\\/]tslab[\\/]|cell-\d+|evalmachine/.test(line) && !line.includes(__filename),
    );
}

/** An error in a few lines. */
export function shortError(error: Error): string {
  const code = (error as { code?: unknown }).code;
  const interrupted = error.message === 'Interrupted asynchronously' || code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED';
  if (interrupted) return 'Interrupted.';
  const stack = error.stack ?? '';
  const lines = [`${error.name}: ${error.message}`];
  const line = ownLine(stack);
  if (line !== undefined) lines.push(`    in the line: ${line}`);
  // What the toolkit throws on purpose explains itself; for the rest, where it came from.
  if (!(error instanceof ParetinoError)) lines.push(...frames(stack).slice(0, 3));
  if (error.cause instanceof Error) lines.push(`caused by ${shortError(error.cause)}`);
  if (error instanceof AggregateError)
    for (const one of error.errors.slice(0, 3)) lines.push(`- ${one instanceof Error ? shortError(one) : String(one)}`);
  return lines.join('\n');
}

/** From now on errors print short in this process: for kernels only. */
export function shortenErrors(): void {
  nameCells();
  Object.defineProperty(Error.prototype, inspect.custom, {
    configurable: true,
    enumerable: false,
    writable: true,
    value: function (this: Error): string {
      return full ? (this.stack ?? String(this)) : shortError(this);
    },
  });
}
