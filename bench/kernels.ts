/**
 * What one multiply-accumulate costs in each kind of layer: plain C's, CMSIS-NN's and ours, in instructions on the
 * Cortex-M4 (QEMU) and in cycles at zero wait states on the RP2040 (rp2040js), with the targets; what the images take
 * beside weights and factors; every output compared with the interpreter's, byte for byte.
 *
 *     npx ts-node -T bench/kernels.ts [--peers FOLDER]
 *
 * CMSIS-NN runs beside ours where a folder of libraries is given (bench/support/peer-firmware.ts says what is in it); its
 * figures from an earlier run, marked *, stand there otherwise.
 */
import { createRng, withTemporaryFolder, type Rng } from '../src/base';
import { boards, interpret, macsOf, plan, type Board, type Graph, type Op } from '../src/deploy';
import { build, runnerFor, type Firmware } from '../src/emulate';
import { buildCmsis, CMSIS_HEADER, cmsisConstantBytes } from './support/cmsis-nn';
import { missingPeer, peersFolder } from './support/peer-firmware';
import { resultTable } from './support/table';

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

interface Measured {
  /** Instructions or cycles a multiply-accumulate. */
  readonly cost: number;
  /** B of the image beside the layer's constants. */
  readonly code: number;
  /** B of static memory and stack. */
  readonly ram: number;
  /** Bytes of the output that are not the interpreter's. */
  readonly different: number;
}

/** Runs firmware of a network of one layer. */
async function measure(firmware: Firmware, constantBytes: number): Promise<Measured> {
  const { graph, board } = firmware;
  const input = bytes(createRng('bench/kernels/input'), graph.tensors[0].shape.reduce((size, axis) => size * axis, 1));
  const { outputs, instructions, cycles, stackBytes = 0 } = await runnerFor(board).run(firmware, [input]);
  const wanted = interpret(graph, input);
  return {
    cost: (cycles ?? instructions ?? NaN) / macsOf(graph, graph.ops[0]),
    code: firmware.romBytes - constantBytes,
    ram: firmware.ramBytes + stackBytes,
    different: outputs[0].filter((value, i) => value !== wanted[i]).length,
  };
}

async function measureOurs(graph: Graph, board: Board, folder: string): Promise<Measured> {
  const firmware = await build(graph, board, folder, { memory: plan(graph, board, { check: false }) });
  const measured = await measure(firmware, firmware.memory.constantBytes);
  if (measured.different > 0) throw new Error(`${board.name}, ${graph.ops[0].name}: ${measured.different} wrong bytes`);
  return measured;
}

async function main(folder: string): Promise<void> {
  const peers = peersFolder();
  const graphs = LAYERS.map((layer) => network(layer, createRng(`bench/kernels/${layer}`)));
  for (const { board, unit, cmsis, targets } of KNOWN) {
    const missing = peers ? missingPeer(peers, board, CMSIS_HEADER) : 'no --peers';
    if (missing) console.log(`${board.name}: CMSIS-NN's figures are of an earlier run (${missing})`);
    const plain: Board = { ...board, kernels: 'portable' };
    const head = [
      `${board.name}: ${unit} a MAC`, 'plain C', 'CMSIS-NN', 'target', 'ours',
      'code, B: plain C', 'CMSIS-NN', 'ours', 'RAM, B: CMSIS-NN', 'ours', 'bytes off: CMSIS-NN', 'ours', 'ours / CMSIS-NN',
    ];
    const table = resultTable(head);
    for (const [i, graph] of graphs.entries()) {
      const reference = await measureOurs(graph, plain, folder);
      const ours = await measureOurs(graph, board, folder);
      const theirs = missing ? undefined : await measure(await buildCmsis(graph, board, peers as string, folder), cmsisConstantBytes(graph));
      const cost = theirs?.cost ?? cmsis[i];
      table.push([
        LAYERS[i], reference.cost.toFixed(2), `${cost.toFixed(2)}${theirs ? '' : '*'}`, targets[i].toFixed(2), ours.cost.toFixed(2),
        reference.code, theirs?.code ?? '', ours.code, theirs?.ram ?? '', ours.ram, theirs?.different ?? '', ours.different, (ours.cost / cost).toFixed(2),
      ]);
    }
    console.log(table.toString());
  }
}

void withTemporaryFolder(main);
