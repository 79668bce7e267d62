/**
 * What one multiply-accumulate costs in each kind of layer: ours, plain C's and CMSIS-NN's, in instructions on the
 * Cortex-M4 (QEMU) and in cycles at zero wait states on the RP2040 (rp2040js), with the targets. Every output is
 * compared with the interpreter's, byte for byte.
 *
 *     npx ts-node -T bench/kernels.ts
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { createRng, type Rng } from '../src/base';
import { boards, interpret, macsOf, plan, type Board, type Graph, type Op } from '../src/deploy';
import { build, runnerFor } from '../src/emulate';

const LAYERS = ['conv 3×3 16→32', 'depthwise 3×3 32', '1×1 32→64', 'FC 256→64'] as const;

/**
 * CMSIS-NN at 99f736a on the same four layers and counters, GCC 12.2, each at its best flags; and what we aim at.
 * All on 16 × 16 pictures, stride 1, padded to the same size.
 */
const KNOWN: readonly { board: Board; unit: string; cmsis: readonly number[]; targets: readonly number[] }[] = [
  { board: boards.nano33, unit: 'instructions', cmsis: [2.14, 8.07, 2.7, 2.08], targets: [1.5, 6.2, 1.9, 1.6] },
  { board: boards.pico, unit: 'cycles', cmsis: [10, 54.6, 11.9, 8.6], targets: [5, 19, 7.5, 7.9] },
];

function bytes(rng: Rng, length: number): Int8Array {
  return Int8Array.from({ length }, () => rng.integer(-127, 127));
}

/** One layer as a network, with random weights. */
function network(layer: (typeof LAYERS)[number], rng: Rng): Graph {
  const arrays = (weights: number, channels: number) => ({
    weights: bytes(rng, weights),
    weightZeroPoint: 0,
    bias: Int32Array.from({ length: channels }, () => rng.integer(-3000, 3000)),
    multipliers: Int32Array.from({ length: channels }, () => rng.integer(2 ** 30, 2 ** 31 - 1)),
    shifts: Int32Array.from({ length: channels }, () => rng.integer(-10, -8)),
    min: -128,
    max: 127,
  });
  const at = { name: layer, inputs: [0], output: 1 };
  const three = { kernel: [3, 3], strides: [1, 1], padding: [1, 1, 1, 1] } as const;
  const one = { kernel: [1, 1], strides: [1, 1], padding: [0, 0, 0, 0] } as const;
  const of = (op: Op, from: number, to: number, side: number): Graph => ({
    name: 'layer',
    tensors: [['x', from, 3], ['y', to, -5]].map(([name, channels, zeroPoint]) => (
      { name: name as string, shape: [side, side, channels as number] as const, scale: 0.05, zeroPoint: zeroPoint as number }
    )),
    ops: [op], input: 0, output: 1, boundary: 'int8',
  });
  switch (layer) {
    case 'conv 3×3 16→32':
      return of({ kind: 'conv2d', ...at, ...three, ...arrays(32 * 9 * 16, 32) }, 16, 32, 16);
    case 'depthwise 3×3 32':
      return of({ kind: 'depthwiseConv2d', depthMultiplier: 1, ...at, ...three, ...arrays(9 * 32, 32) }, 32, 32, 16);
    case '1×1 32→64':
      return of({ kind: 'conv2d', ...at, ...one, ...arrays(64 * 32, 64) }, 32, 64, 16);
    case 'FC 256→64':
      return of({ kind: 'fullyConnected', ...at, ...arrays(64 * 256, 64) }, 256, 64, 1);
  }
}

/** Instructions or cycles a multiply-accumulate of a network of one layer. */
async function measure(graph: Graph, board: Board, folder: string): Promise<number> {
  const input = bytes(createRng('bench/kernels/input'), graph.tensors[0].shape.reduce((size, axis) => size * axis, 1));
  const firmware = await build(graph, board, folder, { memory: plan(graph, board, { check: false }) });
  const { outputs, instructions, cycles } = await runnerFor(board).run(firmware, [input]);
  const wanted = interpret(graph, input);
  const isWrong = outputs[0].some((value, i) => value !== wanted[i]);
  if (isWrong) throw new Error(`${board.name}, ${graph.ops[0].name}: wrong bytes`);
  return (cycles ?? instructions ?? NaN) / macsOf(graph, graph.ops[0]);
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'paretino-kernels-'));
  try {
    const graphs = LAYERS.map((layer) => network(layer, createRng(`bench/kernels/${layer}`)));
    for (const { board, unit, cmsis, targets } of KNOWN) {
      const plain: Board = { ...board, kernels: 'portable' };
      const head = [`${board.name}: ${unit} a MAC`, 'plain C', 'CMSIS-NN', 'target', 'ours'];
      const table = new Table({ head, style: { head: [], border: [] } });
      for (const [i, graph] of graphs.entries()) {
        const measured = [await measure(graph, plain, folder), cmsis[i], targets[i], await measure(graph, board, folder)];
        table.push([LAYERS[i], ...measured.map((value) => ({ hAlign: 'right' as const, content: value.toFixed(2) }))]);
      }
      console.log(table.toString());
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
