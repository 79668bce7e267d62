import type { Rng } from '../../src/base';
import { exportTflite } from '../../src/deploy';
import { addFactors, requantization, softmaxFactors } from '../../src/deploy/build-op';
import { functionTable } from '../../src/deploy/functions';
import type { Graph, Op, Tensor } from '../../src/deploy/graph';

/** A small network with every operator that the exporter writes. */
export function everyOperator(): Graph {
  const tensors: Tensor[] = [];
  const ops: Op[] = [];
  const put = (shape: readonly [number, number, number], zeroPoint = 3, scale = Math.fround(0.05)): number =>
    tensors.push({ name: `t${tensors.length}`, shape, scale, zeroPoint }) - 1;
  const layer = (output: number, from: number, size: number, channels: number) => {
    const weightScales = Float32Array.from({ length: channels }, (_, c) => 0.01 + 0.001 * c);
    const factors = Array.from(weightScales, (scale) => (tensors[from].scale * scale) / tensors[output].scale);
    return {
      name: `layer ${output}`, inputs: [from], output, weights: Int8Array.from({ length: size }, (_, i) => (i * 37) % 255 - 127),
      weightZeroPoint: 0, bias: new Int32Array(channels).fill(5), weightScales, ...requantization(factors), min: -128, max: 127,
    };
  };
  const input = put([6, 6, 2]);
  const window = { kernel: [3, 3], strides: [1, 1], padding: [1, 1, 1, 1] } as const;
  const conv = put([6, 6, 4]);
  ops.push({ kind: 'conv2d', ...layer(conv, input, 72, 4), ...window });
  const depthwise = put([6, 6, 4]);
  ops.push({ kind: 'depthwiseConv2d', ...layer(depthwise, conv, 36, 4), ...window, depthMultiplier: 1 });
  const sum = put([6, 6, 4]);
  const [a, b, s] = [conv, depthwise, sum].map((id) => tensors[id]);
  ops.push({ kind: 'add', name: 'sum', inputs: [conv, depthwise], output: sum, ...addFactors(a, b, s), min: -128, max: 127 });
  const means = put([1, 1, 4]);
  ops.push({ kind: 'mean', name: 'means', inputs: [sum], output: means, ...requantization([1 / 36]) });
  const table = (name: 'hardSigmoid' | 'hardSwish', from: number): number => {
    const to = put(tensors[from].shape);
    ops.push({ kind: 'lookup', name, inputs: [from], output: to, function: name, table: functionTable(name, tensors[from], tensors[to]) });
    return to;
  };
  const gate = table('hardSigmoid', means);
  const gated = put([6, 6, 4]);
  ops.push({
    kind: 'mul', name: 'gated', inputs: [sum, gate], output: gated, ...requantization([(s.scale * tensors[gate].scale) / tensors[gated].scale]),
    min: -128, max: 127,
  });
  const swish = table('hardSwish', gated);
  const padded = put([8, 8, 4]);
  ops.push({ kind: 'pad', name: 'padded', inputs: [swish], output: padded, padding: [1, 1, 1, 1] });
  const pool = (kind: 'maxPool' | 'averagePool'): number => {
    const to = put([4, 4, 4]);
    ops.push({ kind, name: kind, inputs: [padded], output: to, kernel: [2, 2], strides: [2, 2], padding: [0, 0, 0, 0], min: -128, max: 127 });
    return to;
  };
  const both = [pool('maxPool'), pool('averagePool')];
  const joined = put([4, 4, 8]);
  ops.push({ kind: 'concat', name: 'joined', inputs: both, output: joined });
  const flat = put([1, 1, 128]);
  ops.push({ kind: 'reshape', name: 'flat', inputs: [joined], output: flat });
  const dense = put([1, 1, 3]);
  const weights = layer(dense, flat, 384, 3);
  const factors = Array.from(weights.weightScales, (scale) => Math.fround(tensors[flat].scale * scale) / tensors[dense].scale);
  ops.push({ kind: 'fullyConnected', ...weights, ...requantization(factors) });
  const output = put([1, 1, 3], -128, 1 / 256);
  ops.push({ kind: 'softmax', name: 'softmax', inputs: [dense], output, ...softmaxFactors(tensors[dense]) });
  return { name: 'every operator', tensors, ops, input, output, boundary: 'int8' };
}

/** A valid file of every operator, to be damaged. */
export function validFile(): Uint8Array {
  return exportTflite(everyOperator());
}

const WORDS = [0, 1, 2, 3, 4, 8, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffc, 0x10000, 0x7fff];

/** A copy damaged in one to six places: bytes, words, stretches copied or blanked, a cut-off end. */
export function mutated(valid: Uint8Array, rng: Rng): Uint8Array {
  let bytes = valid.slice();
  for (let changes = rng.integer(1, 6); changes > 0; changes--) {
    const at = rng.integer(0, bytes.length - 1);
    const view = new DataView(bytes.buffer);
    const word = Math.min(at & ~3, Math.max(0, (bytes.length & ~3) - 4));
    switch (rng.integer(0, 6)) {
      case 0:
        bytes[at] = rng.integer(0, 255);
        break;
      case 1:
        bytes[at] ^= 1 << rng.integer(0, 7);
        break;
      case 2:
        if (bytes.length >= 4) view.setUint32(word, rng.choice(WORDS), true);
        break;
      case 3:
        // Offsets that lead elsewhere inside the file, backwards too.
        if (bytes.length >= 4) view.setInt32(word, rng.integer(-bytes.length, bytes.length), true);
        break;
      case 4:
        bytes.copyWithin(at, rng.integer(0, bytes.length - 1), bytes.length);
        break;
      case 5:
        bytes.fill(rng.choice([0, 255]), at, at + rng.integer(1, 64));
        break;
      default:
        if (rng.next() < 0.2) bytes = bytes.slice(0, Math.max(1, at));
    }
  }
  return bytes;
}
