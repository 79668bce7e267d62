import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ArgumentError, createRng, type Rng } from '../../src/base';
import { calibrate, quantize } from '../../src/compress';
import { elements, exportTflite, importTflite, interpret, lower, type Graph, type LookupFunction, type Tensor } from '../../src/deploy';
import { functionTable } from '../../src/deploy/functions';
import type { Network } from '../../src/nn';
import { livedIn, randomArchitecture } from '../compress/random-architecture';
import { samplesFor } from '../compress/run';
import { zoo } from '../compress/zoo';
import { temporaryFolder } from '../support/folder';
import { randomGraph } from '../support/random-graph';
import { needTflite } from '../support/tflite';

const FUNCTIONS: readonly LookupFunction[] = ['relu', 'relu6', 'hardSwish', 'hardSigmoid', 'sigmoid', 'tanh', 'requantize'];

async function graphOf(network: Network): Promise<Graph> {
  const x = samplesFor(network.architecture, 4);
  return lower(quantize(network, await calibrate(network, { x, n: 4 }), 'int8'));
}

/** One function between random scales; sigmoid and tanh have fixed ones. */
function functionGraph(name: LookupFunction, rng: Rng): Graph {
  const tensor = (label: string): Tensor => ({
    name: label, shape: [1, 1, 256], scale: Math.fround(0.002 + 0.1 * rng.next()), zeroPoint: rng.integer(-128, 127),
  });
  const from = tensor('x');
  const fixed = { sigmoid: { scale: 1 / 256, zeroPoint: -128 }, tanh: { scale: 1 / 128, zeroPoint: 0 } } as Partial<Record<LookupFunction, object>>;
  const to: Tensor = { ...tensor('y'), ...fixed[name] };
  const op = { kind: 'lookup', name, inputs: [0], output: 1, function: name, table: functionTable(name, from, to) } as const;
  return { name, tensors: [from, to], ops: [op], input: 0, output: 1, boundary: 'int8' };
}

function samplesOf(graph: Graph, n: number, rng: Rng): Int8Array[] {
  const size = elements(graph.tensors[graph.input].shape);
  return Array.from({ length: n }, () => Int8Array.from({ length: size }, () => rng.integer(-128, 127)));
}

describe('deploy/tflite export', function () {
  this.timeout(300_000);
  const folder = temporaryFolder();
  const everyByte = Int8Array.from({ length: 256 }, (_, i) => i - 128);

  it('comes back with the same outputs: functions', () => {
    for (const name of FUNCTIONS) {
      for (let seed = 0; seed < 5; seed++) {
        const graph = functionGraph(name, createRng(`${name} ${seed}`));
        assert.deepEqual(interpret(importTflite(exportTflite(graph)), everyByte), interpret(graph, everyByte), name);
      }
    }
  });

  it('comes back with the same outputs: every model of the zoo, and random ones', async () => {
    const networks = [...zoo.map((a) => livedIn(a, 1)), ...Array.from({ length: 12 }, (_, i) => livedIn(randomArchitecture(200 + i), i))];
    for (const network of networks) {
      const graph = await graphOf(network);
      const back = importTflite(exportTflite(graph), network.architecture.name);
      assert.equal(back.name, graph.name);
      for (const x of samplesOf(graph, 2, createRng(1))) assert.deepEqual(interpret(back, x), interpret(graph, x), graph.name);
    }
  });

  it('writes the same bytes for the same graph', async () => {
    const graph = await graphOf(livedIn(zoo[8], 1));
    assert.deepEqual(exportTflite(graph), exportTflite(graph));
  });

  it('refuses what the format cannot say, naming the layer', async () => {
    assert.throws(() => exportTflite(randomGraph(createRng(1), 3, 'uint8')), /graph.boundary/);
    const graph = await graphOf(livedIn(zoo[8], 1));
    const changed = (change: object): Graph => ({ ...graph, ops: graph.ops.map((op) => (op.kind === 'fullyConnected' ? { ...op, ...change } : op)) });
    const name = graph.ops.find(({ kind }) => kind === 'fullyConnected')?.name as string;
    for (const change of [{ weightScales: undefined }, { weightZeroPoint: 3 }, { min: -3 }, { shifts: new Int32Array(64) }]) {
      assert.throws(() => exportTflite(changed(change)), (error) => error instanceof ArgumentError && error.message.includes(name));
    }
  });

  it('TensorFlow Lite\'s reference kernels give the interpreter\'s bytes', async function () {
    const tflite = needTflite(this);
    const wanted = new Map<string, number[]>();
    const add = (name: string, graph: Graph, inputs: readonly Int8Array[]): void => {
      const path = folder.write(`${name}.tflite`, exportTflite(graph));
      folder.write(`${name}.tflite.in`, Buffer.concat(inputs.map((x) => new Uint8Array(x.buffer))));
      wanted.set(path, inputs.flatMap((x) => [...interpret(graph, x)]));
    };
    for (const name of FUNCTIONS) {
      for (let seed = 0; seed < 25; seed++) add(`${name}-${seed}`, functionGraph(name, createRng(`${name} ${seed}`)), [everyByte]);
    }
    const networks = [...zoo.map((a) => livedIn(a, 1)), ...Array.from({ length: 12 }, (_, i) => livedIn(randomArchitecture(200 + i), i))];
    for (const [i, network] of networks.entries()) {
      const graph = await graphOf(network);
      add(`network-${i}`, graph, samplesOf(graph, 6, createRng(i)));
    }
    await tflite([...wanted.keys()]);
    for (const [path, bytes] of wanted) assert.deepEqual([...new Int8Array(readFileSync(`${path}.out`))], bytes, path);
  });
});
