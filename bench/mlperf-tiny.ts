/**
 * The four MLPerf Tiny models on both boards: instructions (Cortex-M4, QEMU) or cycles at zero wait states (RP2040,
 * rp2040js), code, memory, and how many bytes differ from TensorFlow Lite's reference outputs; plain C, CMSIS-NN called
 * layer by layer, and TensorFlow Lite Micro with CMSIS-NN beside ours. Says so and ends where the models are not there.
 *
 *     npx ts-node -T bench/mlperf-tiny.ts [--peers FOLDER] [--no-plain] [--layers] [model]
 *
 * Theirs run beside ours where a folder of libraries is given (bench/support/peer-firmware.ts says what is in it); the
 * interpreter's figures of an earlier run, marked *, stand there otherwise. --no-plain leaves plain C out; --layers prints
 * what each layer costs, and whether CMSIS-NN's bytes are the interpreter's; a model is named by any part of its name.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Table from 'cli-table3';
import { withTemporaryFolder } from '../src/base';
import { boards, elements, importTflite, interpret, macsOf, plan, type Board, type Graph } from '../src/deploy';
import { build, runnerFor, type Firmware, type RunReport } from '../src/emulate';
import { buildCmsis, checksumOf, CMSIS_HEADER, cmsisConstantBytes } from './support/cmsis-nn';
import { missingPeer, peersFolder } from './support/peer-firmware';
import { buildTflm, TFLM_HEADER } from './support/tflite-micro';
import { resultTable } from './support/table';

const DATA = join(__dirname, '..', '..', 'shared', 'data', 'mlperf-tiny');
/** Inputs that each model sees. */
const INPUTS = 3;

/** TensorFlow Lite Micro at 90b983c with CMSIS-NN at 99f736a, -O3, GCC 12.2, on the same counters. */
interface Earlier {
  readonly title: string;
  readonly nano33: number;
  readonly pico: number;
  readonly code: number;
  readonly arena: number;
}

const EARLIER: Readonly<Record<string, Earlier>> = {
  pretrainedResnet_quant: { title: 'resnet8', nano33: 29.9e6, pico: 136.7e6, code: 90e3, arena: 54996 },
  kws_ref_model: { title: 'DS-CNN', nano33: 7.85e6, pico: 39.5e6, code: 91e3, arena: 22820 },
  vww_96_int8: { title: 'VWW MobileNet', nano33: 24.7e6, pico: 118.4e6, code: 91e3, arena: 100708 },
  ad01_int8: { title: 'AD autoencoder', nano33: 582e3, pico: 2.36e6, code: 36e3, arena: 2580 },
};

interface Model {
  readonly title: string;
  readonly file: Uint8Array;
  readonly graph: Graph;
  readonly samples: readonly Int8Array[];
  /** TensorFlow Lite's outputs of the samples, one after another. */
  readonly wanted: Int8Array;
}

function modelOf(name: string): Model {
  const golden = (part: string): Int8Array => new Int8Array(Uint8Array.from(readFileSync(join(DATA, 'golden', `${name}.${part}.i8`))).buffer);
  const file = readFileSync(join(DATA, 'models', `${name}.tflite`));
  const graph = importTflite(file, name);
  const [inputSize, outputSize] = [graph.input, graph.output].map((id) => elements(graph.tensors[id].shape));
  const inputs = golden('inputs');
  const samples = Array.from({ length: INPUTS }, (_, i) => inputs.slice(i * inputSize, (i + 1) * inputSize));
  return { title: EARLIER[name].title, file, graph, samples, wanted: golden('reference').slice(0, INPUTS * outputSize) };
}

/** What one stack takes for one model on one board; what is not known stays undefined. */
interface Measured {
  readonly cost: number;
  /** B of the image beside `constants`. */
  readonly code?: number;
  readonly constants?: number;
  /** B of memory for activations, and whatever else the stack keeps there. */
  readonly arena?: number;
  /** B of all static memory. */
  readonly ram?: number;
  readonly stack?: number;
  /** Bytes that differ from the reference. */
  readonly different?: number;
  readonly report?: RunReport;
  readonly firmware?: Firmware;
}

async function measure({ samples, wanted }: Model, firmware: Firmware, constants: number, arena: number): Promise<Measured> {
  const report = await runnerFor(firmware.board).run(firmware, samples);
  const all = report.outputs.flatMap((output) => [...output]);
  return {
    firmware, report, constants, arena,
    cost: report.cycles ?? report.instructions ?? NaN,
    code: firmware.romBytes - constants,
    ram: firmware.ramBytes,
    stack: report.stackBytes,
    different: all.filter((value, i) => value !== wanted[i]).length + Math.abs(all.length - wanted.length),
  };
}

async function measureOurs(model: Model, board: Board, folder: string): Promise<Measured> {
  const firmware = await build(model.graph, board, folder, { memory: plan(model.graph, board) });
  return measure(model, firmware, firmware.memory.constantBytes, firmware.memory.arenaBytes);
}

/** CMSIS-NN's bytes against the interpreter's, layer by layer. */
async function wrongLayers({ graph, samples }: Model, board: Board, peers: string, folder: string): Promise<string[]> {
  const firmware = await buildCmsis(graph, board, peers, folder, 'checksums');
  const { outputs } = await runnerFor(board).run(firmware, samples);
  const wrong = new Set<string>();
  samples.forEach((sample, i) => {
    const view = new DataView(outputs[i].buffer);
    let at = 0;
    interpret(graph, sample, {
      onOutput: (op, values) => {
        if (view.getUint32(4 * at++, true) !== checksumOf(values)) wrong.add(op.name);
      },
    });
  });
  return [...wrong];
}

function printLayers({ graph }: Model, ours: Measured, theirs: Measured | undefined, wrong: readonly string[]): void {
  const head = ['layer', 'in', 'out', 'window', 'CMSIS-NN', 'same bytes', 'ours', 'a MAC', 'ours / CMSIS-NN'];
  const table = resultTable(head, 4);
  graph.ops.forEach((op, i) => {
    const steps = ours.report?.perStep?.filter((_, step) => ours.firmware?.memory.steps[step].op === op) ?? [];
    const cost = steps.reduce((sum, step) => sum + step.cost, 0);
    const peer = theirs?.report?.perStep?.[i]?.cost;
    const macs = macsOf(graph, op);
    const [from, to] = [op.inputs[0], op.output].map((id) => graph.tensors[id].shape.join('×'));
    const window = 'strides' in op ? `${op.kernel.join('×')} / ${op.strides.join(', ')}` : '';
    table.push([
      steps[0]?.kernel ?? op.kind, from, to, window, peer ?? '', peer === undefined ? '' : wrong.includes(op.name) ? 'no' : 'yes',
      cost, macs > 0 ? (cost / macs).toFixed(2) : '', peer ? (cost / peer).toFixed(2) : '',
    ]);
  });
  console.log(table.toString());
}

const millions = (value: number): string => `${(value / 1e6).toPrecision(4)} M`;

const ROWS: readonly [label: string, key: 'code' | 'constants' | 'arena' | 'ram' | 'stack' | 'different'][] = [
  ['code, B', 'code'],
  ['constants, B', 'constants'],
  ['arena, B', 'arena'],
  ['static memory, B', 'ram'],
  ['stack, B', 'stack'],
  ['bytes off', 'different'],
];

async function compare(name: string, board: Board, peers: string | undefined, folder: string, table: InstanceType<typeof Table>): Promise<void> {
  const options = process.argv.slice(2);
  const model = modelOf(name);
  const { title, graph, file } = model;
  const earlier = EARLIER[name];
  const ours = await measureOurs(model, board, folder);
  const plain = options.includes('--no-plain') ? undefined : await measureOurs(model, { ...board, kernels: 'portable' }, folder);
  const hasCmsis = peers !== undefined && !missingPeer(peers, board, CMSIS_HEADER);
  const cmsis = hasCmsis
    ? await buildCmsis(graph, board, peers, folder).then((firmware) => measure(model, firmware, cmsisConstantBytes(graph), firmware.memory.arenaBytes))
    : undefined;
  const hasTflm = peers !== undefined && !missingPeer(peers, board, TFLM_HEADER);
  const tflm: Measured = hasTflm
    ? await buildTflm(file, graph, board, peers, folder).then((firmware) => measure(model, firmware, file.length, firmware.arenaBytes))
    : { cost: board === boards.pico ? earlier.pico : earlier.nano33, code: earlier.code, arena: earlier.arena };
  const star = hasTflm ? '' : '*';
  const unit = board === boards.pico ? 'cycles' : 'instructions';
  table.push([
    title, unit, plain ? millions(plain.cost) : '', cmsis ? millions(cmsis.cost) : '', `${millions(tflm.cost)}${star}`, millions(ours.cost),
    (ours.cost / tflm.cost).toFixed(2),
  ]);
  for (const [label, key] of ROWS) {
    const [a, b] = [ours[key], tflm[key]];
    table.push([
      '', label, plain?.[key] ?? '', cmsis?.[key] ?? '', b === undefined ? '' : `${b}${star}`, a ?? '',
      a !== undefined && b && key !== 'different' ? (a / b).toFixed(2) : '',
    ]);
  }
  table.push(['', 'live-tensor bound, B', '', '', '', ours.firmware?.memory.boundBytes ?? '', '']);
  if (options.includes('--layers')) printLayers(model, ours, cmsis, cmsis ? await wrongLayers(model, board, peers as string, folder) : []);
}

async function main(folder: string): Promise<void> {
  if (!existsSync(DATA)) {
    console.log('skipped: no folder shared/data/mlperf-tiny beside the checkout');
    return;
  }
  const peers = peersFolder();
  const options = process.argv.slice(2);
  const wanted = (options.find((option, i) => !option.startsWith('-') && options[i - 1] !== '--peers') ?? '').toLowerCase();
  const names = Object.keys(EARLIER).filter((name) => `${name} ${EARLIER[name].title}`.toLowerCase().includes(wanted));
  for (const board of [boards.nano33, boards.pico]) {
    for (const header of [CMSIS_HEADER, TFLM_HEADER]) {
      const missing = peers ? missingPeer(peers, board, header) : 'no --peers';
      if (missing) console.log(`${board.name}: ${header === CMSIS_HEADER ? 'CMSIS-NN' : 'TensorFlow Lite Micro'} does not run here (${missing})`);
    }
    const head = [board.name, '', 'plain C', 'CMSIS-NN', 'TFLM + CMSIS-NN', 'ours', 'ours / TFLM'];
    const table = new Table({ head, style: { head: [], border: [], compact: true }, colAligns: ['left', 'left', ...Array<'right'>(5).fill('right')] });
    for (const name of names) await compare(name, board, peers, folder, table);
    console.log(table.toString());
  }
}

void withTemporaryFolder(main);
