/** Every kernel that a core has of its own, on layers of all shapes, against the interpreter: byte for byte. */
import assert from 'node:assert/strict';
import { createRng, type Rng } from '../../src/base';
import { boards, elements, interpret, plan, type Graph, type Op } from '../../src/deploy';
import { paddingOf } from '../../src/deploy/build-op';
import type { Shape, Tensor } from '../../src/deploy/graph';
import { build, findCommand, runnerFor } from '../../src/emulate';
import { temporaryFolder } from '../support/folder';
import { randomBytes } from '../support/random-graph';
import { skip } from '../support/skip';

/** Networks a board, each of many layers side by side: more of them in a longer run. */
const NETWORKS = Number(process.env.PARETINO_RANDOM_NETWORKS ?? 8);
const LAYERS = 24;

const KINDS = [
  'conv2d', 'conv2d', 'conv2d', 'depthwiseConv2d', 'depthwiseConv2d', 'fullyConnected', 'fullyConnected', 'add',
] as const;
const WINDOWS = [
  [1, 1], [1, 1], [3, 3], [3, 3], [5, 5], [7, 7], [1, 3], [1, 5], [1, 7], [2, 2], [4, 1], [2, 3],
] as const;
const ENDS = [[-127, 127], [-127, 127], [-20, 20], [127, 127], [-127, -127], [-128, 127]] as const;

function arrays(rng: Rng, size: number, channels: number) {
  const [lo, hi] = rng.choice(ENDS);
  const draw = (from: number, to: number): Int32Array => Int32Array.from({ length: channels }, () => rng.integer(from, to));
  // Now and then factors that kernels must stand back from, or that leave only the zero point.
  const [least, most] = rng.choice([[-11, -6], [-11, -6], [-11, -6], [-11, -6], [-31, -9], [-2, 2]] as const);
  const size32 = rng.choice([1000, 1000, 30_000, 2 ** 29]);
  return {
    weights: Int8Array.from({ length: size }, () => rng.integer(lo, hi)),
    weightZeroPoint: rng.choice([0, 0, 0, 0, -128, 127, 3]),
    bias: draw(-size32, size32),
    multipliers: draw(2 ** 30, 2 ** 31 - 1),
    shifts: draw(least, most),
    ...rng.choice([{ min: -128, max: 127 }, { min: -128, max: 127 }, { min: -50, max: 90 }]),
  };
}

function windowOf(rng: Rng, shape: Shape) {
  const usual = rng.choice(WINDOWS);
  const kernel = [Math.min(usual[0], shape[0]), Math.min(usual[1], shape[1])] as const;
  const strides = [rng.integer(1, 3), rng.integer(1, 3)] as const;
  const padding = paddingOf(rng.choice(['same', 'valid']), shape, kernel, strides);
  const out = [0, 1].map((axis) => {
    const pads = padding[2 * axis] + padding[2 * axis + 1];
    return Math.floor((shape[axis] + pads - kernel[axis]) / strides[axis]) + 1;
  });
  return { window: { kernel, strides, padding }, out };
}

function layer(rng: Rng, shape: Shape, name: string): { op: Omit<Op, 'inputs' | 'output'>; shape: Shape } {
  const kind = rng.choice(KINDS);
  if (kind === 'add') {
    // One half exactly is what the operand of the larger scale has.
    const half = { multiplier: 2 ** 30, shift: 0 };
    const factor = (from: number, to: number) => (
      { multiplier: rng.integer(2 ** 30, 2 ** 31 - 1), shift: rng.integer(from, to) }
    );
    const factors = [rng.choice([half, factor(-4, -1)]), rng.choice([half, factor(-4, -1)]), factor(-20, -17)];
    const [multipliers, shifts] = [factors.map(({ multiplier }) => multiplier), factors.map(({ shift }) => shift)];
    const op = { kind, name, leftShift: 20, min: -128, max: rng.choice([127, 60]) };
    return { op: { ...op, multipliers: Int32Array.from(multipliers), shifts: Int32Array.from(shifts) } as Op, shape };
  }
  if (kind === 'fullyConnected') {
    const units = rng.integer(1, 13);
    return { op: { kind, name, ...arrays(rng, units * elements(shape), units) } as Op, shape: [1, 1, units] };
  }
  const { window, out } = windowOf(rng, shape);
  const taps = window.kernel[0] * window.kernel[1];
  if (kind === 'conv2d') {
    const filters = rng.integer(1, 11);
    const op = { kind, name, ...window, ...arrays(rng, filters * taps * shape[2], filters) } as Op;
    return { op, shape: [out[0], out[1], filters] };
  }
  const depthMultiplier = rng.choice([1, 1, 1, 2]);
  const channels = depthMultiplier * shape[2];
  const op = { kind, name, depthMultiplier, ...window, ...arrays(rng, taps * channels, channels) } as Op;
  return { op, shape: [out[0], out[1], channels] };
}

/** Layers side by side on one input; their results one after another. */
function sideBySide(rng: Rng): { graph: Graph; ends: number[] } {
  const zero = (): number => rng.choice([-128, 127, rng.integer(-128, 127)]);
  const shape: Shape = [rng.choice([1, 3, 5, 8]), rng.integer(2, 9), rng.choice([1, 3, 4, 6, 8, 16])];
  const tensors: Tensor[] = [{ name: 'x', shape, scale: 0.05, zeroPoint: zero() }];
  const ops: Op[] = [];
  const ends: number[] = [];
  const flats: number[] = [];
  for (let i = 0; i < LAYERS; i++) {
    const made = layer(rng, shape, `layer ${i}`);
    const zeroPoint = zero();
    const output = tensors.push({ name: `y ${i}`, shape: made.shape, scale: 0.05, zeroPoint }) - 1;
    const flat = tensors.push({ name: `flat ${i}`, shape: [1, 1, elements(made.shape)], scale: 0.05, zeroPoint }) - 1;
    ops.push({ ...made.op, inputs: made.op.kind === 'add' ? [0, 0] : [0], output } as Op);
    ops.push({ kind: 'reshape', name: `flat ${i}`, inputs: [output], output: flat });
    flats.push(flat);
    ends.push((ends[i - 1] ?? 0) + elements(made.shape));
  }
  const output = tensors.push({ name: 'y', shape: [1, 1, ends[LAYERS - 1]], scale: 0.05, zeroPoint: 0 }) - 1;
  ops.push({ kind: 'concat', name: 'all', inputs: flats, output });
  return { graph: { name: 'layers', tensors, ops, input: 0, output, boundary: 'int8' }, ends };
}

describe('deploy/kernels', function () {
  this.timeout(600_000);
  const folder = temporaryFolder();

  for (const board of [boards.nano33, boards.pico]) {
    it(`${board.name}: layers of all shapes give the interpreter's bytes`, async function () {
      const runner = runnerFor(board);
      const missing = findCommand(board.compilers) ? runner.missing() : `no ${board.compilers.join(' or ')}`;
      if (missing) skip(this, missing);
      const seen = new Set<string>();
      for (let seed = 0; seed < NETWORKS; seed++) {
        const rng = createRng(`kernels/${seed}`);
        const { graph, ends } = sideBySide(rng);
        const memory = plan(graph, board, { check: false });
        const inputs = Array.from({ length: 3 }, () => randomBytes(rng, elements(graph.tensors[0].shape)));
        const firmware = await build(graph, board, folder.path, { memory });
        const { outputs } = await runner.run(firmware, inputs);
        inputs.forEach((x, i) => {
          const wanted = interpret(graph, x);
          const wrong = outputs[i].findIndex((value, k) => value !== wanted[k]);
          const place = ends.findIndex((end) => wrong < end);
          const { kernel, op } = memory.steps.filter((step) => step.kernel !== 'copy_rows')[Math.max(0, place)];
          const what = `network ${seed}, input ${i}, ${kernel}: ${JSON.stringify({ ...op, weights: 0 })} at ${wrong}`;
          assert.ok(wrong === -1, `${what}: ${outputs[i][wrong]} for ${wanted[wrong]}`);
          assert.equal(outputs[i].length, wanted.length);
        });
        memory.kernels.forEach((kernel) => seen.add(kernel));
      }
      // Else all of this would say nothing about them.
      const own = board === boards.nano33 ? ['conv2d_paired', 'fully_connected_paired'] : [];
      for (const kernel of [...own, 'conv2d_folded', 'fully_connected_folded', 'depthwise_3x3', 'add_folded']) {
        assert.ok(seen.has(kernel), `${kernel} was in none of the networks`);
      }
    });
  }
});
