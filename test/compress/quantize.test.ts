import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {
  calibrate,
  foldBatchNorm,
  minMax,
  movingAverage,
  mse,
  percentile,
  prepareNetwork,
  quantize,
  simulate,
  skeleton,
  type QuantizedModel,
  type Scheme,
} from '../../src/compress';
import { createRng } from '../../src/base';
import { ArchitectureBuilder, type Architecture, type Network } from '../../src/nn';
import { architectureSeeds, livedIn, randomArchitecture } from './random-architecture';
import { difference, logitsOf, samplesFor } from './run';
import { zoo } from './zoo';

const schemes: Scheme[] = ['int8', 'uint8'];

/** All of a model but its numbers. */
function shapeOfModel({ operations, tensors, input, output, scheme, name }: QuantizedModel): unknown {
  return {
    name,
    scheme,
    input,
    output,
    tensors: [...tensors].map(([key, tensor]) => [key, tensor.name, tensor.shape]),
    operations: operations.map((operation) => {
      if (!('weights' in operation)) return operation;
      const { data, scales, bias } = operation.weights;
      return { ...operation, weights: [data.constructor.name, data.length, scales.length, bias.length] };
    }),
  };
}

async function quantized(network: Network, scheme: Scheme, n = 8): Promise<QuantizedModel> {
  return quantize(network, await calibrate(network, { x: samplesFor(network.architecture, n), n }, { correctBiases: [scheme] }), scheme);
}

function checkRules(model: QuantizedModel): void {
  const seen = new Set([model.input]);
  for (const operation of model.operations) {
    for (const input of operation.inputs)
      assert.ok(seen.has(input), `${operation.name} reads ${input} before it is written`);
    seen.add(operation.output);
    const [input, output] = [model.tensors.get(operation.inputs[0]), model.tensors.get(operation.output)];
    assert.ok(input && output);
    assert.equal(Math.fround(output.scale), output.scale, 'a float32 scale');
    if (['maxPool', 'averagePool', 'reshape', 'zeroPad'].includes(operation.kind)) {
      assert.deepEqual([output.scale, output.zeroPoint], [input.scale, input.zeroPoint], operation.name);
    }
    if (operation.kind === 'concat') {
      for (const name of operation.inputs) {
        const own = model.tensors.get(name);
        assert.deepEqual([own?.scale, own?.zeroPoint], [output.scale, output.zeroPoint], operation.name);
      }
    }
    if (operation.kind === 'softmax' || operation.kind === 'sigmoid') assert.equal(output.scale, 1 / 256);
    const [lo, hi] = model.scheme === 'int8' ? [-128, 127] : [0, 255];
    assert.ok(output.zeroPoint >= lo && output.zeroPoint <= hi && Number.isInteger(output.zeroPoint));
    if ('weights' in operation) {
      assert.ok(operation.weights.scales.every((s) => s > 0 && Number.isFinite(s)));
      assert.ok(operation.weights.data.every((q) => model.scheme === 'uint8' || q >= -127));
    }
  }
}

async function foldingKeeps(architecture: Architecture, seed: number): Promise<void> {
  const network = livedIn(architecture, seed);
  const prepared = prepareNetwork(network);
  assert.ok(prepared.architecture.layers.every(({ kind }) => kind !== 'batchNorm' && kind !== 'dropout'));
  assert.deepEqual(prepareNetwork(prepared), prepared, 'done twice it changes nothing');
  const x = samplesFor(architecture, 3, seed);
  const [a, b] = [await logitsOf(network, x, 3), await logitsOf(prepared, x, 3)];
  assert.ok(difference(a, b) < 1e-4, `${architecture.name}: ${difference(a, b)}`);
}

describe('folding batch norm', () => {
  it('keeps what every model of the zoo computes', async () => {
    for (const architecture of zoo) await foldingKeeps(architecture, 1);
  });

  it('keeps what random networks compute', async () => {
    await fc.assert(
      fc.asyncProperty(architectureSeeds, (seed) => foldingKeeps(randomArchitecture(seed), seed)),
      { numRuns: 40, seed: 3 },
    );
  });

  it('turns one that cannot be folded into a depthwise convolution', () => {
    const b = new ArchitectureBuilder('pre', [4, 4, 2]);
    const network = livedIn(
      b.build(b.classifier(b.globalAveragePool(b.activation(b.batchNorm(b.input, 'bn'), 'relu')), 2)),
      1,
    );
    const [, layer] = foldBatchNorm(network).architecture.layers;
    assert.deepEqual([layer.kind, layer.name], ['depthwiseConv2d', 'bn']);
  });
});

describe('quantisation', () => {
  for (const architecture of zoo) {
    it(`of ${architecture.name} keeps the specification's rules and the skeleton's structure`, async () => {
      for (const scheme of schemes) {
        const model = await quantized(livedIn(architecture, 1), scheme);
        checkRules(model);
        assert.deepEqual(shapeOfModel(model), shapeOfModel(skeleton(architecture, scheme)));
      }
    });
  }

  it('of random networks does, and stays near the float network', async () => {
    const errors: number[] = [];
    await fc.assert(
      fc.asyncProperty(architectureSeeds, async (seed) => {
        const architecture = randomArchitecture(seed);
        const network = livedIn(architecture, seed);
        const x = samplesFor(architecture, 8);
        for (const scheme of schemes) {
          const model = await quantized(network, scheme);
          checkRules(model);
          assert.deepEqual(shapeOfModel(model), shapeOfModel(skeleton(architecture, scheme)));
          const logits = model.operations[model.operations.length - 1].inputs[0];
          const output = await simulate({ ...model, operations: model.operations.slice(0, -1), output: logits }, { x, n: 8 });
          errors.push(difference(await logitsOf(network, x, 8), output));
        }
      }),
      { numRuns: 40, seed: 5 },
    );
    errors.sort((a, b) => a - b);
    assert.ok(errors[Math.floor(errors.length / 2)] < 0.05, `median error ${errors[Math.floor(errors.length / 2)]}`);
    assert.ok(errors[errors.length - 1] < 0.5, `largest error ${errors[errors.length - 1]}`);
  });

  it('fuses padding and clamps, keeps one that others read', () => {
    const b = new ArchitectureBuilder('fusing', [8, 8, 1]);
    const padded = b.add({ kind: 'zeroPad', padding: [1, 2, 0, 3] }, [b.input], 'pad');
    const c = b.conv(padded, 2, { strides: 2, padding: 'valid', name: 'c' });
    const relu = b.activation(c, 'relu', 'c_relu');
    const d = b.conv(relu, 2, { name: 'd', strides: 2 });
    const sum = b.sum([d, b.activation(d, 'relu6', 'd_relu6')], 'sum');
    const model = skeleton(b.build(b.classifier(b.globalAveragePool(sum, 'pool'), 2)), 'int8');
    assert.deepEqual(
      model.operations.map((o) => [
        o.kind,
        o.name,
        o.inputs.join('+'),
        o.output,
        'activation' in o ? o.activation : '',
        'padding' in o ? String(o.padding) : '',
      ]),
      [
        ['conv2d', 'c', 'input', 'c_relu', 'relu', '1,2,0,3'],
        ['conv2d', 'd', 'c_relu', 'd', 'none', '1,1,1,1'],
        ['relu6', 'd_relu6', 'd', 'd_relu6', '', ''],
        ['add', 'sum', 'd+d_relu6', 'sum', 'none', ''],
        ['globalAveragePool', 'pool', 'sum', 'pool', '', ''],
        ['dense', 'logits', 'pool', 'logits', 'none', ''],
        ['softmax', 'softmax', 'logits', 'softmax', '', ''],
      ],
    );
  });

  it('of a channel whose weights vanish leaves room for its bias', async () => {
    const b = new ArchitectureBuilder('dead', [2, 2, 1]);
    const x = b.conv(b.input, 3, { kernel: 1, name: 'c' });
    const architecture = b.build(b.classifier(b.globalAveragePool(x), 2));
    const weights = new Map(livedIn(architecture, 1).weights);
    weights.set('c', { kernel: Float32Array.of(1, 1e-12, 0), bias: Float32Array.of(0.1, 3, -2) });
    const samples = samplesFor(architecture, 4);
    const network = { architecture, weights };
    const model = quantize(network, await calibrate(network, { x: samples, n: 4 }, { rescale: false }), 'int8');
    const output = await simulate({ ...model, operations: model.operations.slice(0, 1), output: 'c' }, { x: samples, n: 4 });
    const { scale } = model.tensors.get('c') ?? { scale: NaN };
    for (let i = 0; i < 16; i++) {
      assert.ok(Math.abs(output[3 * i + 1] - 3) <= scale, `${output[3 * i + 1]}`);
      assert.ok(Math.abs(output[3 * i + 2] + 2) <= scale, `${output[3 * i + 2]}`);
    }
  });

  it('names what is missing or wrong', async () => {
    const network = livedIn(zoo[8], 1);
    await assert.rejects(calibrate(network, { x: new Float32Array(5), n: 1 }), /samples\.x: got 5/);
    assert.throws(() => quantize(network, new Map(), 'int8'), /ranges: got \[\].*'input'/);
    const ranges = await calibrate(network, { x: samplesFor(zoo[8], 2), n: 2 });
    assert.throws(() => quantize(network, ranges, 'int4' as Scheme), /scheme: got 'int4'/);
    const nan = new Map(network.weights);
    nan.set('logits', { ...network.weights.get('logits'), bias: new Float32Array(4).fill(NaN) });
    assert.throws(() => quantize({ ...network, weights: nan }, ranges, 'int8'), /bias of layer 'logits': got NaN/);
    const before = tf.memory().numTensors;
    await assert.rejects(calibrate({ ...network, weights: nan }, { x: samplesFor(zoo[8], 2), n: 2 }), /output of layer 'logits'/);
    assert.equal(tf.memory().numTensors, before, 'no tensor left behind');
  });
});

describe('observers', () => {
  const rng = createRng(4);
  const batches = Array.from({ length: 10 }, () => Float32Array.from({ length: 5000 }, () => rng.normal()));

  it('minMax sees the extremes', () => {
    const tracker = minMax().create();
    batches.forEach((batch) => tracker.observe(batch));
    const all = batches.flatMap((batch) => [...batch]);
    assert.deepEqual(tracker.range(), { min: Math.min(...all), max: Math.max(...all) });
  });

  it('movingAverage follows the batches', () => {
    const tracker = movingAverage(0.5).create();
    tracker.observe(Float32Array.of(-1, 1));
    tracker.observe(Float32Array.of(-3, 2));
    assert.deepEqual(tracker.range(), { min: -2, max: 1.5 });
  });

  it('percentile leaves outliers out, whenever they come', () => {
    for (const outlier of ['first', 'last']) {
      const tracker = percentile(99).create();
      if (outlier === 'first') tracker.observe(Float32Array.of(1000));
      batches.forEach((batch) => tracker.observe(batch));
      if (outlier === 'last') tracker.observe(Float32Array.of(1000));
      const { min, max } = tracker.range();
      // 0.5 % of a normal distribution lie below −2.576; a bin is half wide here (1000 over 4096, merged in pairs once).
      assert.ok(Math.abs(min + 2.576) < 0.5 && Math.abs(max - 2.576) < 0.5, `${outlier}: ${min}, ${max}`);
    }
  });

  it('mse clips a normal distribution where 8 bits are best used, and a two-valued one not at all', () => {
    const tracker = mse().create();
    batches.forEach((batch) => tracker.observe(batch));
    const { min, max } = tracker.range();
    assert.ok(max > 3 && max < 4.3 && min < -3 && min > -4.3, `${min}, ${max}`);
    const two = mse().create();
    two.observe(Float32Array.from({ length: 100 }, (_, i) => i % 2));
    assert.ok(two.range().max > 0.99 && two.range().min >= -0.01);
  });

  it('all give ranges that quantise every model, and fail on nothing seen', async () => {
    const network = livedIn(zoo[4], 1);
    for (const observer of [minMax(), movingAverage(), percentile(), mse()]) {
      assert.throws(() => observer.create().range(), /at least one/);
      const ranges = await calibrate(network, { x: samplesFor(zoo[4], 8), n: 8 }, { observer, batchSize: 4 });
      checkRules(quantize(network, ranges, 'int8'));
    }
  });
});
