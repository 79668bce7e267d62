import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ParetinoError, type LongWork } from '../base';
import { compileFlags, emit, imageName, linkFlags, plan, type Board, type Graph, type MemoryPlan } from '../deploy';
import { readElf } from './elf';
import { kernelObjects } from './objects';
import { findCommand, runProcess } from './process';

/** A compiled image and what it takes on its board. */
export interface Firmware {
  readonly board: Board;
  readonly graph: Graph;
  readonly memory: MemoryPlan;
  readonly folder: string;
  /** The linked program. */
  readonly image: string;
  /** Flash, as the linker has it, B. On the host: constants alone. */
  readonly romBytes: number;
  /** Static memory without the stack, as the linker has it, B. On the host: the arena alone. */
  readonly ramBytes: number;
}

/** Writes a project's files below a folder, which it makes. */
export function writeFirmware(files: ReadonlyMap<string, string>, folder: string): void {
  for (const [path, text] of files) {
    const full = join(folder, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  }
}

/** The board's compiler, or an error that names the command that installs it. */
export function compilerOf(board: Board): string {
  const found = findCommand(board.compilers);
  if (found) return found;
  const packages = { host: 'gcc', rv32imc: 'gcc-riscv64-unknown-elf' } as Record<Board['core'], string>;
  const install = packages[board.core] ?? 'gcc-arm-none-eabi libnewlib-arm-none-eabi';
  throw new ParetinoError(`no compiler for ${board.title} (looked for ${board.compilers.join(', ')}): sudo apt-get install ${install}`);
}

/** Compiles one source file to an object, with the flags that firmware is built with. */
export async function compileObject(board: Board, source: string, object: string): Promise<void> {
  const compiler = compilerOf(board);
  const result = await runProcess(compiler, [...compileFlags(board, compiler), '-c', source, '-o', object]);
  if (result.code !== 0) throw new ParetinoError(`${compiler} could not compile ${source}:\n${result.stderr.slice(0, 2000)}`);
}

/**
 * Generates, writes, compiles and links the firmware of a graph, warnings as errors.
 *
 * @param folder where the project goes; made if it is not there
 * @throws DoesNotFitError before anything is written, if the board cannot hold it; ParetinoError with the compiler's
 *   first lines, if it complains
 */
export async function build(
  graph: Graph,
  board: Board,
  folder: string,
  { signal, memory = plan(graph, board) }: LongWork & { memory?: MemoryPlan } = {},
): Promise<Firmware> {
  const compiler = compilerOf(board);
  const files = emit(graph, memory, board);
  writeFirmware(files, folder);
  const sources = [...files.keys()].filter((path) => path.endsWith('.c'));
  const isHost = board.core === 'host';
  const image = imageName(board);
  rmSync(join(folder, image), { force: true });
  const flags = compileFlags(board, compiler);
  const { objects, failure } = await kernelObjects(files, board, compiler, flags, folder, signal);
  const inputs = sources.map((source) => objects.get(source) ?? source);
  const args = [...flags, ...inputs, '-o', image, ...linkFlags(board)];
  const result = failure ?? (await runProcess(compiler, args, { cwd: folder, signal }));
  if (result.code !== 0) {
    const lines = result.stderr.split('\n').slice(0, 12).join('\n');
    throw new ParetinoError(`${compiler} could not build ${graph.name} for ${board.title} in ${folder}:\n${lines}`);
  }
  const path = join(folder, image);
  const base = { board, graph, memory, folder, image: path };
  if (isHost) return { ...base, romBytes: memory.constantBytes, ramBytes: memory.arenaBytes };
  const { sections } = readElf(readFileSync(path), path);
  const sum = (wanted: (name: string, hasContent: boolean) => boolean): number =>
    sections.reduce((total, { name, size, hasContent }) => total + (wanted(name, hasContent) ? size : 0), 0);
  return {
    ...base,
    romBytes: sum((_, hasContent) => hasContent),
    ramBytes: sum((name, hasContent) => name === '.data' || (!hasContent && name !== '.stack')),
  };
}
