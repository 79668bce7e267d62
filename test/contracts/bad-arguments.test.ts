/** What people hand over by mistake in a notebook: an error names the argument, before anything is trained. */
import assert from 'node:assert/strict';
import { ArgumentError } from '../../src/base';
import { agp, calibrate, l1, minMax, quantize, trainQuantized, trainWithPruning } from '../../src/compress';
import * as nn from '../../src/nn';
import { toySignals } from '../compress/toy-data';

const data = { train: toySignals(12, 1), validation: toySignals(6, 2) };
const shape = { inputShape: [16, 2], classes: 3 };
const network = nn.initialNetwork(nn.cnn1d({ ...shape, filters: 4, depth: 1 }), 1);

/** Runs `work` and asks that what is wrong be named. */
async function refuses(argument: string, work: () => unknown): Promise<void> {
  await assert.rejects(
    async () => work(),
    (error) => error instanceof ArgumentError && error.argument === argument,
    `${argument}, of ${String(work)}`,
  );
}

describe('bad arguments', () => {
  before(() => nn.loadBackend());

  it('of training', async () => {
    const model = nn.modelOf(network);
    const options: [string, object][] = [
      ['optimizer', { optimizer: nn.adam }],
      ['schedule', { schedule: 'cosine' }],
      ['augment', { augment: 'flip' }],
      ['masks', { masks: {} }],
      ['classWeights', { classWeights: 'even' }],
      ['classWeights', { classWeights: [1, 2] }],
      ['earlyStop.patience', { earlyStop: {} }],
      ['earlyStop.monitor', { earlyStop: { patience: 2, monitor: 'loss' } }],
      ['distillation.teacher', { distillation: {} }],
    ];
    for (const [argument, option] of options) await refuses(argument, () => nn.train(model, data, { epochs: 1, ...option }));
    await refuses('data', () => nn.train(model, undefined as never));
    await refuses('model', () => nn.train(network as never, data));
    model.dispose();
  });

  it('of pruning', async () => {
    const options: [string, object][] = [
      ['sparsity', { sparsity: undefined }],
      ['sparsity', { sparsity: '0.5' }],
      ['sparsity', { sparsity: new Map([['conv1', 0.5]]) }],
      ['heuristic', { heuristic: 'l1' }],
      ['pruningSchedule', { pruningSchedule: agp }],
      ['scope', { scope: 'layer' }],
      ['earlyStop', { earlyStop: { patience: 1 } }],
      ['checkpoint', { checkpoint: 'file' }],
    ];
    for (const [argument, option] of options) {
      await refuses(argument, () => trainWithPruning(network, data, { epochs: 1, sparsity: 0.5, heuristic: l1, ...option } as never));
    }
    await refuses('data', () => trainWithPruning(network, undefined as never, { epochs: 1, sparsity: 0.5 }));
  });

  it('of quantisation', async () => {
    await refuses('network', () => calibrate(network.architecture as never, data.train));
    await refuses('observer', () => calibrate(network, data.train, { observer: minMax as never }));
    await refuses('correctBiases', () => calibrate(network, data.train, { correctBiases: ['int4' as never] }));
    await refuses('ranges', () => quantize(network, undefined as never, 'int8'));
    await refuses('scheme', () => quantize(network, new Map() as never, 'int4' as never));
    await refuses('earlyStop', () => trainQuantized(network, data, { epochs: 1, earlyStop: { patience: 1 } } as never));
    await refuses('data', () => trainQuantized(network, undefined as never));
  });

  it('of models, optimisers, schedules and augmentations', async () => {
    const picture = { inputShape: [32, 32, 3], classes: 3 };
    const makers: [string, () => unknown][] = [
      ['filters', () => nn.cnn1d({ ...shape, filters: 0 })],
      ['kernel', () => nn.cnn1d({ ...shape, kernel: 0 })],
      ['dropout', () => nn.cnn1d({ ...shape, dropout: 1 })],
      ...[nn.cnn1d, nn.mlp, nn.dsCnn].map((model): [string, () => unknown] => ['width', () => model({ ...shape, width: -1 })]),
      ...[nn.lenet5, nn.resnet8, nn.mobilenetV2, nn.mobilenetV3Small].map((model): [string, () => unknown] => ['width', () => model({ ...picture, width: 0 })]),
      ['hidden', () => nn.mlp({ ...shape, hidden: [8, 0] })],
      ['depth', () => nn.mobilenetV3Small({ ...picture, depth: 2 })],
      ['beta1', () => nn.adam({ beta1: 1 })],
      ['momentum', () => nn.sgd({ momentum: -1 })],
      ['weightDecay', () => nn.rmsprop({ weightDecay: NaN })],
      ['milestones', () => nn.stepSchedule([30, 60])],
      ['factor', () => nn.stepSchedule([0.5], 0)],
      ['pad', () => nn.randomCrop(0.5)],
      ['probability', () => nn.randomFlip(50)],
      ['sigma', () => nn.jitter(-1)],
      ['sigma', () => nn.scaling(NaN)],
      ['share', () => nn.timeShift(20)],
    ];
    for (const [argument, make] of makers) await refuses(argument, make);
  });
});
