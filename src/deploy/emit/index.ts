import { readFileSync } from 'node:fs';
import { parse } from 'node:path';
import type { Board } from '../boards';
import type { Graph } from '../graph';
import { kernelSetOf, ownKernel } from '../kernels';
import { runnersOf, type MemoryPlan } from '../plan';
import { header } from './header';
import { makefile } from './makefile';
import { identifier } from './names';
import { source } from './source';
import { boardFiles, filled, runtimeFiles } from './templates';

export { describeGraph, describeOp } from './describe';
export { runtimeFiles } from './templates';

/**
 * The C name of a graph: prefix of its functions and stem of its files. Stems of the other files of a project are
 * left to those, whatever their case.
 */
export function modelName(graph: Graph, board: Board): string {
  const own = board.ownKernels?.map((kernel) => `${kernel.name}.c`) ?? [];
  const others = [...runtimeFiles(kernelSetOf(board)).keys(), ...boardFiles(board).keys(), ...own];
  const name = identifier(graph.name);
  return others.some((file) => parse(file).name.toLowerCase() === name.toLowerCase()) ? `m_${name}` : name;
}

/**
 * The C project of a graph on a board: header, source, the kernels that it uses and the board's start-up code.
 * Pure but for reading templates/; nothing is written.
 *
 * @returns text by path, relative to the project's folder
 */
export function emit(graph: Graph, memory: MemoryPlan, board: Board): Map<string, string> {
  const model = modelName(graph, board);
  const files = new Map<string, string>();
  files.set(`${model}.h`, header(graph, memory, model));
  const parts = new Set<string>([...memory.kernels, ...runnersOf(graph)]);
  for (const [name, path] of runtimeFiles(kernelSetOf(board))) {
    if (name.endsWith('.h') || parts.has(parse(name).name)) files.set(name, readFileSync(path, 'utf8'));
  }
  for (const name of memory.kernels) {
    const own = ownKernel(board, name)?.source;
    if (own !== undefined) files.set(`${name}.c`, own);
  }
  // Beside what calls it: how long a call is may depend on how far it goes, and kernels of all sizes lie before.
  files.set(`${model}.c`, source(graph, memory, model));
  for (const [name, path] of boardFiles(board)) files.set(name, filled(path, board, model));
  files.set('Makefile', makefile(board, [...files.keys()].filter((path) => path.endsWith('.c'))));
  return files;
}
