/*
 * Kernels that a new folder killed, cured. tslab's compiler watches folders, node_modules among them, and has room for one
 * pending update: a package that is installed while a kernel runs leaves one there for good, and every cell after it ends
 * in "Unexpected pending rebuildTimer". A compiler made anew takes over where that happens: between cells it keeps
 * nothing, since each cell brings the declarations of those before it.
 */
import { createRequire } from 'node:module';

/** As much of tslab's compiler as is called from outside. */
interface Converter {
  convert(...given: unknown[]): unknown;
  inspect(...given: unknown[]): unknown;
  complete(...given: unknown[]): unknown;
  /** Keeps a cell as a module to import. */
  addModule(...given: unknown[]): unknown;
  close(): void;
}

/** What tslab's executor takes its compilers from. */
interface Converters {
  _node?: Converter;
  _browser?: Converter;
  readonly jsKernel: boolean;
}

interface Executor {
  inspect(code: string, position: number): unknown;
}

interface Handler {
  readonly executor: Executor;
  handleExecuteImpl(...given: unknown[]): unknown;
}

const isStuck = (error: unknown): boolean => error instanceof Error && /rebuildTimer|clearing unexpected/.test(error.message);

/** The executor's compilers, which it shows nobody: asked for one that it has not made yet, it looks for it in its own object. */
function convertersOf(executor: Executor): Converters | undefined {
  let found: Converters | undefined;
  const none = { inspect: () => null };
  function lookedFor(this: Converters): typeof none {
    keep(this);
    return none;
  }
  const keep = (one: Converters): void => {
    found = one;
  };
  Object.defineProperty(Object.prototype, '_browser', {
    configurable: true,
    get: lookedFor,
  });
  try {
    executor.inspect('/** @browser */', 0);
  } catch {
    // What it would have said does not matter.
  } finally {
    delete (Object.prototype as { _browser?: unknown })._browser;
  }
  return found?._node === undefined ? undefined : found;
}

/** Calls the compiler in use; where it is stuck, a fresh one from then on. */
export function selfHealing(first: Converter, makeFresh: () => Converter): Converter {
  let current = first;
  const modules: unknown[][] = [];
  const calling =
    (name: 'convert' | 'inspect' | 'complete') =>
    (...given: unknown[]): unknown => {
      try {
        return current[name](...given);
      } catch (error) {
        if (!isStuck(error)) throw error;
        const stuck = current;
        current = makeFresh();
        for (const one of modules) current.addModule(...one);
        try {
          stuck.close();
        } catch {
          // It watches on, and nobody listens.
        }
        return current[name](...given);
      }
    };
  const addModule = (...given: unknown[]): unknown => {
    modules.push(given);
    return current.addModule(...given);
  };
  return { addModule, convert: calling('convert'), inspect: calling('inspect'), complete: calling('complete'), close: () => current.close() };
}

/** What a stuck compiler's watchers throw, with nobody to catch it, is not printed: the next cell mends it. */
function hush(): void {
  const listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error, origin) => {
    if (!isStuck(error)) for (const listener of listeners) listener(error, origin);
  });
}

/** Mends the compiler of the kernel at `jupyterPath`, from the next cell on. */
export function cureCompiler(jupyterPath: string): void {
  const load = createRequire(jupyterPath);
  const { JupyterHandlerImpl } = load(jupyterPath) as { JupyterHandlerImpl: { prototype: Handler } };
  const { createConverter } = load('./converter') as { createConverter(options: { isJS: boolean; isBrowser: boolean }): Converter };
  const { prototype } = JupyterHandlerImpl;
  const { handleExecuteImpl } = prototype;
  // The executor is in the handler, and the handler is seen when it begins a cell.
  prototype.handleExecuteImpl = function (...given) {
    prototype.handleExecuteImpl = handleExecuteImpl;
    const converters = convertersOf(this.executor);
    if (converters?._node !== undefined)
      converters._node = selfHealing(converters._node, () => createConverter({ isJS: converters.jsKernel, isBrowser: false }));
    if (converters !== undefined) hush();
    return handleExecuteImpl.apply(this, given);
  };
}
