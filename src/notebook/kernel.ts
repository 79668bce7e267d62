/*
 * Where tslab is known. The kernel loads its own dist/jupyter.js before any cell runs; that module holds the function
 * which writes to the running cell. It is looked up among the loaded modules, never required: outside a kernel there
 * is nothing to find.
 */

/** What Jupyter is sent: one object of contents by MIME type. */
export interface DisplayMessage {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly transient: { readonly display_id?: string };
}

export type WriteDisplay = (message: DisplayMessage, update: boolean) => void;

interface JupyterModule {
  readonly lastWriteDisplayData: WriteDisplay | null;
}

/** Path of the running kernel's own module, or undefined where no kernel runs. */
export function kernelModulePath(): string | undefined {
  return Object.keys(require.cache).find(
    (path) => /[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(path) && writerOf(path) !== undefined,
  );
}

function writerOf(path: string): WriteDisplay | undefined {
  const loaded = require.cache[path]?.exports as JupyterModule | undefined;
  return loaded?.lastWriteDisplayData ?? undefined;
}

/** Writes to the cell that runs now, or ran last; undefined where no kernel runs. */
export function currentWriter(): WriteDisplay | undefined {
  const path = kernelModulePath();
  return path === undefined ? undefined : writerOf(path);
}

/** True inside a tslab kernel. */
export function inKernel(): boolean {
  return currentWriter() !== undefined;
}
