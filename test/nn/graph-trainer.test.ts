import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { createRng } from '../../src/base';
import { calibrate, prepareNetwork } from '../../src/compress';
import { FakeQuantizers } from '../../src/compress/quantize/fake-quantizers';
import {
  adam,
  ArchitectureBuilder,
  initialNetwork,
  inputShapeOf,
  loadBackend,
  modelOf,
  networkOf,
  rmsprop,
  sgd,
  sizeOf,
  toLayersModel,
  train,
  type Architecture,
  type Layer,
  type WeightMasks,
} from '../../src/nn';
import { EagerTrainer } from '../../src/nn/eager-trainer';
import { GraphTrainer } from '../../src/nn/graph-trainer';
import { RecordingError } from '../../src/nn/graph/record';
import type { Trainer, TrainerOptions } from '../../src/nn/trainer';
import { sines, smallNet } from './support';

const batch = 6;
const plain: TrainerOptions = { optimizer: adam(), classes: 3, labelSmoothing: 0, batchNormMomentum: 0.9, extraVariables: [], seed: 7 };

/** One of each kind of layer, one after the other. */
function everyKind(): Architecture {
  const layers: Layer[] = [{ kind: 'input', name: 'input', inputs: [], shape: [9, 10, 3] }];
  const then = (layer: Record<string, unknown>, ...inputs: string[]): string => {
    const name = `${layer.kind as string}${layers.length}`;
    layers.push({ name, inputs: inputs.length > 0 ? inputs : [layers[layers.length - 1].name], ...layer } as unknown as Layer);
    return name;
  };
  const conv = (filters: number, more: object = {}): string =>
    then({ kind: 'conv2d', filters, kernel: [3, 3], strides: [1, 1], padding: 'same', useBias: true, ...more });
  conv(8);
  then({ kind: 'batchNorm', epsilon: 1e-3 });
  then({ kind: 'activation', activation: 'relu' });
  then({ kind: 'zeroPad', padding: [1, 0, 0, 1] });
  then({ kind: 'depthwiseConv2d', depthMultiplier: 1, kernel: [3, 3], strides: [2, 1], padding: 'same', useBias: true });
  const a = then({ kind: 'activation', activation: 'hardSwish' });
  then({ kind: 'depthwiseConv2d', depthMultiplier: 1, kernel: [3, 3], strides: [1, 1], padding: 'same', useBias: false }, a);
  const b = then({ kind: 'activation', activation: 'relu6' });
  const sum = then({ kind: 'add' }, a, b);
  then({ kind: 'globalAveragePool' }, sum);
  conv(8, { kernel: [1, 1] });
  const gate = then({ kind: 'activation', activation: 'hardSigmoid' });
  const gated = then({ kind: 'multiply' }, sum, gate);
  then({ kind: 'maxPool', size: [2, 2], strides: [2, 2], padding: 'valid' });
  const left = then({ kind: 'activation', activation: 'sigmoid' });
  then({ kind: 'averagePool', size: [2, 2], strides: [2, 2], padding: 'valid' }, gated);
  const right = then({ kind: 'activation', activation: 'tanh' });
  then({ kind: 'concat' }, left, right);
  then({ kind: 'dropout', rate: 0.3 });
  conv(5, { kernel: [2, 3], padding: 'valid', strides: [1, 2] });
  then({ kind: 'flatten' });
  then({ kind: 'dense', units: 12, useBias: true });
  then({ kind: 'reshape', shape: [2, 3, 2] });
  then({ kind: 'flatten' });
  then({ kind: 'dense', units: 3, useBias: false });
  then({ kind: 'activation', activation: 'softmax' });
  return { name: 'every kind', layers };
}

/** `steps` steps from the same start on the same batches; the losses, and what the model holds afterwards. */
function trained(
  make: (model: tf.LayersModel) => Trainer,
  architecture: Architecture,
  steps: number,
  change?: (trainer: Trainer, step: number) => void,
  isDistilled = false,
): { losses: number[]; correct: number; weights: Map<string, Float32Array>; state: Float32Array[] } {
  const model = modelOf(initialNetwork(architecture, 3));
  const trainer = make(model);
  const shape = inputShapeOf(architecture);
  const losses: number[] = [];
  let correct = 0;
  try {
    for (let step = 0; step < steps; step++) {
      const rng = createRng(step);
      const x = tf.tensor4d(Float32Array.from({ length: batch * sizeOf(shape) }, () => rng.normal()), [batch, ...shape]);
      const y = Int32Array.from({ length: batch }, () => rng.integer(0, 2));
      // Three classes, each row a teacher's certainty.
      const soft = isDistilled ? Float32Array.from({ length: 3 * batch }, (_, i) => (i % 3 === y[Math.floor(i / 3)] ? 0.6 : 0.2)) : undefined;
      const result = trainer.run(x, y, 0.01 / (1 + step), soft);
      x.dispose();
      losses.push(result.loss);
      correct += result.correct;
      change?.(trainer, step);
    }
    trainer.toModel();
    const weights = new Map(
      [...networkOf(model, architecture).weights].flatMap(([layer, own]) =>
        Object.entries(own).map(([role, values]) => [`${layer} ${role}`, values] as const),
      ),
    );
    return { losses, correct, weights, state: trainer.state() };
  } finally {
    trainer.dispose();
    model.dispose();
  }
}

const near = (a: ArrayLike<number>, b: ArrayLike<number>, what: string, tolerance = 2e-4): void => {
  assert.equal(a.length, b.length);
  for (let i = 0; i < a.length; i++) {
    assert.ok(Math.abs(a[i] - b[i]) <= tolerance * (1 + Math.abs(b[i])), `${what}[${i}]: ${a[i]} against ${b[i]}`);
  }
};

function same(architecture: Architecture, options: TrainerOptions, steps: number, change?: (trainer: Trainer, step: number) => void): void {
  const isDistilled = options.distillation !== undefined;
  const one = trained((model) => new GraphTrainer(model, architecture, inputShapeOf(architecture), batch, options), architecture, steps, change, isDistilled);
  const other = trained((model) => new EagerTrainer(model, architecture, options), architecture, steps, change, isDistilled);
  near(one.losses, other.losses, 'loss');
  assert.equal(one.correct, other.correct);
  for (const [name, values] of other.weights) near(one.weights.get(name) as Float32Array, values, name);
  other.state.forEach((values, i) => near(one.state[i], values, `state ${i}`));
}

describe('nn/graph-trainer', () => {
  before(async function () {
    if ((await loadBackend()).name !== 'tensorflow') this.skip();
  });

  it('steps as the steps made one by one: every kind of layer', () => {
    for (const steps of [1, 6]) same(everyKind(), plain, steps);
  });

  for (const optimizer of [adam({ weightDecay: 0.1 }), sgd(), sgd({ momentum: 0, weightDecay: 0.1 }), sgd({ nesterov: false }), rmsprop({ weightDecay: 0.1 })]) {
    it(`… ${optimizer.name}, weight decay ${optimizer.weightDecay}, label smoothing, class weights, a limit of the gradient`, () => {
      const options = { ...plain, optimizer, labelSmoothing: 0.1, classWeights: [1, 0.5, 2], clipNorm: 0.3, batchNormMomentum: 0.8 };
      same(smallNet(), options, 10);
    });
  }

  it('… learning from a teacher, too', () => {
    same(smallNet(), { ...plain, labelSmoothing: 0.1, distillation: { temperature: 3, weight: 0.7 } }, 6);
  });

  it('… without batch norm, with a layer that stays as it is', () => {
    const b = new ArchitectureBuilder('frozen', [8]);
    const architecture = b.build(b.classifier(b.add({ kind: 'dense', units: 5, useBias: true }, [b.input]), 3));
    const freeze = (model: tf.LayersModel): tf.LayersModel => {
      model.layers[1].trainable = false;
      return model;
    };
    const one = trained((model) => new GraphTrainer(freeze(model), architecture, [1, 1, 8], batch, plain), architecture, 4);
    const other = trained((model) => new EagerTrainer(freeze(model), architecture, plain), architecture, 4);
    for (const [name, values] of other.weights) near(one.weights.get(name) as Float32Array, values, name);
    assert.equal(one.state[0].length, 5 * 3 + 3);
  });

  it('… with masks that change, weights set from outside, and state restored', () => {
    const masks: WeightMasks = new Map([['stem', { kernel: Float32Array.from({ length: 5 * 3 * 8 }, (_, i) => i % 2) }]]);
    same(smallNet(), plain, 8, (trainer, step) => {
      if (step === 2) trainer.setMasks(masks);
      if (step === 4) {
        trainer.toModel();
        trainer.fromModel();
      }
      if (step === 5) trainer.restore(trainer.step, trainer.state());
    });
  });

  it('… with fake quantisers and their scales', async () => {
    const network = prepareNetwork(initialNetwork(smallNet(), 3));
    const { x, n } = sines(16);
    const ranges = await calibrate(network, { x, n });
    const run = (make: (model: tf.LayersModel, options: TrainerOptions) => Trainer): { losses: number[]; scales: number[] } => {
      const quantizers = new FakeQuantizers(network, ranges, 'int8');
      const options = { ...plain, hooks: quantizers.hooks(), extraVariables: quantizers.variables };
      const { losses } = trained((model) => make(model, options), network.architecture, 6);
      const scales = quantizers.variables.flatMap((variable) => [...variable.dataSync()]);
      quantizers.dispose();
      return { losses, scales };
    };
    const one = run((model, options) => new GraphTrainer(model, network.architecture, inputShapeOf(network.architecture), batch, options));
    const other = run((model, options) => new EagerTrainer(model, network.architecture, options));
    near(one.losses, other.losses, 'loss');
    near(one.scales, other.scales, 'scale');
    assert.ok(other.scales.some((value) => value !== 0));
  });

  it('draws other dropout masks each step and layer, the same for the same seed', () => {
    const architecture = everyKind();
    const losses = (seed: number): number[] =>
      trained((model) => new GraphTrainer(model, architecture, inputShapeOf(architecture), batch, { ...plain, optimizer: sgd(), seed }), architecture, 2).losses;
    assert.deepEqual(losses(1), losses(1));
    assert.notEqual(losses(1)[0], losses(2)[0]);
  });

  it('leaves weights and state alone where the loss is not a number', () => {
    const architecture = smallNet();
    const model = modelOf(initialNetwork(architecture, 3));
    const trainer = new GraphTrainer(model, architecture, inputShapeOf(architecture), batch, plain);
    const y = new Int32Array(batch);
    const step = (value: number): number => tf.tidy(() => trainer.run(tf.fill([batch, ...inputShapeOf(architecture)], value) as tf.Tensor4D, y, 0.01).loss);
    step(1);
    trainer.toModel();
    const before = [networkOf(model, architecture), trainer.state()];
    assert.ok(Number.isNaN(step(NaN)));
    trainer.toModel();
    assert.deepEqual([networkOf(model, architecture), trainer.state()], before);
    trainer.dispose();
    model.dispose();
  });

  it('is not for hooks that use variables it knows nothing of', () => {
    const model = toLayersModel(smallNet(), { seed: 1 });
    const factor = tf.variable(tf.scalar(1));
    const hooks = { output: (_: Layer, value: tf.Tensor4D): tf.Tensor4D => tf.mul(value, factor) };
    assert.throws(() => new GraphTrainer(model, smallNet(), [1, 32, 3], batch, { ...plain, hooks }), RecordingError);
    new GraphTrainer(model, smallNet(), [1, 32, 3], batch, { ...plain, hooks, extraVariables: [factor] }).dispose();
    factor.dispose();
    model.dispose();
  });

  it('is not for hooks that look at values, and leaves nothing behind: those are trained step by step', async () => {
    const model = toLayersModel(smallNet(), { seed: 1 });
    const before = tf.memory().numTensors;
    let looks = 0;
    const hooks = {
      output(layer: Layer, value: tf.Tensor4D): tf.Tensor4D {
        if (layer.name === 'stem') looks += Number.isFinite(value.dataSync()[0]) ? 1 : 0;
        return value;
      },
    };
    assert.throws(() => new GraphTrainer(model, smallNet(), [1, 32, 3], batch, { ...plain, hooks }), RecordingError);
    assert.equal(tf.memory().numTensors, before);
    looks = 0;
    await train(model, { train: sines(60) }, { epochs: 6, batchSize: 10, hooks });
    assert.equal(looks, 1 + 36);
    assert.equal(tf.memory().numTensors, before);
    model.dispose();
  });

  it('is done without where the folder for temporary files is not there', async () => {
    const model = toLayersModel(smallNet(), { seed: 1 });
    const before = tf.memory().numTensors;
    const { TMPDIR } = process.env;
    process.env.TMPDIR = join(__dirname, 'nowhere');
    try {
      assert.throws(() => new GraphTrainer(model, smallNet(), [1, 32, 3], batch, plain), /no session for a graph: ENOENT/);
      const { steps } = await train(model, { train: sines(60), validation: sines(60) }, { epochs: 17, batchSize: 30 });
      assert.equal(steps, 34);
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
    }
    assert.equal(tf.memory().numTensors, before);
    model.dispose();
  });
});
