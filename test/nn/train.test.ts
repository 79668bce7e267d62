import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { CancelledError } from '../../src/base';
import {
  constantSchedule,
  evaluate,
  loadBackend,
  rmsprop,
  sgd,
  toLayersModel,
  train,
  TrainingDivergedError,
  weightsOf,
  type TrainOptions,
} from '../../src/nn';
import { sines, smallNet } from './support';

const architecture = smallNet();
const data = { train: sines(120), validation: sines(60, 2) };
const quick: TrainOptions = { epochs: 2, batchSize: 16, learningRate: 0.01, seed: 5 };

function flat(model: tf.LayersModel): number[] {
  return [...weightsOf(model).values()].flatMap((roles) => Object.values(roles).flatMap((values) => [...values]));
}

describe('nn/train', () => {
  let folder: string;
  before(async () => {
    await loadBackend();
    folder = mkdtempSync(join(tmpdir(), 'paretino-train-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('learns, and evaluates with moving statistics as well as it trained', async () => {
    const model = toLayersModel(architecture, { seed: 1 });
    const untrained = await evaluate(model, data.validation);
    const history = await train(model, data, { ...quick, epochs: 6 });
    assert.equal(history.rows.length, 6);
    assert.equal(history.stoppedBy, 'epochs');
    assert.equal(history.steps, 6 * 8);
    const last = history.rows[5];
    assert.ok(last.valAccuracy !== undefined && last.valAccuracy > 0.9, `accuracy ${last.valAccuracy}`);
    assert.ok(untrained.accuracy < 0.6);
    const evaluation = await evaluate(model, data.validation, { batchSize: 7 });
    assert.equal(evaluation.accuracy, last.valAccuracy);
    assert.equal(evaluation.confusion.flat().reduce((a, b) => a + b), 60);
    const diagonal = evaluation.confusion.reduce((sum, row, i) => sum + row[i], 0);
    assert.equal(diagonal / 60, evaluation.accuracy);
  });

  it('gives the same weights for the same seed, others for another', async () => {
    const run = async (seed: number): Promise<number[]> => {
      const model = toLayersModel(architecture, { seed: 1 });
      await train(model, data, { ...quick, epochs: 1, seed });
      return flat(model);
    };
    const first = await run(5);
    assert.deepEqual(await run(5), first);
    assert.notDeepEqual(await run(6), first);
  });

  it('leaves no tensor behind', async () => {
    const model = toLayersModel(architecture, { seed: 1 });
    const before = tf.memory().numTensors;
    await train(model, data, { ...quick, earlyStop: { patience: 1 }, labelSmoothing: 0.1, clipNorm: 1 });
    await train(model, data, { ...quick, optimizer: sgd({ weightDecay: 1e-3 }) });
    await train(model, data, { ...quick, optimizer: rmsprop(), classWeights: 'balanced' });
    await evaluate(model, data.validation);
    assert.equal(tf.memory().numTensors, before);
  });

  it('keeps memory flat over models that are built, trained and disposed of', async () => {
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) {
      const model = toLayersModel(architecture, { seed: i });
      await train(model, data, { ...quick, epochs: 1 });
      model.dispose();
    }
    assert.equal(tf.memory().numTensors, before);
  });

  it('stops at a target, by a hook, and on too little progress with the best weights restored', async () => {
    const fresh = (): tf.LayersModel => toLayersModel(architecture, { seed: 1 });
    assert.equal((await train(fresh(), data, { ...quick, epochs: 20, targetAccuracy: 0.6 })).stoppedBy, 'target');
    const hooked = await train(fresh(), data, { ...quick, epochs: 20, onEpoch: (row) => (row.epoch === 2 ? 'stop' : undefined) });
    assert.deepEqual([hooked.stoppedBy, hooked.rows.length], ['hook', 2]);
    const model = fresh();
    const patient = await train(model, data, { ...quick, epochs: 40, learningRate: 0.02, earlyStop: { patience: 2 } });
    assert.equal(patient.stoppedBy, 'patience');
    assert.equal(patient.epoch, patient.rows.length - 2);
    assert.equal((await evaluate(model, data.validation)).accuracy, patient.rows[patient.epoch - 1].valAccuracy);
  });

  it('keeps to a time budget', async () => {
    const history = await train(toLayersModel(architecture), data, { ...quick, epochs: 10_000, timeBudgetMs: 1 });
    assert.equal(history.stoppedBy, 'time');
    assert.equal(history.steps, 1);
    assert.ok(history.rows[0].valAccuracy !== undefined);
  });

  it('stops when its signal fires, and leaves no tensor behind', async () => {
    const model = toLayersModel(architecture);
    const before = tf.memory().numTensors;
    const controller = new AbortController();
    let steps = 0;
    const onStep = (): void => {
      if (++steps === 3) controller.abort();
    };
    const options: TrainOptions = { ...quick, signal: controller.signal, onStep };
    await assert.rejects(train(model, data, options), CancelledError);
    assert.equal(steps, 3);
    assert.equal(tf.memory().numTensors, before);
  });

  it('goes on from a checkpoint as if it had never stopped', async () => {
    const checkpoint = join(folder, 'a.checkpoint');
    const whole = toLayersModel(architecture, { seed: 1 });
    await train(whole, data, { ...quick, epochs: 4 });
    const cut = toLayersModel(architecture, { seed: 1 });
    const onStep = ({ step }: { step: number }): void => {
      if (step === 20) throw new Error('killed');
    };
    const killed = train(cut, data, { ...quick, epochs: 4, checkpoint, onStep });
    await assert.rejects(killed, /killed/);
    assert.ok(existsSync(checkpoint));
    const resumed = toLayersModel(architecture, { seed: 99 });
    const history = await train(resumed, data, { ...quick, epochs: 4, checkpoint });
    assert.deepEqual(history.rows.map((row) => row.epoch), [1, 2, 3, 4]);
    assert.deepEqual(flat(resumed), flat(whole));
    assert.ok(!existsSync(checkpoint));
  });

  it('goes on from the checkpoint of a process that was killed with SIGKILL', async () => {
    const checkpoint = join(folder, 'killed.checkpoint');
    const child = spawnSync(process.execPath, ['-r', 'ts-node/register/transpile-only', join(__dirname, 'killed-training.ts'), checkpoint, '20']);
    assert.equal(child.signal, 'SIGKILL', child.stderr.toString());
    assert.ok(existsSync(checkpoint));
    const whole = toLayersModel(architecture, { seed: 1 });
    await train(whole, data, { ...quick, epochs: 4 });
    const resumed = toLayersModel(architecture, { seed: 99 });
    const seen: number[] = [];
    await train(resumed, data, { ...quick, epochs: 4, checkpoint, onStep: ({ step }) => void seen.push(step) });
    assert.equal(seen[0], 17, 'at most the running epoch of 8 steps is done again');
    assert.deepEqual(flat(resumed), flat(whole));
  });

  it('says where it diverged, and keeps the last good weights', async () => {
    const model = toLayersModel(architecture);
    const wild: TrainOptions = { ...quick, learningRate: 1e30, optimizer: sgd(), schedule: constantSchedule() };
    await assert.rejects(train(model, data, wild), (error: unknown) => {
      assert.ok(error instanceof TrainingDivergedError);
      assert.match(error.message, /epoch 1, step \d+, at learning rate 1\.00e\+30/);
      return true;
    });
    // A step whose loss is a number may still leave weights that are none: here its rate is.
    const spoilt: TrainOptions['schedule'] = { name: 'spoilt', factorAt: (share) => (share > 0.1 ? NaN : 1) };
    // Few steps run one by one, many as a graph.
    for (const epochs of [2, 8]) {
      const [own, steady] = [toLayersModel(architecture), toLayersModel(architecture)];
      let last = 0;
      await assert.rejects(train(own, data, { ...quick, epochs, schedule: spoilt, onStep: ({ step }) => void (last = step) }), TrainingDivergedError);
      const stop = new AbortController();
      const onStep = ({ step }: { step: number }): void => void (step === last && stop.abort());
      await assert.rejects(train(steady, data, { ...quick, epochs, schedule: constantSchedule(), onStep, signal: stop.signal }), CancelledError);
      assert.deepEqual(flat(own), flat(steady));
    }
  });

  it('uses the asked share of each class, evaluates as often as asked, reports its progress', async () => {
    const events: number[] = [];
    const history = await train(toLayersModel(architecture), data, {
      ...quick,
      epochs: 3,
      dataFraction: 0.25,
      evaluateEvery: 2,
      onProgress: ({ done, total }) => events.push(done / (total as number)),
    });
    assert.equal(history.steps, 3 * 2);
    assert.deepEqual(history.rows.map((row) => row.valAccuracy !== undefined), [false, true, true]);
    assert.equal(events[events.length - 1], 1);
  });

  it('weighs classes: one of weight 0 is not learned', async () => {
    const model = toLayersModel(architecture, { seed: 1 });
    await train(model, data, { ...quick, epochs: 5, classWeights: [1, 0, 1] });
    const { confusion } = await evaluate(model, data.validation);
    assert.equal(confusion[1][1], 0);
    assert.ok(confusion[0][0] > 15);
  });

  it('names what does not fit', async () => {
    const model = toLayersModel(architecture);
    const { x, y, n } = data.train;
    await assert.rejects(train(model, { train: { x, y, n: n - 1 } }), /train\.x: got 11520, wanted 119 × 96/);
    const bad = y.slice();
    bad[7] = 3;
    await assert.rejects(train(model, { train: { x, y: bad, n } }), /train\.y\[7\]: got 3, wanted a class of 0 to 2/);
    await assert.rejects(train(model, {} as typeof data), /train: got undefined, wanted \{ x, y, n \} or a stream/);
    await assert.rejects(train(model, data, { batchSize: 0 }), /batchSize: got 0/);
    for (const [name, value] of [['learningRate', NaN], ['learningRate', -1], ['clipNorm', 0], ['batchNormMomentum', 1], ['timeBudgetMs', -5], ['targetAccuracy', 80]] as const) {
      await assert.rejects(train(model, data, { [name]: value }), new RegExp(`^ArgumentError: ${name}: got ${value}, wanted`));
    }
    await assert.rejects(train(model, data, { classWeights: [1, -1, 1] }), /classWeights\[1\]: got -1/);
    await assert.rejects(train(model, data, { earlyStop: { patience: 0 } }), /earlyStop\.patience: got 0/);
    await assert.rejects(train(model, { train: data.train }, { earlyStop: { patience: 1 } }), /earlyStop: got .* wanted none, where there is no validation split/);
    await assert.rejects(train(model, { train: data.train }, { targetAccuracy: 0.5 }), /targetAccuracy: got 0\.5, wanted none/);
    for (const epochs of [1, 8]) {
      await assert.rejects(train(model, data, { ...quick, epochs, masks: new Map([['nobody', {}]]) }), /masks: got 'nobody'/);
      await assert.rejects(train(model, data, { ...quick, epochs, masks: new Map([['logits', { kernel: new Float32Array(2) }]]) }), /masks of 'logits', kernel: got 2, wanted \d+ numbers/);
    }
    await assert.rejects(train(model, data, { dataFraction: 0 }), /dataFraction: got 0/);
    await assert.rejects(train(model, data, { classWeights: [1, 2] }), /classWeights: got \[ 1, 2 \], wanted 3 numbers/);
  });
});
