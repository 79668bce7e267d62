/**
 * The four MLPerf Tiny models on both boards: instructions (Cortex-M4, QEMU) or cycles at zero wait states (RP2040,
 * rp2040js), code, memory, and how many bytes differ from TensorFlow Lite's reference outputs; beside TensorFlow Lite
 * Micro with CMSIS-NN and beside our plain C. Says so and ends where the models are not there.
 *
 *     npx ts-node -T bench/mlperf-tiny.ts [--plain] [--layers] [model]
 *
 * --plain measures plain C too; --layers prints what each layer costs; a model is named by any part of its name.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { boards, elements, importTflite, macsOf, plan, type Board, type Graph } from '../src/deploy';
import { build, runnerFor, type Firmware, type RunReport } from '../src/emulate';

const DATA = join(__dirname, '..', '..', 'shared', 'data', 'mlperf-tiny');
/** Inputs that each model sees. */
const INPUTS = 3;

/** TensorFlow Lite Micro at 90b983c with CMSIS-NN at 99f736a, -O3, GCC 12.2, on the same counters. */
interface Peer {
  readonly title: string;
  readonly nano33: number;
  readonly pico: number;
  readonly code: number;
  readonly arena: number;
}

const PEERS: Readonly<Record<string, Peer>> = {
  pretrainedResnet_quant: { title: 'resnet8', nano33: 29.9e6, pico: 136.7e6, code: 90e3, arena: 54996 },
  kws_ref_model: { title: 'DS-CNN', nano33: 7.85e6, pico: 39.5e6, code: 91e3, arena: 22820 },
  vww_96_int8: { title: 'VWW MobileNet', nano33: 24.7e6, pico: 118.4e6, code: 91e3, arena: 100708 },
  ad01_int8: { title: 'AD autoencoder', nano33: 582e3, pico: 2.36e6, code: 36e3, arena: 2580 },
};

function golden(name: string, part: string): Int8Array {
  return new Int8Array(Uint8Array.from(readFileSync(join(DATA, 'golden', `${name}.${part}.i8`))).buffer);
}

interface Measured {
  readonly firmware: Firmware;
  readonly report: RunReport;
  readonly cost: number;
  /** Bytes that differ from the reference. */
  readonly different: number;
}

async function measure(name: string, graph: Graph, board: Board, folder: string): Promise<Measured> {
  const [inputs, wanted] = [golden(name, 'inputs'), golden(name, 'reference')];
  const [inputSize, outputSize] = [graph.input, graph.output].map((id) => elements(graph.tensors[id].shape));
  const firmware = await build(graph, board, folder, { memory: plan(graph, board) });
  const samples = Array.from({ length: INPUTS }, (_, i) => inputs.slice(i * inputSize, (i + 1) * inputSize));
  const report = await runnerFor(board).run(firmware, samples);
  const all = report.outputs.flatMap((output) => [...output]);
  const different = all.filter((value, i) => value !== wanted[i]).length + Math.abs(all.length - INPUTS * outputSize);
  return { firmware, report, cost: report.cycles ?? report.instructions ?? NaN, different };
}

function printLayers({ firmware, report }: Measured): void {
  const { graph, memory } = firmware;
  const table = new Table({ head: ['kernel', 'in', 'out', 'window', 'cost', 'a MAC'], style: { head: [], border: [] } });
  memory.steps.forEach(({ kernel, op }, i) => {
    const cost = report.perStep?.[i].cost ?? NaN;
    const macs = macsOf(graph, op);
    const [from, to] = [op.inputs[0], op.output].map((id) => graph.tensors[id].shape.join('×'));
    const window = 'strides' in op ? `${op.kernel.join('×')} / ${op.strides.join(', ')}` : '';
    table.push([kernel, from, to, window, cost, macs > 0 ? (cost / macs).toFixed(2) : '']);
  });
  console.log(table.toString());
}

const millions = (value: number): string => `${(value / 1e6).toPrecision(4)} M`;

async function main(): Promise<void> {
  if (!existsSync(DATA)) {
    console.log('skipped: no folder shared/data/mlperf-tiny beside the checkout');
    return;
  }
  const options = process.argv.slice(2);
  const wanted = options.find((option) => !option.startsWith('-')) ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'paretino-mlperf-'));
  try {
    for (const board of [boards.nano33, boards.pico]) {
      const unit = board === boards.pico ? 'cycles' : 'instructions';
      const head = [
        board.name, 'plain C', 'TFLM+CMSIS', `ours, ${unit}`, 'fewer',
        'code', 'theirs', 'arena', 'bound', 'theirs', 'stack', 'bytes off',
      ];
      const table = new Table({ head, style: { head: [], border: [] } });
      const isWanted = (text: string): boolean => text.toLowerCase().includes(wanted.toLowerCase());
      for (const [name, peer] of Object.entries(PEERS).filter(([key, { title }]) => isWanted(`${key} ${title}`))) {
        const graph = importTflite(readFileSync(join(DATA, 'models', `${name}.tflite`)), name);
        const portable: Board = { ...board, kernels: 'portable' };
        const plain = options.includes('--plain') ? await measure(name, graph, portable, folder) : undefined;
        const ours = await measure(name, graph, board, folder);
        const theirs = board === boards.pico ? peer.pico : peer.nano33;
        const { memory } = ours.firmware;
        table.push([
          peer.title, plain ? millions(plain.cost) : '', millions(theirs), millions(ours.cost),
          `${(100 * (1 - ours.cost / theirs)).toFixed(1)} %`,
          ours.firmware.romBytes - memory.constantBytes, peer.code, memory.arenaBytes, memory.boundBytes, peer.arena,
          ours.report.stackBytes, ours.different,
        ]);
        if (options.includes('--layers')) printLayers(ours);
      }
      console.log(table.toString());
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
