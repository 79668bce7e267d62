import type { Rng } from '../../src/base';
import { elements, type Graph, type Op } from '../../src/deploy';
import { paddingOf, softmaxFactors } from '../../src/deploy/build-op';
import type { Pads, Shape, Tensor } from '../../src/deploy/graph';
import { isEncodable, type Encodable } from '../../src/deploy/kernels/sparse';

/** Zero points at both ends as often as between them. */
function zeroPoint(rng: Rng): number {
  return rng.choice([-128, 127, 0, rng.integer(-128, 127)]);
}

/** Random values, at times all at one end. */
export function randomBytes(rng: Rng, length: number): Int8Array {
  const [lo, hi] = rng.choice([[-128, 127], [-128, 127], [-128, -128], [127, 127], [-20, 20]]);
  return Int8Array.from({ length }, () => rng.integer(lo, hi));
}

/** Factors of 2^from to 2^to, one a channel. */
function factors(rng: Rng, channels: number, from: number, to: number): { multipliers: Int32Array; shifts: Int32Array } {
  return {
    multipliers: Int32Array.from({ length: channels }, () => rng.integer(2 ** 30, 2 ** 31 - 1)),
    shifts: Int32Array.from({ length: channels }, () => rng.integer(from, to)),
  };
}

function range(rng: Rng): { min: number; max: number } {
  return rng.choice([{ min: -128, max: 127 }, { min: -128, max: 127 }, { min: rng.integer(-128, 0), max: rng.integer(1, 127) }]);
}

/** Every kind of operator over odd shapes, strides, paddings, zero points and factors, chained at random. */
export function randomGraph(rng: Rng, operators: number, boundary: 'int8' | 'uint8'): Graph {
  const tensors: Tensor[] = [];
  const ops: Op[] = [];
  const tensor = (shape: Shape, zero = zeroPoint(rng)): number =>
    tensors.push({ name: `tensor ${tensors.length}`, shape, scale: 0.05, zeroPoint: zero }) - 1;
  const isSignal = rng.next() < 0.3;
  const input = tensor([isSignal ? 1 : rng.integer(1, 16), rng.integer(1, isSignal ? 40 : 16), rng.integer(1, 9)]);
  let now = input;

  const weighted = (kind: 'conv2d' | 'depthwiseConv2d' | 'fullyConnected', size: number, channels: number) => ({
    weights: randomBytes(rng, size),
    weightZeroPoint: rng.choice([0, 0, -128, 127, rng.integer(-128, 127)]),
    bias: Int32Array.from({ length: channels }, () => rng.integer(-20000, 20000)),
    // A factor near one at times: kernels that expect less must stand back.
    ...(rng.next() < 0.15 ? factors(rng, channels, -1, 1) : factors(rng, channels, -11, -5)),
    ...range(rng),
    kind,
  });
  /** With most weights gone, as their encoding is meant for. */
  const encoded = (op: Encodable): Op => {
    const share = rng.next();
    return { ...op, encoding: 'sparse', weights: op.weights.map((w) => (rng.next() < share ? op.weightZeroPoint : w)) };
  };
  const windowed = (shape: Shape, kernel: readonly [number, number]) => {
    // Mostly 1: long chains would come down to single values.
    const strides = rng.choice([[1, 1], [1, 1], [1, 1], [1, 1], [1, 1], [2, 1], [1, 2], [2, 3], [1, 3]] as const);
    // A pad in front of a layer may have become a part of it: any number of rows and columns on any side.
    const anyPadding = [0, 1, 2, 3].map((side) => rng.integer(0, kernel[side >> 1] - 1)) as unknown as Pads;
    const scheme = rng.choice(['same', 'valid', 'any'] as const);
    const padding = scheme === 'any' ? anyPadding : paddingOf(scheme, shape, kernel, strides);
    const out = [0, 1].map((axis) => {
      const pads = padding[2 * axis] + padding[2 * axis + 1];
      return Math.floor((shape[axis] + pads - kernel[axis]) / strides[axis]) + 1;
    });
    return { kernel, strides, padding, out };
  };
  const usual = [[3, 3], [5, 5], [1, 3], [1, 5], [1, 1], [1, 1], [2, 3], [4, 2]] as const;
  const fits = ([height, width]: readonly [number, number], shape: Shape): boolean => height <= shape[0] && width <= shape[1];
  /** A window that fits; the first four have depthwise kernels of their own. */
  const kernelWithin = (shape: Shape, windows: readonly (readonly [number, number])[] = usual): readonly [number, number] =>
    rng.choice(windows.some((window) => fits(window, shape)) ? windows.filter((window) => fits(window, shape)) : [[1, 1] as const]);

  const makers: ((shape: Shape, name: string) => Op)[] = [
    (shape, name) => {
      const { out, ...window } = windowed(shape, kernelWithin(shape));
      const filters = rng.integer(1, 9);
      const output = tensor([out[0], out[1], filters]);
      const size = filters * window.kernel[0] * window.kernel[1] * shape[2];
      const op = { name, inputs: [now], output, ...window, ...weighted('conv2d', size, filters), kind: 'conv2d' } as const;
      return isEncodable(op) && rng.next() < 0.7 ? encoded(op) : op;
    },
    (shape, name) => {
      const { out, ...window } = windowed(shape, kernelWithin(shape, rng.choice([usual, usual.slice(0, 4)])));
      const depthMultiplier = rng.choice([1, 1, 1, 2]);
      const channels = shape[2] * depthMultiplier;
      const output = tensor([out[0], out[1], channels]);
      const arrays = weighted('depthwiseConv2d', channels * window.kernel[0] * window.kernel[1], channels);
      return { name, inputs: [now], output, depthMultiplier, ...window, ...arrays, kind: 'depthwiseConv2d' };
    },
    (shape, name) => {
      const kind = rng.choice(['averagePool', 'maxPool'] as const);
      const { out, ...window } = windowed(shape, kernelWithin(shape));
      const output = tensor([out[0], out[1], shape[2]], tensors[now].zeroPoint);
      return { kind, name, inputs: [now], output, ...window, ...range(rng) };
    },
    (shape, name) => {
      // Twice the same operand, a second one that broadcasts, or the table's image of the first.
      const isMul = rng.next() < 0.5;
      const second = rng.choice([now, tensor([1, 1, shape[2]]), tensor(shape)]);
      if (second !== now) {
        const source = elements(tensors[second].shape) === elements(shape)
          ? { kind: 'lookup' as const, table: randomBytes(rng, 256) }
          : { kind: 'mean' as const, ...factors(rng, 1, -5, -1) };
        ops.push({ name: `${name} aside`, inputs: [now], output: second, ...source });
      }
      const at = { name, inputs: [now, second], output: tensor(shape), ...range(rng) };
      if (isMul) return { kind: 'mul', ...at, ...factors(rng, 1, -8, -5) };
      const [two, one] = [factors(rng, 2, -2, 0), factors(rng, 1, -19, -17)];
      return {
        kind: 'add', ...at, leftShift: 20,
        multipliers: Int32Array.of(...two.multipliers, ...one.multipliers),
        shifts: Int32Array.of(...two.shifts, ...one.shifts),
      };
    },
    (shape, name) => ({ kind: 'lookup', name, inputs: [now], output: tensor(shape), table: randomBytes(rng, 256) }),
    (shape, name) => {
      const aside = tensor(shape, tensors[now].zeroPoint);
      ops.push({ kind: 'lookup', name: `${name} aside`, inputs: [now], output: aside, table: randomBytes(rng, 256) });
      const output = tensor([shape[0], shape[1], 2 * shape[2]], tensors[now].zeroPoint);
      return { kind: 'concat', name, inputs: [now, aside], output };
    },
    (shape, name) => {
      const padding = [0, 1, 2, 3].map(() => rng.integer(0, 2)) as unknown as Pads;
      const [height, width] = [shape[0] + padding[0] + padding[1], shape[1] + padding[2] + padding[3]];
      return { kind: 'pad', name, inputs: [now], output: tensor([height, width, shape[2]], tensors[now].zeroPoint), padding };
    },
    (shape, name) => {
      const output = tensor(shape, -128);
      return { kind: 'softmax', name, inputs: [now], output, ...softmaxFactors(tensors[now]) };
    },
  ];
  // All kinds come once before any comes twice.
  let bag: typeof makers = [];
  for (let i = 0; i < operators; i++) {
    const { shape } = tensors[now];
    if (bag.length === 0) bag = rng.shuffle(makers.slice());
    const wide = shape[2] > 12;
    const op = (wide ? makers[0] : bag.pop() as (typeof makers)[number])(shape, `layer ${i} "*/ \\ ${rng.choice(['a', '1', 'int', 'é'])}`);
    ops.push(op);
    now = op.output;
  }
  const { shape } = tensors[now];
  const flat = tensor([1, 1, elements(shape)], tensors[now].zeroPoint);
  ops.push({ kind: 'reshape', name: 'flatten', inputs: [now], output: flat });
  const units = rng.integer(1, 9);
  const last = tensor([1, 1, units]);
  const dense = {
    name: 'dense', inputs: [flat], output: last,
    ...weighted('fullyConnected', units * elements(shape), units),
    ...(rng.next() < 0.3 ? factors(rng, units, -1, 1) : factors(rng, units, -12, -7)), kind: 'fullyConnected',
  } as const;
  ops.push(rng.next() < 0.25 ? encoded(dense) : dense);
  const result = tensor([1, 1, units]);
  ops.push({ kind: 'lookup', name: 'table', inputs: [last], output: result, table: Int8Array.from({ length: 256 }, (_, q) => q ^ 0x80) });
  // Tensors made for a branch that was not taken must not take memory.
  const used = [...new Set(ops.flatMap(({ inputs, output }) => [...inputs, output]))].sort((a, b) => a - b);
  const place = new Map(used.map((id, i) => [id, i]));
  const moved = (id: number): number => place.get(id) as number;
  return {
    name: `random ${boundary}`,
    tensors: used.map((id) => tensors[id]),
    ops: ops.map((op) => ({ ...op, inputs: op.inputs.map(moved), output: moved(op.output) })),
    input: moved(input),
    output: moved(result),
    boundary,
  };
}
