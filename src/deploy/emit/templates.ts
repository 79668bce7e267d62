/** The files of templates/: what runs on every board, and what one board starts with. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ArgumentError, packageRoot } from '../../base';
import type { Board } from '../boards';
import type { KernelSet } from '../kernels';

const TEMPLATES = join(packageRoot, 'templates');

function filesOf(...folders: readonly string[]): string[] {
  return folders.flatMap((folder) => readdirSync(join(TEMPLATES, folder)).sort().map((name) => join(TEMPLATES, folder, name)));
}

/** Headers and kernels that a core uses: those of its own set, beside the portable ones. Full paths by name. */
export function runtimeFiles(set: KernelSet): Map<string, string> {
  const paths = filesOf('runtime', ...(set === 'portable' ? [] : [join('runtime', set)]));
  return new Map(paths.filter((path) => /\.[ch]$/.test(path)).map((path) => [basename(path), path]));
}

/** Start-up, harness and linker script of a board: those of its template, beside what all without an OS share. Full paths by name. */
export function boardFiles(board: Board): Map<string, string> {
  const folders = [...(board.core === 'host' ? [] : ['bare']), board.template].map((name) => join('boards', name));
  return new Map(filesOf(...folders).map((path) => [basename(path), path]));
}

const hex = (value: number): string => `0x${value.toString(16)}`;

/** A file of a board with its places, {{name}}, filled in. */
export function filled(path: string, board: Board, model: string): string {
  const counter = board.emulation.runner === 'qemu' ? board.emulation.counter : { kind: 'none', address: 0 };
  const values: Readonly<Record<string, string>> = {
    model,
    MODEL: model.toUpperCase(),
    flashOrigin: hex(board.flashOrigin),
    flashBytes: String(board.flashBytes),
    ramOrigin: hex(board.ramOrigin),
    ramBytes: String(board.ramBytes),
    stackBytes: String(board.stackBytes),
    counter: counter.kind,
    counterAddress: hex(counter.address),
  };
  return readFileSync(path, 'utf8').replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    if (!(name in values)) throw new ArgumentError(`place in ${path}`, name, `one of ${Object.keys(values).join(', ')}`);
    return values[name];
  });
}
