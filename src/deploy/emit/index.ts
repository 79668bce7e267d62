import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, parse } from 'node:path';
import { packageRoot } from '../../base';
import type { Board } from '../boards';
import { boundarySizes, type Graph } from '../graph';
import { kernelSetOf, ownKernel, type KernelSet } from '../kernels';
import { runnersOf, type MemoryPlan } from '../plan';
import { descriptorOwners } from '../steps';
import { ConstantWriter } from './constants';
import { describeOp } from './describe';
import { makefile } from './makefile';
import { commentText, identifier, uniqueIdentifiers } from './names';

export { describeGraph, describeOp } from './describe';

const TEMPLATES = join(packageRoot, 'templates');

function header(graph: Graph, memory: MemoryPlan, model: string): string {
  const upper = model.toUpperCase();
  const sizes = boundarySizes(graph);
  const type = `${graph.boundary}_t`;
  const moved = graph.boundary === 'uint8' ? 128 : 0;
  const [input, output] = [graph.tensors[graph.input], graph.tensors[graph.output]];
  return `/* ${commentText(graph.name)}: the one header that an application includes. Generated; do not edit. */
#ifndef ${upper}_H
#define ${upper}_H

#include <stdint.h>

/* Values of one sample, row-major (height, width, channels). */
#define ${upper}_INPUT_SIZE ${sizes.input}
#define ${upper}_OUTPUT_SIZE ${sizes.output}
/* real = SCALE * (value - ZERO_POINT) */
#define ${upper}_INPUT_SCALE ${cFloat(input.scale)}
#define ${upper}_INPUT_ZERO_POINT ${input.zeroPoint + moved}
#define ${upper}_OUTPUT_SCALE ${cFloat(output.scale)}
#define ${upper}_OUTPUT_ZERO_POINT ${output.zeroPoint + moved}
/* Bytes of static memory for all activations. */
#define ${upper}_ARENA_SIZE ${memory.arenaBytes}
/* Bytes of flash for weights, tables and descriptors; the kernels' code comes on top. */
#define ${upper}_CONSTANTS_SIZE ${memory.constantBytes}
#define ${upper}_STEPS ${memory.steps.length}

typedef ${type} ${model}_value;

#ifdef __cplusplus
extern "C" {
#endif

/* Call once before anything else. */
void ${model}_init(void);
/* Where to write a sample before each run: the run overwrites it. */
${model}_value *${model}_input(void);
/* Computes the output from the input. */
void ${model}_run(void);
/* As ${model}_run, and calls after(i) when step i is done. */
void ${model}_profile(void (*after)(int32_t step));
/* The result, until the next sample is written. */
const ${model}_value *${model}_output(void);

#ifdef __cplusplus
}
#endif
#endif
`;
}

/** Nine significant digits: every float32 comes back as it was. */
function cFloat(value: number): string {
  const text = value.toPrecision(9);
  return `${/[.e]/.test(text) ? text : `${text}.0`}f`;
}

function source(graph: Graph, memory: MemoryPlan, model: string): string {
  const upper = model.toUpperCase();
  const names = uniqueIdentifiers(memory.steps.map((step) => step.op.name)).map((name) => `${name}_op`);
  const writer = new ConstantWriter();
  const owners = descriptorOwners(memory.steps);
  const constants = memory.steps.flatMap((step, i) =>
    owners[i] === i ? [`/* ${describeOp(graph, step.op)} */\n${writer.text(step, names[i])}`] : [],
  );
  const steps = memory.steps.map((step, i) => {
    const [x, second, y] = [step.x, step.x2, step.y].map((id) => memory.offsets[id]);
    const x2 = memory.scratchOffsets[i] ?? second;
    return `  /* ${describeOp(graph, step.op)} */\n  {paretino_${step.kernel}, &${names[owners[i]]}, ${x}, ${x2}, ${y}},`;
  });
  const [input, output] = [memory.offsets[graph.input], memory.offsets[graph.output]];
  const run = graph.boundary === 'uint8' ? 'paretino_run_unsigned' : 'paretino_run';
  return `/* ${commentText(graph.name)}. Generated; do not edit. */
#include "${model}.h"
#include "paretino.h"

#if defined(__GNUC__)
#define PARETINO_ALIGNED __attribute__((aligned(4)))
#else
#define PARETINO_ALIGNED
#endif

#ifdef __cplusplus
extern "C" {
#endif
${memory.kernels.map((kernel) => `paretino_kernel paretino_${kernel};`).join('\n')}
#ifdef __cplusplus
}
#endif

${constants.join('\n\n')}

static const paretino_step steps[${upper}_STEPS] PARETINO_ALIGNED = {
${steps.join('\n')}
};

static int8_t arena[${upper}_ARENA_SIZE] PARETINO_ALIGNED;

static const paretino_network network PARETINO_ALIGNED = {
  steps, arena, ${upper}_STEPS, ${upper}_ARENA_SIZE, ${input}, ${upper}_INPUT_SIZE, ${output}, ${upper}_OUTPUT_SIZE
};

void ${model}_init(void) { paretino_init(&network); }

${model}_value *${model}_input(void) { return (${model}_value *)paretino_input(&network); }

const ${model}_value *${model}_output(void) { return (const ${model}_value *)paretino_output(&network); }

void ${model}_profile(void (*after)(int32_t step)) { ${run}(&network, after); }

void ${model}_run(void) { ${model}_profile(0); }
`;
}

/** Fills {{name}} in a template. */
function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
}

/** Start-up, harness and linker script of a board: those of its template, beside what all without an OS share. */
function boardFiles(board: Board): Map<string, string> {
  const folders = [...(board.core === 'host' ? [] : ['bare']), board.template].map((name) => join(TEMPLATES, 'boards', name));
  return new Map(folders.flatMap((folder) => readdirSync(folder).sort().map((name) => [name, join(folder, name)] as const)));
}

/** Headers and kernels that a core uses: those of its own set, beside the portable ones. Full paths by name. */
export function runtimeFiles(set: KernelSet): Map<string, string> {
  const folders = [join(TEMPLATES, 'runtime'), ...(set === 'portable' ? [] : [join(TEMPLATES, 'runtime', set)])];
  const paths = folders.flatMap((folder) => readdirSync(folder).sort().map((name) => join(folder, name)));
  return new Map(paths.filter((path) => /\.[ch]$/.test(path)).map((path) => [basename(path), path]));
}

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
  const values = {
    model,
    MODEL: model.toUpperCase(),
    flashOrigin: hex(board.flashOrigin),
    flashBytes: String(board.flashBytes),
    ramOrigin: hex(board.ramOrigin),
    ramBytes: String(board.ramBytes),
    stackBytes: String(board.stackBytes),
    counter: board.emulation.runner === 'qemu' ? board.emulation.counter.kind : 'none',
    counterAddress: hex(board.emulation.runner === 'qemu' ? board.emulation.counter.address : 0),
  };
  for (const [name, path] of boardFiles(board)) files.set(name, filled(readFileSync(path, 'utf8'), values));
  files.set('Makefile', makefile(board, [...files.keys()].filter((path) => path.endsWith('.c'))));
  return files;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
