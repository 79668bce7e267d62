import { boards, macsOf, type Board, type Graph, type MemoryPlan } from '../deploy';
import type { Firmware, RunReport } from '../emulate';
import { addRenderer, table, titled, type Rich } from '../notebook';
import { graphPicture, memoryMap, type Figure } from '../plot';
import { facts, grouped, is, times, used } from './parts';

const isGraph = is<Graph>({ name: 'string', ops: 'array', tensors: 'array', boundary: 'string' });
const isPlan = is<MemoryPlan>({ blocks: 'array', steps: 'array', arenaBytes: 'number', romBytes: 'number' });
const isFirmware = is<Firmware>({ board: 'object', graph: 'object', memory: 'object', image: 'string', romBytes: 'number' });
const isReport = is<RunReport>({ outputs: 'array', romBytes: 'number', ramBytes: 'number' });
const isBoard = is<Board>({ name: 'string', title: 'string', core: 'string', flashBytes: 'number', emulation: 'object' });
/** A project as `emit` and `emitArduino` give it: text by path. */
const isProject = (value: unknown): value is ReadonlyMap<string, string> =>
  value instanceof Map && [...value.keys()].some((path) => path === 'Makefile' || String(path).endsWith('.ino')) && [...value].every((entry) => entry.every((text) => typeof text === 'string'));
const isCatalogue = (value: unknown): value is typeof boards => value === boards;

/** Beyond so many ops, as a graph cut into patches has, a picture is too long to look at. */
const PICTURED = 60;

/** The graph as a picture, its input at the top. */
function graphFigure(graph: Graph): Figure {
  const writers = new Map([[graph.input, 0], ...graph.ops.map((op, i) => [op.output, i + 1] as const)]);
  const input = { name: 'input', kind: graph.boundary, inputs: [], shape: graph.tensors[graph.input].shape };
  return graphPicture([
    input,
    ...graph.ops.map((op) => ({
      name: op.name,
      kind: op.kind,
      inputs: op.inputs.map((id) => writers.get(id) as number),
      shape: graph.tensors[op.output].shape,
      ...('kernel' in op ? { kernel: op.kernel } : {}),
      ...('weights' in op ? { bytes: op.weights.length + 4 * op.bias.length } : {}),
    })),
  ], { width: 460 });
}

function graphView(graph: Graph): Rich {
  const rows = graph.ops.map((op) => ({ op: op.name, kind: op.kind, output: times(graph.tensors[op.output].shape), macs: macsOf(graph, op) }));
  const title = `${graph.name}: ${graph.boundary} at the boundary, ${grouped(rows.reduce((sum, { macs }) => sum + macs, 0))} MACs`;
  return titled(title, table(rows), ...(rows.length <= PICTURED ? [graphFigure(graph)] : []));
}

/** The arena's map, titled with what the plan takes. */
export function planView(plan: MemoryPlan): Figure {
  const names = new Map(plan.steps.map((step) => [step.y, step.op.name]));
  const last = plan.steps.length - 1;
  const blocks = plan.blocks.map(({ tensors, offset, bytes, from, to }) => ({
    name: names.get(tensors[0]) ?? (tensors.length === 0 ? 'scratch' : 'input'),
    offset,
    bytes,
    first: Math.min(Math.max(0, from), last),
    last: Math.max(0, Math.min(to, last)),
  }));
  const title = `Arena ${grouped(plan.arenaBytes)} B (bound ${grouped(plan.boundBytes)} B at ${plan.peakOp}), flash ${grouped(plan.romBytes)} B, RAM ${grouped(plan.ramBytes)} B`;
  return memoryMap(blocks, { steps: plan.steps.map((step) => step.op.name), title });
}

function firmwareView({ board, memory, image, romBytes, ramBytes }: Firmware): Rich {
  return titled(`Firmware for ${board.title}`, facts({
    image,
    flash: used(romBytes, board.flashBytes),
    'flash, predicted': `${grouped(memory.romBytes)} B`,
    'RAM without stack': used(ramBytes, board.ramBytes),
    'RAM, predicted': `${grouped(memory.ramBytes)} B`,
    arena: `${grouped(memory.arenaBytes)} B`,
    MACs: grouped(memory.macs),
  }));
}

function reportView({ outputs, instructions, cycles, perStep, stackBytes, romBytes, ramBytes }: RunReport): Rich {
  const unit = cycles === undefined ? 'instructions' : 'cycles';
  const facts_ = facts({
    inferences: outputs.length,
    cycles: cycles && grouped(cycles),
    instructions: instructions && grouped(instructions),
    stack: stackBytes && `${grouped(stackBytes)} B`,
    flash: `${grouped(romBytes)} B`,
    RAM: `${grouped(ramBytes)} B`,
  });
  const steps = perStep?.map(({ name, kernel, cost }) => ({ layer: name, kernel, [unit]: cost }));
  return titled('Run', facts_, ...(steps ? [table(steps)] : []));
}

function boardView(board: Board): Rich {
  const { name, core, clockHz, flashBytes, ramBytes, stackBytes, compilers, emulation } = board;
  return titled(board.title, facts({
    name,
    core,
    clock: Number.isFinite(clockHz) ? `${clockHz / 1e6} MHz` : undefined,
    flash: Number.isFinite(flashBytes) ? `${grouped(flashBytes)} B` : undefined,
    RAM: Number.isFinite(ramBytes) ? `${grouped(ramBytes)} B` : undefined,
    stack: `${grouped(stackBytes)} B`,
    compiler: compilers.join(' or '),
    emulation: emulation.runner,
  }));
}

function boardsView(all: Readonly<Record<string, Board>>): Rich {
  const size = (bytes: number): string => (Number.isFinite(bytes) ? `${grouped(bytes / 1024)} KiB` : '');
  return table(Object.entries(all).map(([name, { title, core, clockHz, flashBytes, ramBytes, emulation }]) => ({
    name, title, core, MHz: clockHz > 0 && Number.isFinite(clockHz) ? clockHz / 1e6 : undefined, flash: size(flashBytes), RAM: size(ramBytes), emulation: emulation.runner,
  })));
}

function projectView(files: ReadonlyMap<string, string>): Rich {
  return table([...files].map(([file, text]) => ({ file, lines: text.split('\n').length, bytes: Buffer.byteLength(text) })));
}

export function registerFirmware(): void {
  addRenderer(isReport, reportView);
  addRenderer(isPlan, planView);
  addRenderer(isGraph, graphView);
  addRenderer(isProject, projectView);
  addRenderer(isBoard, boardView);
  addRenderer(isCatalogue, boardsView);
  addRenderer(isFirmware, firmwareView);
}
