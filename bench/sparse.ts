/**
 * Whether single pruned weights pay on the device: flash saved and time paid when a layer's weights are encoded
 * (src/deploy/kernels/sparse.ts) instead of held dense for the core's own kernels. Instructions on the Cortex-M4 (QEMU), cycles at
 * zero wait states on the RP2040 (rp2040js). Every output is compared with the interpreter's, byte for byte.
 *
 *     npx ts-node -T bench/sparse.ts
 */
import { createRng, withTemporaryFolder, type Rng } from '../src/base';
import { boards, elements, encodeSparse, interpret, plan, type Board, type Graph, type Op, type Shape } from '../src/deploy';
import { build, runnerFor } from '../src/emulate';
import { resultTable } from './support/table';

const SPARSITIES = [0.5, 0.8, 0.9];

/** A layer as a network, a share of its weights zero. */
function network(kind: 'conv2d' | 'fullyConnected', from: Shape, filters: number, sparsity: number, rng: Rng): Graph {
  const rows = kind === 'conv2d' ? from[2] : elements(from);
  const weights = Int8Array.from({ length: rows * filters }, () => rng.integer(1, 127) * rng.choice([-1, 1]));
  const order = rng.shuffle(Int32Array.from(weights.keys()));
  for (const at of order.subarray(0, Math.round(sparsity * weights.length))) weights[at] = 0;
  const arrays = {
    weights,
    weightZeroPoint: 0,
    bias: Int32Array.from({ length: filters }, () => rng.integer(-3000, 3000)),
    multipliers: Int32Array.from({ length: filters }, () => rng.integer(2 ** 30, 2 ** 31 - 1)),
    shifts: Int32Array.from({ length: filters }, () => rng.integer(-10, -8)),
    min: -128,
    max: 127,
  };
  const at = { name: 'layer', inputs: [0], output: 1 };
  const one = { kernel: [1, 1], strides: [1, 1], padding: [0, 0, 0, 0] } as const;
  const op: Op = kind === 'conv2d' ? { kind, ...at, ...one, ...arrays } : { kind, ...at, ...arrays };
  const to: Shape = kind === 'conv2d' ? [from[0], from[1], filters] : [1, 1, filters];
  const tensors = [['x', from, 3], ['y', to, -5]].map(([name, shape, zeroPoint]) => (
    { name: name as string, shape: shape as Shape, scale: 0.05, zeroPoint: zeroPoint as number }
  ));
  return { name: 'layer', tensors, ops: [op], input: 0, output: 1, boundary: 'int8' };
}

const LAYERS = [
  { title: 'FC 256→64', make: (sparsity: number, rng: Rng) => network('fullyConnected', [1, 1, 256], 64, sparsity, rng) },
  { title: 'FC 640→128', make: (sparsity: number, rng: Rng) => network('fullyConnected', [1, 1, 640], 128, sparsity, rng) },
  { title: '1×1 32→64, 16×16', make: (sparsity: number, rng: Rng) => network('conv2d', [16, 16, 32], 64, sparsity, rng) },
  { title: '1×1 128→128, 4×4', make: (sparsity: number, rng: Rng) => network('conv2d', [4, 4, 128], 128, sparsity, rng) },
];

async function measure(graph: Graph, board: Board, folder: string): Promise<{ rom: number; cost: number }> {
  const rng = createRng('bench/sparse/input');
  const input = Int8Array.from({ length: elements(graph.tensors[0].shape) }, () => rng.integer(-128, 127));
  const firmware = await build(graph, board, folder, { memory: plan(graph, board, { check: false }) });
  const { outputs, instructions, cycles } = await runnerFor(board).run(firmware, [input]);
  const wanted = interpret(graph, input);
  if (outputs[0].some((value, i) => value !== wanted[i])) throw new Error(`${board.name}: wrong bytes`);
  return { rom: firmware.romBytes, cost: cycles ?? instructions ?? NaN };
}

async function main(folder: string): Promise<void> {
  for (const [board, unit] of [[boards.nano33, 'instructions'], [boards.pico, 'cycles']] as const) {
    const head = [board.name, 'zeros', 'image, dense', 'encoded', 'saved', `${unit}, dense`, 'encoded', 'time', 'chosen'];
    const table = resultTable(head);
    for (const { title, make } of LAYERS) {
      for (const sparsity of SPARSITIES) {
        const graph = make(sparsity, createRng(`bench/sparse/${title}`));
        const encoded: Graph = { ...graph, ops: graph.ops.map((op) => ({ ...op, encoding: 'sparse' }) as Op) };
        const [dense, sparse] = [await measure(graph, board, folder), await measure(encoded, board, folder)];
        table.push([
          title, `${100 * sparsity} %`, `${dense.rom} B`, `${sparse.rom} B`, `${(100 * (1 - sparse.rom / dense.rom)).toFixed(0)} %`,
          dense.cost, sparse.cost, `× ${(sparse.cost / dense.cost).toFixed(2)}`, encodeSparse(graph, board) === graph ? 'dense' : 'encoded',
        ]);
      }
    }
    console.log(table.toString());
  }
}

void withTemporaryFolder(main);
