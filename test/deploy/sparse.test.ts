import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createRng } from '../../src/base';
import { calibrate, quantize, trainWithPruning } from '../../src/compress';
import { generatedImu } from '../../src/datasets';
import { boards, encodeSparse, interpret, lower, plan, type Graph } from '../../src/deploy';
import { encodedBytes, encodeRows, type Encodable } from '../../src/deploy/kernels/sparse';
import { mlp } from '../../src/nn';
import { sparseGraph } from '../support/sparse-graph';

/** The rows back from their bytes, by the words of templates/runtime/paretino_sparse.h. */
function decodeRows(bytes: Int8Array, rows: number, size: number, zero: number): Int8Array {
  const result = new Int8Array(rows * size).fill(zero);
  const unsigned = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    const count = unsigned[at] + 256 * unsigned[at + 1];
    at += 2;
    let position = 0;
    for (let entry = 0; entry < count; entry += 2) {
      const gaps = unsigned[at++];
      for (const gap of entry + 1 < count ? [gaps & 15, gaps >> 4] : [gaps]) {
        position += gap;
        assert.ok(position < size, 'no entry beyond the row');
        result[row * size + position++] = bytes[at++];
      }
    }
  }
  assert.equal(at, bytes.length, 'nothing is left over');
  return result;
}

describe('sparse weights', () => {
  it('of a network whose single weights were pruned are found after quantisation, whatever the scheme', async function () {
    this.timeout(60_000);
    const data = await generatedImu({ people: 4, windowsEach: 2, length: 32 });
    const architecture = mlp({ inputShape: [32 * data.inputShape[1]], classes: data.classes.length, hidden: [48, 32] });
    const { network } = await trainWithPruning(architecture, data, { epochs: 0, sparsity: 0.8, structured: false });
    for (const scheme of ['int8', 'uint8'] as const) {
      const graph = lower(quantize(network, await calibrate(network, data.train), scheme));
      for (const op of graph.ops) {
        if (op.kind !== 'fullyConnected') continue;
        const zeros = op.weights.filter((weight) => weight === op.weightZeroPoint).length;
        assert.ok(zeros >= 0.799 * op.weights.length, `${scheme}, ${op.name}: ${zeros} of ${op.weights.length}`);
      }
      const [dense, encoded] = [graph, encodeSparse(graph, boards.pico)].map((one) => plan(one, boards.pico).constantBytes);
      assert.ok(encoded < 0.5 * dense, `${scheme}: ${dense} B, encoded ${encoded} B`);
    }
  });

  it('come back as they were, whatever their zeros', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 80 }), fc.double({ min: 0, max: 1, noNaN: true }), (seed, rows, size, density) => {
        const rng = createRng(seed);
        const zero = rng.choice([0, 0, -128, 127, rng.integer(-128, 127)]);
        const weights = Int8Array.from({ length: rows * size }, () => (rng.next() < density ? rng.integer(-128, 127) : zero));
        const bytes = encodeRows(weights, rows, zero);
        assert.deepEqual(decodeRows(bytes, rows, size, zero), weights);
        // Blank, and of as many weights left or more, it is known to take at least that.
        const kept = Math.min(weights.length, weights.filter((w) => w !== zero).length + rng.integer(0, 2));
        const blank = { weights: weights.map(() => zero), weightZeroPoint: zero, bias: new Int32Array(rows), kept } as Encodable;
        assert.ok(encodedBytes(blank) >= bytes.length, `${encodedBytes(blank)} B told, ${bytes.length} B taken`);
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it('are chosen where the image becomes smaller by them, kernel included, and change no result', () => {
    for (const board of [boards.nano33, boards.pico, boards.esp32c3]) {
      const dense = sparseGraph(createRng(1), 'int8', { density: 0.15, encoded: false, units: 120 });
      const chosen = encodeSparse(dense, board);
      const encoded = (graph: Graph): string[] => graph.ops.filter((op) => 'encoding' in op && op.encoding === 'sparse').map(({ name }) => name);
      assert.ok(encoded(chosen).length > 0, board.name);
      assert.ok(plan(chosen, board).romBytes < plan(dense, board).romBytes, board.name);
      const input = Int8Array.from({ length: 6 * 4 * 7 }, (_, i) => (i * 37) % 255 - 127);
      assert.deepEqual(interpret(chosen, input), interpret(dense, input));
      const full = sparseGraph(createRng(1), 'int8', { density: 1, encoded: false, units: 120 });
      assert.equal(encodeSparse(full, board), full, 'nothing to leave out');
    }
    const small = sparseGraph(createRng(1), 'int8', { density: 0.6, encoded: false, units: 3 });
    assert.equal(encodeSparse(small, boards.esp32c3), small, 'less saved than the kernels take');
  });

  it('are refused for a layer that has no kernel for them', () => {
    const graph = sparseGraph(createRng(1), 'int8', { density: 0.2 });
    const ops = graph.ops.map((op) => (op.kind === 'conv2d' ? { ...op, strides: [2, 1] as const } : op));
    assert.throws(() => plan({ ...graph, ops }, boards.pico), /pointwise.*got .*sparse/);
  });
});
