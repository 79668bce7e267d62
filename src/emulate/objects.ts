/** Kernels compiled once: a search builds thousands of networks out of the same few of them. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../base';
import { compileFlags, kernelSetOf, runtimeFiles, type Board } from '../deploy';
import { runProcess, type ProcessResult } from './process';

/** Whatever an object depends on: compiler, flags, its source and the headers beside it. */
function keyOf(compiler: string, flags: readonly string[], source: string, headers: readonly string[]): string {
  const { size, mtimeMs } = statSync(compiler);
  return createHash('sha256').update(JSON.stringify([compiler, size, mtimeMs, flags, source, headers])).digest('hex').slice(0, 32);
}

/**
 * Objects of the project's kernels, compiled in its folder where the cache lacks them.
 *
 * @param files the project, as `emit` gives it, already written to `folder`
 * @returns paths by source, and what the compiler said where it failed
 */
export async function kernelObjects(
  files: ReadonlyMap<string, string>,
  board: Board,
  compiler: string,
  folder: string,
  signal?: AbortSignal,
): Promise<{ objects: Map<string, string>; failure?: ProcessResult }> {
  const flags = compileFlags(board, compiler);
  const runtime = runtimeFiles(kernelSetOf(board));
  const headers = [...files].filter(([name]) => name.endsWith('.h') && runtime.has(name)).map(([, text]) => text);
  const objects = new Map<string, string>();
  const cache = cacheFolder('objects');
  for (const [name, text] of files) {
    if (!name.endsWith('.c') || !runtime.has(name)) continue;
    const object = join(cache, `${keyOf(compiler, flags, text, headers)}.o`);
    if (!existsSync(object)) {
      mkdirSync(cache, { recursive: true });
      // Renamed when whole: others may be building the same one.
      const partial = `${object}.${process.pid}`;
      const result = await runProcess(compiler, [...flags, '-c', name, '-o', partial], { cwd: folder, signal });
      if (result.code !== 0) return { objects, failure: result };
      renameSync(partial, object);
    }
    objects.set(name, object);
  }
  return { objects };
}
