import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { kernelSetOf, plan, runtimeFiles, type Board, type Graph, type Op } from '../deploy';
import { build, compilerOf, linkedSizes, writeFirmware, type Firmware } from './build';
import { kernelObjects } from './objects';
import { runProcess } from './process';

/** B of code on one core: what code-size-table.json holds. */
export interface MeasuredCode {
  readonly base: { readonly rom: number; readonly ram: number };
  readonly parts: Readonly<Record<string, number>>;
}

/** A network of one op. */
function probe(op: Partial<Op>): Graph {
  return {
    name: 'probe',
    tensors: ['x', 'y'].map((name) => ({ name, shape: [1, 1, 5] as const, scale: 1, zeroPoint: 0 })),
    ops: [{ name: 'op', inputs: [0], output: 1, ...op } as Op],
    input: 0,
    output: 1,
    boundary: 'int8',
  };
}

/** Two networks without a kernel in common. */
const PROBES: Readonly<Record<'lookup' | 'crop_rows', Graph>> = {
  lookup: probe({ kind: 'lookup', table: new Int8Array(256) }),
  crop_rows: probe({ kind: 'crop', top: 0, left: 0 }),
};

/** The compiler that builds for a board here. */
export async function compilerVersion(board: Board): Promise<{ compiler: string; version: string }> {
  const path = compilerOf(board);
  const { stdout } = await runProcess(path, ['-dumpfullversion']);
  return { compiler: basename(path), version: stdout.trim() };
}

/**
 * The sizes of all code on a board's core. Each part is linked into a network that does not use it, and counts as what
 * the image grows by: the linker alone knows what it shortens and where it fills up.
 */
export async function measureCodeSizes(board: Board, folder: string): Promise<MeasuredCode> {
  const compiler = compilerOf(board);
  const sources = new Map([...runtimeFiles(kernelSetOf(board))].map(([name, path]) => [name, readFileSync(path, 'utf8')]));
  const probes = new Map<Graph, Firmware>();
  for (const graph of Object.values(PROBES)) {
    probes.set(graph, await build(graph, board, `${folder}/${graph.ops[0].kind}`, { memory: plan(graph, board, { check: false }) }));
  }
  writeFirmware(sources, folder);
  const { objects, failure } = await kernelObjects(sources, board, compiler, folder);
  if (failure) throw new Error(failure.stderr);
  const parts: Record<string, number> = {};
  for (const [file, object] of objects) {
    const part = file.slice(0, -2);
    if (part === 'run') continue;
    const firmware = probes.get(PROBES[part === 'lookup' ? 'crop_rows' : 'lookup']) as Firmware;
    const { romBytes } = await linkedSizes(firmware, [object, `-Wl,--undefined=paretino_${part}`]);
    parts[part] = romBytes - firmware.romBytes;
  }
  const { romBytes, ramBytes, memory } = probes.get(PROBES.lookup) as Firmware;
  // The loop over the steps is in every network, and counts as a part of the base.
  parts.run = 0;
  return {
    base: { rom: romBytes - memory.constantBytes - parts.lookup, ram: ramBytes - memory.arenaBytes },
    parts,
  };
}
