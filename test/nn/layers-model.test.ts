import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { createRng } from '../../src/base';
import {
  applyWeights,
  ArchitectureBuilder,
  batchTensor,
  cnn1d,
  countParameters,
  dsCnn,
  evaluate,
  fromLayersModel,
  inferShapes,
  initialWeights,
  inputShapeOf,
  lenet5,
  loadBackend,
  mlp,
  mobilenetV2,
  mobilenetV3Small,
  modelOf,
  networkOf,
  predict,
  resnet18,
  resnet8,
  sizeOf,
  toLayersModel,
  train,
  weightsOf,
  type Architecture,
} from '../../src/nn';
import { sines, smallNet } from './support';

function noise(size: number): Float32Array {
  const rng = createRng(7);
  return Float32Array.from({ length: size }, () => rng.normal());
}

/** Batch-norm statistics that are not those of a fresh layer, so that they count. */
function shaken(architecture: Architecture): tf.LayersModel {
  const rng = createRng(3);
  const weights = initialWeights(architecture, 2);
  for (const roles of weights.values()) {
    for (const values of Object.values(roles)) values.forEach((v, i) => (values[i] = v + 0.2 * rng.next()));
  }
  return modelOf({ architecture, weights });
}

async function assertSameOutputs(model: tf.LayersModel, architecture: Architecture): Promise<void> {
  const shape = inputShapeOf(architecture);
  const x = noise(3 * sizeOf(shape));
  const ours = await predict(model, { x, n: 3 }, { architecture });
  const input = tf.reshape(batchTensor(x, shape, 0, 3), [3, ...(model.inputs[0].shape.slice(1) as number[])]);
  const theirs = (model.predict(input) as tf.Tensor).dataSync<'float32'>();
  assert.equal(ours.length, theirs.length);
  ours.forEach((value, i) => assert.ok(Math.abs(value - theirs[i]) < 2e-6, `${value} against ${theirs[i]}`));
}

const picture = { inputShape: [20, 20, 2], classes: 4, width: 0.2 };
const signal = { inputShape: [40, 3], classes: 4, width: 0.2 };
const zoo: [string, Architecture][] = [
  ['small', smallNet()],
  ['cnn1d', cnn1d(signal)],
  ['dsCnn', dsCnn(picture)],
  ['dsCnn on signals', dsCnn(signal)],
  ['lenet5', lenet5(picture)],
  ['mlp', mlp(signal)],
  ['mlp on features', mlp({ inputShape: [12], classes: 4 })],
  ['mobilenetV2', mobilenetV2({ ...picture, depth: 0.3, last: 64 })],
  ['mobilenetV3Small', mobilenetV3Small({ ...picture, depth: 0.5 })],
  ['mobilenetV3Small on signals', mobilenetV3Small({ ...signal, depth: 0.5 })],
  ['resnet8', resnet8(picture)],
  ['resnet18', resnet18({ ...picture, depth: 1 })],
  ['resnet18 on signals', resnet18({ ...signal, depth: 1 })],
];

describe('nn/to-layers-model and from-layers-model', () => {
  before(async () => void (await loadBackend()));

  for (const [name, architecture] of zoo) {
    it(`${name}: to tf.LayersModel and back, the same layers and outputs`, async () => {
      const model = shaken(architecture);
      assert.deepEqual(fromLayersModel(model), architecture);
      assert.equal(model.countParams() - (model.nonTrainableWeights.reduce((sum, w) => sum + w.shape.reduce((a, b) => (a as number) * (b as number), 1)!, 0)), countParameters(architecture));
      await assertSameOutputs(model, architecture);
      model.dispose();
    });
  }

  it('handles what the zoo has not: reshape, zero padding, concatenation, unequal strides, a dense gate', async () => {
    const b = new ArchitectureBuilder('odd', [9, 8, 3]);
    let x = b.add({ kind: 'zeroPad', padding: [1, 2, 0, 1] }, [b.input], 'pad');
    x = b.conv(x, 6, { strides: [2, 1], name: 'conv' });
    const gate = b.activation(b.dense(b.globalAveragePool(x, 'squeeze'), 6, { name: 'gate' }), 'sigmoid', 'gate_sigmoid');
    x = b.multiply([x, gate], 'gated');
    x = b.concat([x, b.activation(x, 'tanh', 'tanh')], 'both');
    x = b.averagePool(x, [2, 3], { strides: [2, 2], padding: 'same', name: 'average' });
    x = b.add({ kind: 'reshape', shape: [1, 15, 12] }, [x], 'reshaped');
    const architecture = b.build(b.classifier(b.flatten(x, 'flat'), 3));
    const model = shaken(architecture);
    assert.deepEqual(fromLayersModel(model), architecture);
    await assertSameOutputs(model, architecture);
  });

  it('survives tf\'s own save and load', async () => {
    const architecture = smallNet();
    const model = shaken(architecture);
    let saved: tf.io.ModelArtifacts | undefined;
    await model.save(tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }));
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved as tf.io.ModelArtifacts));
    assert.deepEqual(fromLayersModel(loaded), architecture);
    await assertSameOutputs(loaded, architecture);
  });

  it('takes a user\'s sequential 1-D model: fused activations split, signals of height 1', async () => {
    const model = tf.sequential({ name: 'mine' });
    model.add(tf.layers.conv1d({ name: 'c1', inputShape: [32, 3], filters: 6, kernelSize: 5, strides: 2, padding: 'same', activation: 'relu' }));
    model.add(tf.layers.batchNormalization({ name: 'bn', scale: false }));
    model.add(tf.layers.maxPooling1d({ name: 'p1', poolSize: 2 }));
    model.add(tf.layers.conv1d({ name: 'c2', filters: 8, kernelSize: 3 }));
    model.add(tf.layers.reLU({ name: 'r6', maxValue: 6 }));
    model.add(tf.layers.dense({ name: 'each', units: 5 }));
    model.add(tf.layers.globalAveragePooling1d({ name: 'gap' }));
    model.add(tf.layers.dense({ name: 'out', units: 3, activation: 'softmax' }));
    const architecture = fromLayersModel(model);
    assert.deepEqual(
      architecture.layers.slice(1).map((layer) => `${layer.name}:${layer.kind}`),
      ['c1:conv2d', 'c1_relu:activation', 'bn:batchNorm', 'p1:maxPool', 'c2:conv2d', 'r6:activation', 'each:conv2d',
        'gap:globalAveragePool', 'out:dense', 'out_softmax:activation'],
    );
    assert.deepEqual(inferShapes(architecture).get('p1'), [1, 8, 6]);
    await assertSameOutputs(model, architecture);
    const rebuilt = modelOf(networkOf(model));
    const samples = sines(9);
    assert.deepEqual((await evaluate(rebuilt, samples)).predictions, (await evaluate(model, samples)).predictions);
    const history = await train(model, { train: sines(90), validation: samples }, { epochs: 8, learningRate: 0.02, batchSize: 16 });
    assert.ok((history.rows[7].valAccuracy as number) > 0.8);
  });

  it('takes a functional model with a separable convolution and a branch', async () => {
    const input = tf.input({ shape: [10, 12, 3] });
    const separable = tf.layers.separableConv2d({ name: 's', filters: 6, kernelSize: 3, padding: 'same', depthMultiplier: 2, activation: 'relu6' });
    const a = separable.apply(input) as tf.SymbolicTensor;
    const b = tf.layers.conv2d({ name: 'c', filters: 6, kernelSize: 1, activation: 'tanh' }).apply(input) as tf.SymbolicTensor;
    const sum = tf.layers.add({ name: 'sum' }).apply([a, b]) as tf.SymbolicTensor;
    const flat = tf.layers.flatten({ name: 'f' }).apply(sum) as tf.SymbolicTensor;
    const out = tf.layers.dense({ name: 'd', units: 4, activation: 'softmax' }).apply(flat) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: out });
    const architecture = fromLayersModel(model);
    assert.ok(architecture.layers.some((layer) => layer.name === 's_depthwise' && layer.kind === 'depthwiseConv2d'));
    await assertSameOutputs(model, architecture);
    assert.equal(modelOf(networkOf(model)).countParams(), model.countParams());
  });

  it('names the layer that it can\'t take', () => {
    const refused = (layer: tf.layers.Layer, wanted: RegExp): void => {
      const model = tf.sequential();
      model.add(tf.layers.conv2d({ inputShape: [8, 8, 2], filters: 2, kernelSize: 3 }));
      model.add(layer);
      assert.throws(() => fromLayersModel(model), wanted);
    };
    refused(tf.layers.upSampling2d({ name: 'up' }), /layer 'up': got 'UpSampling2D'/);
    refused(tf.layers.conv2d({ name: 'wide', filters: 2, kernelSize: 3, dilationRate: 2 }), /layer 'wide': got 'Conv2D with dilation'/);
    refused(tf.layers.conv2d({ name: 'act', filters: 2, kernelSize: 3, activation: 'selu' }), /layer 'act'.*activation 'selu'/);
    refused(tf.layers.batchNormalization({ name: 'bn', axis: 1 }), /layer 'bn'.*over axis 1/);
    refused(tf.layers.leakyReLU({ name: 'leaky' }), /layer 'leaky': got 'LeakyReLU'/);
  });

  it('writes weights in place and refuses those that do not fit', () => {
    const architecture = smallNet();
    const model = toLayersModel(architecture, { seed: 1 });
    const other = initialWeights(architecture, 2);
    applyWeights(model, other);
    assert.deepEqual(weightsOf(model, architecture), other);
    assert.throws(() => applyWeights(model, new Map()), /weights of 'stem', kernel: got undefined, wanted 120 numbers/);
  });

  it('draws a layer\'s weights from seed, name and shape alone', () => {
    const a = initialWeights(resnet8({ ...picture, stages: [16, 32] }), 4);
    const b = initialWeights(resnet8({ ...picture, stages: [16, 32, 64] }), 4);
    assert.deepEqual(a.get('stage1_block1_conv1'), b.get('stage1_block1_conv1'));
    assert.notDeepEqual(a.get('stage1_block1_conv1'), a.get('stage1_block1_conv2'));
    assert.notDeepEqual(initialWeights(smallNet(), 1).get('stem'), initialWeights(smallNet(), 2).get('stem'));
  });
});
