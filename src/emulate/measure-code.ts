import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ParetinoError } from '../base';
import { kernelSetOf, plan, runtimeFiles, type Board, type Graph } from '../deploy';
import { build, compileObject, compilerOf } from './build';
import { readElf } from './elf';
import { runProcess } from './process';

/** B of code on one core: what code-size-table.json holds. */
export interface MeasuredCode {
  readonly base: { readonly rom: number; readonly ram: number };
  readonly kernels: Readonly<Record<string, number>>;
}

/** The simplest network, one table look-up, of a size that takes as many instructions to count to as most networks' do. */
const PROBE: Graph = {
  name: 'probe',
  tensors: ['x', 'y'].map((name) => ({ name, shape: [1, 1, 5000] as const, scale: 1, zeroPoint: 0 })),
  ops: [{ kind: 'lookup', name: 'table', inputs: [0], output: 1, table: new Int8Array(256) }],
  input: 0,
  output: 1,
  boundary: 'int8',
};

/** The compiler that builds for a board here. */
export async function compilerVersion(board: Board): Promise<{ compiler: string; version: string }> {
  const path = compilerOf(board);
  const { stdout } = await runProcess(path, ['-dumpfullversion']);
  return { compiler: basename(path), version: stdout.trim() };
}

/** Compiles every kernel for a board's core, and the smallest image, and gives their sizes. */
export async function measureCodeSizes(board: Board, folder: string): Promise<MeasuredCode> {
  const memory = plan(PROBE, board, { check: false });
  const firmware = await build(PROBE, board, folder, { memory });
  const kernels: Record<string, number> = {};
  const files = runtimeFiles(kernelSetOf(board));
  for (const [name, path] of files) writeFileSync(join(folder, name), readFileSync(path));
  for (const file of [...files.keys()].filter((name) => name.endsWith('.c') && name !== 'run.c')) {
    const object = join(folder, 'kernel.o');
    await compileObject(board, join(folder, file), object);
    const code = readElf(readFileSync(object), object).sections.filter(({ name }) => /^\.(text|rodata)/.test(name));
    // The linker starts each section at a multiple of four.
    kernels[file.slice(0, -2)] = code.reduce((sum, { size }) => sum + Math.ceil(size / 4) * 4, 0);
  }
  if (kernels.lookup === undefined) throw new ParetinoError('templates/runtime has no lookup.c');
  return {
    base: { rom: firmware.romBytes - memory.constantBytes - kernels.lookup, ram: firmware.ramBytes - memory.arenaBytes },
    kernels,
  };
}
