/*
 * tslab prints a cell's last expression with console.log, and console.log asks a value for its text through
 * `nodejs.util.inspect.custom`. A method of that name can send something richer to the cell and answer with nothing.
 */
import { inspect } from 'node:util';
import { hasRenderer, toBundle } from './bundle';
import { currentWriter } from './kernel';

/** console.log itself asks, for a value of its own and not for something inside one. */
function askedByConsoleLog(): boolean {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 25;
  const stack = new Error().stack ?? '';
  Error.stackTraceLimit = limit;
  return (
    /at (?:console|Console)\.(?:log|info)/.test(stack) || /at console\.value/.test(stack) || /\[as log\]/.test(stack)
  );
}

/** console.log will write its (empty) text and a line end: the next write is left out if it is only that. */
function dropLineEnd(): void {
  const { write } = process.stdout;
  process.stdout.write = ((chunk: unknown, ...rest: unknown[]): boolean => {
    process.stdout.write = write;
    return chunk === '\n' ? true : (write as (...all: unknown[]) => boolean).call(process.stdout, chunk, ...rest);
  }) as typeof process.stdout.write;
}

/**
 * Gives a class (its prototype) or one object a rich form: as a cell's last expression, or in console.log, it is
 * displayed as `render` says; everywhere else it prints as that form's text.
 */
export function makeRich<T>(target: object, render: (value: T) => unknown): void {
  Object.defineProperty(target, inspect.custom, {
    configurable: true,
    enumerable: false,
    writable: true,
    value: function (this: T, depth: number, options: { depth?: number | null }): string {
      const bundle = toBundle(render(this));
      const write = currentWriter();
      const outermost = options.depth === undefined || options.depth === null || depth >= options.depth;
      if (write === undefined || !outermost || !askedByConsoleLog()) return bundle['text/plain'];
      write({ data: bundle, metadata: {}, transient: {} }, false);
      dropLineEnd();
      return '';
    },
  });
}

type Format = (this: Console, values: unknown[], ...rest: unknown[]) => string;

/**
 * What a renderer was added for is mostly plain data, with no class to give a method. tslab holds on to console.log as it
 * was at the start, so that only what that asks for the text can be replaced: Node's own formatting, found by its name.
 * Where a version of Node has none of that name, such values print as they always did, and `display` shows them.
 */
export function showRendered(): void {
  const name = Object.getOwnPropertySymbols(console).find(({ description }) => description === 'kFormatForStdout');
  if (name === undefined) return;
  const formats = console as unknown as Record<symbol, Format>;
  const format = formats[name];
  formats[name] = function (values, ...rest) {
    const write = values.length === 1 && hasRenderer(values[0]) ? currentWriter() : undefined;
    if (write === undefined) return format.call(this, values, ...rest);
    write({ data: toBundle(values[0]), metadata: {}, transient: {} }, false);
    dropLineEnd();
    return '';
  };
}
