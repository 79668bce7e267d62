/** Static quantisation against the TensorFlow Lite converter's (golden/compress/make_ptq_golden.py). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { calibrate, quantize, simulate, type QuantizedModel } from '../../src/compress';
import { ArchitectureBuilder, type Network } from '../../src/nn';

interface GoldenTensor {
  shape: number[];
  scales: number[];
  zeroPoints: number[];
  values?: number[];
}

interface Golden {
  samples: number[];
  weights: Record<string, Record<string, number[]>>;
  operations: { op: string; inputs: GoldenTensor[]; output: GoldenTensor }[];
  tests: number[];
  /** Of the tests, as integers. */
  logits: number[][];
}

const golden = JSON.parse(readFileSync(join(__dirname, '../golden/compress/ptq.json'), 'utf8')) as Golden;

function goldenNetwork(): Network {
  const b = new ArchitectureBuilder('golden', [6, 6, 2]);
  const a = b.activation(b.conv(b.input, 4, { strides: 2, name: 'a' }), 'relu');
  const depthwise = b.activation(b.depthwise(a, { name: 'b' }), 'relu6');
  const c = b.conv(depthwise, 4, { kernel: 1, name: 'c' });
  const d = b.activation(b.sum([c, a]), 'relu');
  const e = b.maxPool(d, 2, { strides: 1 });
  const f = b.averagePool(d, 2, { strides: 1 });
  const h = b.globalAveragePool(b.concat([e, f]));
  const output = b.activation(b.dense(h, 3, { name: 'i' }), 'softmax');
  const weights = new Map(
    Object.entries(golden.weights).map(([name, own]) => [
      name,
      Object.fromEntries(Object.entries(own).map(([role, values]) => [role, Float32Array.from(values)])),
    ]),
  );
  return { architecture: b.build(output), weights };
}

const kinds: Record<string, string> = {
  CONV_2D: 'conv2d',
  DEPTHWISE_CONV_2D: 'depthwiseConv2d',
  FULLY_CONNECTED: 'dense',
  ADD: 'add',
  MAX_POOL_2D: 'maxPool',
  AVERAGE_POOL_2D: 'averagePool',
  CONCATENATION: 'concat',
  MEAN: 'globalAveragePool',
  SOFTMAX: 'softmax',
};

function relativelyClose(actual: number, wanted: number, what: string): void {
  assert.ok(Math.abs(actual - wanted) <= 1e-6 * Math.abs(wanted), `${what}: ${actual}, wanted ${wanted}`);
}

describe('int8 quantisation beside the TensorFlow Lite converter', () => {
  let model: QuantizedModel;

  before(async () => {
    const plain = { rescale: false, correctBiases: [] };
    const ranges = new Map(await calibrate(goldenNetwork(), { x: Float32Array.from(golden.samples), n: 10 }, plain));
    // The converter's calibration runs the sum in place: what it records as c has the sum's maximum. The rest of
    // the arithmetic can be compared once ours is given the same.
    const sum = ranges.get('relu_2') ?? { min: NaN, max: NaN };
    ranges.set('c', { min: ranges.get('c')?.min ?? NaN, max: sum.max });
    model = quantize(goldenNetwork(), ranges, 'int8');
  });

  /** Our operations in the golden file's order, per kind. */
  function* pairs() {
    const seen = new Map<string, number>();
    for (const theirs of golden.operations) {
      const kind = kinds[theirs.op];
      const index = seen.get(kind) ?? 0;
      seen.set(kind, index + 1);
      const ours = model.operations.filter((operation) => operation.kind === kind)[index];
      assert.ok(ours, `an operation for ${theirs.op}`);
      yield { theirs, ours };
    }
  }

  it('has the same operations', () => {
    assert.deepEqual(
      model.operations.map((operation) => operation.kind).sort(),
      golden.operations.map(({ op }) => kinds[op]).sort(),
    );
  });

  it('gives every activation the same scale to 1e-6 and the same zero point', () => {
    for (const { theirs, ours } of pairs()) {
      const output = model.tensors.get(ours.output);
      relativelyClose(output?.scale ?? NaN, theirs.output.scales[0], `scale of ${ours.name}`);
      assert.equal(output?.zeroPoint, theirs.output.zeroPoints[0], `zero point of ${ours.name}`);
    }
    const input = model.tensors.get(model.input);
    relativelyClose(input?.scale ?? NaN, golden.operations[0].inputs[0].scales[0], 'scale of the input');
    assert.equal(input?.zeroPoint, golden.operations[0].inputs[0].zeroPoints[0]);
  });

  it('gives convolutions the same scales, integers and biases', () => {
    let compared = 0;
    for (const { theirs, ours } of pairs()) {
      if (ours.kind !== 'conv2d' && ours.kind !== 'depthwiseConv2d') continue;
      const [, kernel, bias] = theirs.inputs;
      kernel.scales.forEach((scale, c) => relativelyClose(ours.weights.scales[c], scale, `scale ${c} of ${ours.name}`));
      assert.deepEqual([...ours.weights.data], kernel.values, `kernel of ${ours.name}`);
      ours.weights.bias.forEach((b, c) => {
        const theirBias = bias.values?.[c] ?? NaN;
        assert.ok(Math.abs(b - theirBias) <= 1, `bias ${c} of ${ours.name}: ${b}, wanted ${theirBias}`);
      });
      compared++;
    }
    assert.equal(compared, 3);
  });

  it("gives dense layers a scale a unit, the greatest of which is that converter's one scale", () => {
    for (const { theirs, ours } of pairs()) {
      if (ours.kind === 'dense') relativelyClose(Math.max(...ours.weights.scales), theirs.inputs[1].scales[0], 'dense');
    }
  });

  it("computes logits within a step of the interpreter's, given the converter's dense weights", async () => {
    const theirs = golden.operations.find(({ op }) => op === 'FULLY_CONNECTED')?.inputs ?? [];
    const operations = model.operations.map((operation) =>
      operation.kind === 'dense'
        ? {
            ...operation,
            weights: {
              data: Int8Array.from(theirs[1].values ?? []),
              scales: new Float32Array(3).fill(theirs[1].scales[0]),
              zeroPoint: 0,
              bias: Int32Array.from(theirs[2].values ?? []),
            },
          }
        : operation,
    );
    const logits = model.tensors.get('i') ?? { scale: NaN, zeroPoint: NaN };
    const withoutSoftmax = { ...model, operations: operations.filter(({ kind }) => kind !== 'softmax'), output: 'i' };
    const outputs = await simulate(withoutSoftmax, { x: Float32Array.from(golden.tests), n: golden.logits.length });
    const apart = golden.logits
      .flat()
      .map((q, i) => Math.abs(Math.round(outputs[i] / logits.scale) + logits.zeroPoint - q));
    assert.ok(Math.max(...apart) <= 1, `${Math.max(...apart)} steps apart`);
    assert.ok(apart.filter((steps) => steps === 0).length >= 0.7 * apart.length, 'most logits are the very same');
  });
});
