/**
 * Firmware out of other people's libraries, in the harness, with the linker script and by the counters that ours has.
 *
 * The libraries are the user's own, built as their own instructions say: `--peers FOLDER`, or PARETINO_PEERS, names
 *
 *     FOLDER/include/*           folders of headers, or links to them: CMSIS-NN's Include, a checkout of tflite-micro,
 *                                and the include folder of the FlatBuffers that its schema asks for
 *     FOLDER/<core>/*.a          what they were compiled to for a core, say cortex-m4 and cortex-m0plus
 *
 * Each is worth what it was built with; ours has the flags that `deploy.compileFlags` gives.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compileFlags, emit, modelName, plan, runtimeFiles, type Board, type Graph, type Step } from '../../src/deploy';
import { compilerOf, memoryOf, readElf, runnerFor, runProcess, writeFirmware, type Firmware } from '../../src/emulate';

/** A program that stands in for the generated C of a network: the functions of the network's header. */
export interface PeerProgram {
  readonly language: 'c' | 'c++';
  /** Text of the program, for a network of this C name. */
  source(model: string): string;
}

/** The folder of --peers or PARETINO_PEERS; undefined where there is neither. */
export function peersFolder(): string | undefined {
  const at = process.argv.indexOf('--peers');
  const folder = at >= 0 ? process.argv[at + 1] : process.env.PARETINO_PEERS;
  if (!folder) return undefined;
  if (!existsSync(join(folder, 'include'))) throw new Error(`--peers ${folder}: no folder ${join(folder, 'include')}`);
  return resolve(folder);
}

/** Folders of headers below a folder of peers. */
function includes(peers: string): string[] {
  return readdirSync(join(peers, 'include')).sort().map((name) => join(peers, 'include', name));
}

function archives(peers: string, board: Board): string[] {
  const folder = join(peers, board.core);
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.a')).sort().map((name) => join(folder, name)) : [];
}

/** What is missing to build with a header of theirs for a board; undefined where nothing is. */
export function missingPeer(peers: string, board: Board, header: string): string | undefined {
  if (!includes(peers).some((folder) => existsSync(join(folder, header)))) return `no ${header} below ${join(peers, 'include')}`;
  return archives(peers, board).length > 0 ? undefined : `no library in ${join(peers, board.core)}`;
}

/** Stack of theirs, B: enough for what is set up at run time; how much of it was used is reported. */
const STACK = 16 * 1024;

const CPP_FLAGS = [
  '-std=c++17', '-fno-exceptions', '-fno-rtti', '-fno-threadsafe-statics', '-DTF_LITE_STATIC_MEMORY', '-DTF_LITE_STRIP_ERROR_STRINGS',
];
const LINK_FLAGS = ['-nostartfiles', '-Wl,--gc-sections', '-Wl,--no-warn-rwx-segments', '-T', 'link.ld'];

/** Builds a program of theirs as the firmware of a graph, whose input and output it has. */
export async function buildPeer(
  program: PeerProgram,
  graph: Graph,
  board: Board,
  peers: string,
  folder: string,
): Promise<Firmware> {
  const roomy: Board = { ...board, stackBytes: STACK, kernels: 'portable' };
  const memory = plan(graph, roomy, { check: false });
  const model = modelName(graph, roomy);
  const kernels = runtimeFiles('portable');
  const files = new Map([...emit(graph, memory, roomy)].filter(([name]) => !kernels.has(name) && name !== `${model}.c`));
  const theirs = program.language === 'c' ? 'theirs.c' : 'theirs.cc';
  const sources = [...files.keys()].filter((name) => name.endsWith('.c'));
  files.set(theirs, program.source(model));
  rmSync(folder, { recursive: true, force: true });
  writeFirmware(files, folder);
  const gcc = compilerOf(board);
  const flags = compileFlags(board, gcc).filter((flag) => !flag.startsWith('-std') && flag !== '-Wconversion');
  const headers = includes(peers).flatMap((path) => ['-isystem', path]);
  const compile = { c: [gcc, '-std=c11'], 'c++': [gcc.replace(/gcc$/, 'g++'), ...CPP_FLAGS] }[program.language];
  const objects = [...sources, theirs].map((name) => name.replace(/\.\w+$/, '.o'));
  const commands = [
    ...sources.map((source) => [gcc, '-std=c99', ...flags, '-c', source]),
    [...compile, ...flags, ...headers, '-c', theirs],
    [gcc, ...flags, ...objects, '-o', 'firmware.elf', ...LINK_FLAGS, '-Wl,--start-group', ...archives(peers, board), '-lc', '-lm', '-lgcc', '-Wl,--end-group'],
  ];
  for (const [command, ...args] of commands) {
    const { code, stderr } = await runProcess(command, args, { cwd: folder });
    if (code !== 0) throw new Error(`${board.name}: theirs could not be built:\n${stderr.slice(0, 3000)}`);
  }
  const image = join(folder, 'firmware.elf');
  const { sections } = readElf(readFileSync(image), image);
  if (sections.some(({ name, size }) => /^\.(init|preinit)_array/.test(name) && size > 0)) {
    throw new Error(`${board.name}: theirs has constructors to run before main, which the harness does not`);
  }
  // Theirs has one step a layer, whatever ours has.
  const steps = graph.ops.map((op) => ({ op, kernel: op.kind }) as unknown as Step);
  return { board: roomy, graph, memory: { ...memory, steps }, folder, image, inputs: [], ...memoryOf(sections) };
}

/** The one number that a program gives in place of its output, for any input. */
export async function askPeer(program: PeerProgram, board: Board, peers: string, folder: string): Promise<number> {
  const tensors = [{ name: 'x', shape: [1, 1, 1] as const, scale: 1, zeroPoint: 0 }, { name: 'y', shape: [1, 1, 4] as const, scale: 1, zeroPoint: 0 }];
  const op = { kind: 'pad', name: 'number', inputs: [0], output: 1, padding: [0, 0, 0, 0] } as const;
  const graph: Graph = { name: 'question', tensors, ops: [op], input: 0, output: 1, boundary: 'int8' };
  const firmware = await buildPeer(program, graph, board, peers, folder);
  const { outputs } = await runnerFor(board).run(firmware, [new Int8Array(1)]);
  return new DataView(outputs[0].buffer).getInt32(0, true);
}
