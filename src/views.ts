/*
 * How the toolkit's plain objects look in a notebook. The notebook's folder knows none of them, and they know no
 * notebook: only here, above both, can one be told of the other.
 */
import { describe, memoryBytes, type Dataset } from './datasets';
import { macsOf, type Board, type Graph, type MemoryPlan } from './deploy';
import type { Firmware, RunReport } from './emulate';
import type { CandidateResult } from './experiment';
import { countLayers, type Architecture, type History, type Network } from './nn';
import { addRenderer, table, titled, type Rich } from './notebook';
import { graphPicture, memoryMap, type Figure } from './plot';
import type { SearchSpace } from './space';
import type { QuantizedModel } from './compress';

/** True for objects that have these fields, of these kinds. */
function has(value: unknown, fields: Readonly<Record<string, 'string' | 'number' | 'array' | 'object' | 'function' | 'map'>>): boolean {
  if (value === null || typeof value !== 'object') return false;
  const record = value as Record<string, unknown>;
  return Object.entries(fields).every(([name, kind]) => {
    const field = record[name];
    if (kind === 'array') return Array.isArray(field);
    if (kind === 'map') return field instanceof Map;
    return field !== null && typeof field === kind;
  });
}

const is =
  <T>(fields: Parameters<typeof has>[1], also: (value: T) => boolean = () => true) =>
  (value: unknown): value is T =>
    has(value, fields) && also(value as T);

const times = (shape: readonly number[]): string => shape.join(' × ');
const grouped = (value: number): string => Math.round(value).toLocaleString('en-GB');
/** A record as rows of name and value, without what is undefined. */
const facts = (record: Readonly<Record<string, unknown>>): Rich =>
  table(Object.entries(record).filter(([, value]) => value !== undefined).map(([name, value]) => ({ name, value: String(value) })));
const used = (bytes: number, limit: number): string =>
  `${grouped(bytes)} B${Number.isFinite(limit) ? ` of ${grouped(limit)} (${((100 * bytes) / limit).toFixed(1)} %)` : ''}`;

const isArchitecture = is<Architecture>({ name: 'string', layers: 'array' }, ({ layers }) => layers[0]?.kind === 'input');
const isNetwork = is<Network>({ architecture: 'object', weights: 'map' });
const isQuantized = is<QuantizedModel>({ scheme: 'string', operations: 'array', tensors: 'map' });
const isGraph = is<Graph>({ name: 'string', ops: 'array', tensors: 'array', boundary: 'string' });
const isPlan = is<MemoryPlan>({ blocks: 'array', steps: 'array', arenaBytes: 'number', romBytes: 'number' });
const isFirmware = is<Firmware>({ board: 'object', graph: 'object', memory: 'object', image: 'string', romBytes: 'number' });
const isReport = is<RunReport>({ outputs: 'array', romBytes: 'number', ramBytes: 'number' });
const isDataset = is<Dataset>({ name: 'string', inputShape: 'array', classes: 'array', train: 'object', validation: 'object', test: 'object' });
const isBoard = is<Board>({ name: 'string', title: 'string', core: 'string', flashBytes: 'number', emulation: 'object' });
const isCandidate = is<CandidateResult>({ network: 'object', graph: 'object', memory: 'object', values: 'object', integer: 'object' });
const isSpace = is<SearchSpace>({ dimensions: 'object' }, ({ dimensions }) => Object.values(dimensions).every((one) => has(one, { kind: 'string' })));
const isHistory = is<History>({ rows: 'array', stoppedBy: 'string', epoch: 'number' });

/** Layers, shapes, parameters and MACs. */
export function architectureView(architecture: Architecture): Rich {
  const layers = countLayers(architecture);
  const sum = (count: 'parameters' | 'macs'): number => layers.reduce((all, layer) => all + layer[count], 0);
  const rows = layers.map(({ name, kind, outputShape, parameters, macs }) => ({ layer: name, kind, output: times(outputShape), parameters, macs }));
  return titled(`${architecture.name}: ${grouped(sum('parameters'))} parameters, ${grouped(sum('macs'))} MACs`, table(rows));
}

function quantizedView(model: QuantizedModel): Rich {
  const rows = model.operations.map((operation) => {
    const weights = 'weights' in operation ? operation.weights : undefined;
    return { operation: operation.name, kind: operation.kind, output: times(model.tensors.get(operation.output)!.shape), 'weights, B': weights?.data.length };
  });
  return titled(`${model.name}, ${model.scheme}`, table(rows));
}

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
  ]);
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

function datasetView(dataset: Dataset): Rich {
  const { name, inputShape, source, sampleRate, channels, notes } = dataset;
  const about = facts({ sample: times(inputShape), channels: channels?.join(', '), 'sample rate': sampleRate && `${sampleRate} Hz`, memory: `${grouped(memoryBytes(dataset))} B`, source });
  return titled(name, table(describe(dataset)), about, ...(notes?.length ? [notes.join('\n')] : []));
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

function candidateView({ network, memory, values, float, integer, folder }: CandidateResult): Rich {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const about = facts({
    'accuracy, float': percent(float.accuracy),
    'accuracy, integer': percent(integer.accuracy),
    flash: `${grouped(values.rom)} B`,
    RAM: `${grouped(values.ram)} B`,
    arena: `${grouped(memory.arenaBytes)} B`,
    MACs: grouped(values.macs),
    folder,
  });
  return titled('Candidate', about, architectureView(network.architecture));
}

function spaceView({ dimensions, allowed = [] }: SearchSpace): Rich {
  const rows = Object.entries(dimensions).map(([name, dimension]) => ({ name, ...dimension, ...('when' in dimension && dimension.when ? { when: 'conditional' } : {}) }));
  return titled(`Search space of ${rows.length} dimensions${allowed.length > 0 ? `, ${allowed.length} constraints` : ''}`, table(rows));
}

/** Makes networks, plans, firmware, reports, data sets … show themselves in the running notebook. */
export function registerViews(): void {
  // The last that accepts a value renders it: the more particular come later.
  addRenderer(isSpace, spaceView);
  addRenderer(isHistory, ({ rows }) => table(rows));
  addRenderer(isReport, reportView);
  addRenderer(isPlan, planView);
  addRenderer(isGraph, graphView);
  addRenderer(isQuantized, quantizedView);
  addRenderer(isArchitecture, architectureView);
  addRenderer(isNetwork, ({ architecture }) => architectureView(architecture));
  addRenderer(isBoard, boardView);
  addRenderer(isDataset, datasetView);
  addRenderer(isFirmware, firmwareView);
  addRenderer(isCandidate, candidateView);
}
