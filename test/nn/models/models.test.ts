import assert from 'node:assert/strict';
import {
  cnn1d,
  countMacs,
  countParameters,
  dsCnn,
  inferShapes,
  lenet5,
  mlp,
  mobilenetV2,
  mobilenetV3Small,
  mobilenetV3Small1d,
  resnet18,
  resnet8,
  type Architecture,
  type ModelOptions,
} from '../../../src/nn';

/** resnet18, MobileNets, LeNet-5, DS-CNN: parameters as published; the rest counted by hand from the layer tables. */
const figures: [string, Architecture, number, number][] = [
  ['resnet18', resnet18({ inputShape: [32, 32, 3], classes: 10 }), 1_564_090, 237_258_624],
  [
    'resnet18 of 64, 128, 256',
    resnet18({ inputShape: [32, 32, 3], classes: 10, stages: [64, 128, 256], depth: [2, 2, 1] }),
    1_597_002,
    345_704_960,
  ],
  [
    'mobilenetV3Small1d × 1.25',
    mobilenetV3Small1d({ inputShape: [1024, 24], classes: 13, width: 1.25 }),
    2_323_021,
    29_114_752,
  ],
  ['mobilenetV3Small', mobilenetV3Small({ inputShape: [224, 224, 3], classes: 1000 }), 2_542_856, 56_510_400],
  ['mobilenetV2', mobilenetV2({ inputShape: [224, 224, 3], classes: 1000 }), 3_504_872, 300_774_272],
  ['lenet5', lenet5({ inputShape: [28, 28, 1], classes: 10 }), 61_706, 416_520],
  ['dsCnn', dsCnn({ inputShape: [49, 10, 1], classes: 12 }), 23_180, 2_656_768],
  ['resnet8', resnet8({ inputShape: [32, 32, 3], classes: 10 }), 78_042, 12_501_632],
  // 64·64 + 64·32 + 32·10, and a bias each.
  ['mlp', mlp({ inputShape: [16, 4], classes: 10 }), 6_570, 6_464],
  // Kernels 5·6·16, 5·16·24, 5·24·36 at 64, 32 and 16 steps; 2 a channel of batch norm; 36·5 + 5.
  ['cnn1d', cnn1d({ inputShape: [128, 6], classes: 5 }), 7_057, 161_460],
];

describe('nn/models', () => {
  for (const [name, architecture, parameters, macs] of figures) {
    it(`${name}: ${parameters.toLocaleString('en')} parameters, ${macs.toLocaleString('en')} MACs`, () => {
      assert.equal(countParameters(architecture), parameters);
      assert.equal(countMacs(architecture), macs);
    });
  }

  const zoo: [string, (options: ModelOptions) => Architecture][] = [
    ['cnn1d', cnn1d],
    ['dsCnn', dsCnn],
    ['lenet5', lenet5],
    ['mlp', mlp],
    ['mobilenetV2', mobilenetV2],
    ['mobilenetV3Small', mobilenetV3Small],
    ['mobilenetV3Small1d', mobilenetV3Small1d],
    ['resnet18', resnet18],
    ['resnet8', resnet8],
  ];
  for (const [name, build] of zoo) {
    it(`${name} ends in softmax over the classes and shrinks with its width`, () => {
      const inputShape = name === 'mobilenetV3Small1d' || name === 'cnn1d' ? [128, 6] : [28, 28, 1];
      const whole = build({ inputShape, classes: 7 });
      const narrow = build({ inputShape, classes: 7, width: 0.3 });
      const last = whole.layers[whole.layers.length - 1];
      assert.deepEqual(inferShapes(whole).get(last.name), [1, 1, 7]);
      assert.ok(last.kind === 'activation' && last.activation === 'softmax');
      assert.ok(countParameters(narrow) < countParameters(whole));
      assert.ok(countMacs(narrow) < countMacs(whole));
    });
  }

  it('drops blocks with the depth, those that change shape last', () => {
    const at = (depth: number): number => countMacs(mobilenetV3Small1d({ inputShape: [128, 6], classes: 5, width: 0.5, depth }));
    const macs = [1, 0.8, 0.6, 0.4, 0.1].map(at);
    for (let i = 1; i < macs.length; i++) assert.ok(macs[i] <= macs[i - 1]);
    assert.ok(macs[4] > 0 && macs[4] < macs[0]);
  });

  it('names the bad argument', () => {
    assert.throws(() => resnet18({ inputShape: [32, 32, 3], classes: 10, width: 0 }), /width: got 0/);
    assert.throws(() => resnet18({ inputShape: [32, 32, 3], classes: 10, depth: [2, 2] }), /depth: got \[ 2, 2 \]/);
    assert.throws(() => cnn1d({ inputShape: [32, 0], classes: 10 }), /inputShape/);
    assert.throws(() => mlp({ inputShape: [8], classes: 1 }), /classes: got 1/);
  });
});
