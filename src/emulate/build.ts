import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ParetinoError, type LongWork } from '../base';
import { compileFlags, emit, imageName, linkFlags, plan, type Board, type Graph, type MemoryPlan } from '../deploy';
import { memoryOf, readElf } from './elf';
import { kernelObjects } from './objects';
import { findCommand, runProcess, type ProcessResult } from './process';

/** A compiled image and what it takes on its board. */
export interface Firmware {
  /** What it was built for. */
  readonly board: Board;
  /** What it computes. */
  readonly graph: Graph;
  /** What was predicted of its flash and RAM. */
  readonly memory: MemoryPlan;
  /** Of its C project. */
  readonly folder: string;
  /** The linked program. */
  readonly image: string;
  /** What it is linked from: sources in the folder, and kernels that were compiled before. */
  readonly inputs: readonly string[];
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
  const image = join(folder, imageName(board));
  rmSync(image, { force: true });
  const { objects, failure } = await kernelObjects(files, board, compiler, folder, signal);
  const sources = [...files.keys()].filter((path) => path.endsWith('.c'));
  const inputs = sources.map((source) => objects.get(source) ?? source);
  const project = { board, graph, memory, folder, image, inputs };
  const result = failure ?? (await link(project, [], imageName(board), signal));
  if (result.code !== 0) {
    const lines = result.stderr.split('\n').slice(0, 12).join('\n');
    throw new ParetinoError(`${compiler} could not build ${graph.name} for ${board.title} in ${folder}:\n${lines}`);
  }
  const sizes = board.core === 'host' ? { romBytes: memory.constantBytes, ramBytes: memory.arenaBytes } : sizesOf(image);
  return { ...project, ...sizes };
}

type Project = Pick<Firmware, 'board' | 'folder' | 'inputs'>;

/** Compiles what is not compiled yet, and links. */
function link({ board, folder, inputs }: Project, more: readonly string[], image: string, signal?: AbortSignal): Promise<ProcessResult> {
  const compiler = compilerOf(board);
  const args = [...compileFlags(board, compiler), ...inputs, ...more, '-o', image, ...linkFlags(board)];
  return runProcess(compiler, args, { cwd: folder, signal });
}

/** What an image takes on its board. */
function sizesOf(image: string): Pick<Firmware, 'romBytes' | 'ramBytes'> {
  return memoryOf(readElf(readFileSync(image), image).sections);
}

/** The sizes of firmware that is linked once more, with more objects or options: to measure what those take. */
export async function linkedSizes(firmware: Firmware, more: readonly string[]): Promise<Pick<Firmware, 'romBytes' | 'ramBytes'>> {
  const name = `measured-${imageName(firmware.board)}`;
  const { code, stderr } = await link(firmware, more, name);
  if (code !== 0) throw new ParetinoError(`could not link ${more.join(' ')} in ${firmware.folder}:\n${stderr.slice(0, 2000)}`);
  return sizesOf(join(firmware.folder, name));
}
