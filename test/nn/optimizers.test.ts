import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { adam, constantSchedule, cosineSchedule, loadBackend, rmsprop, sgd, stepSchedule, type Optimizer } from '../../src/nn';

/** Minimises Σ (i + 1)(p_i − 1)² from 0 for ten steps. */
function ours(optimizer: Optimizer, learningRate: number): number[] {
  return tf.tidy(() => {
    const weights = tf.tensor1d([1, 2, 3]);
    let parameters = tf.zeros([3]) as tf.Tensor1D;
    let slots = Array.from({ length: optimizer.slots }, () => tf.zeros([3]) as tf.Tensor1D);
    for (let step = 1; step <= 10; step++) {
      const gradient = tf.mul(tf.mul(weights, 2), tf.sub(parameters, 1)) as tf.Tensor1D;
      ({ parameters, slots } = optimizer.update({ gradient, parameters, slots, step: tf.scalar(step), learningRate: tf.scalar(learningRate) }));
    }
    return [...parameters.dataSync()];
  });
}

function theirs(optimizer: tf.Optimizer): number[] {
  const variable = tf.variable(tf.zeros([3]));
  const weights = tf.tensor1d([1, 2, 3]);
  for (let i = 0; i < 10; i++) {
    optimizer.minimize(() => tf.sum(tf.mul(weights, tf.square(tf.sub(variable, 1)))) as tf.Scalar, false, [variable]);
  }
  return [...variable.dataSync()];
}

const close = (a: number[], b: number[]): void => a.forEach((v, i) => assert.ok(Math.abs(v - b[i]) < 1e-5, `${a} against ${b}`));

describe('nn/optimizers', () => {
  before(async () => void (await loadBackend()));

  it('adam steps as tf.train.adam', () => close(ours(adam(), 0.05), theirs(tf.train.adam(0.05))));
  it('sgd steps as tf.train.sgd and tf.train.momentum', () => {
    close(ours(sgd({ momentum: 0 }), 0.05), theirs(tf.train.sgd(0.05)));
    close(ours(sgd({ momentum: 0.9, nesterov: false }), 0.02), theirs(tf.train.momentum(0.02, 0.9)));
  });
  it('rmsprop goes the way of its definition', () => {
    // First step: the mean square is (1 − 0.9) g², so each parameter moves by rate / √0.1, whatever its gradient.
    const once = tf.tidy(() => {
      const slots = [tf.zeros([2]) as tf.Tensor1D];
      const state = { gradient: tf.tensor1d([4, -0.5]), parameters: tf.tensor1d([1, 1]), slots, step: tf.scalar(1), learningRate: tf.scalar(0.1) };
      return [...rmsprop().update(state).parameters.dataSync()];
    });
    close(once, [1 - 0.1 / Math.sqrt(0.1), 1 + 0.1 / Math.sqrt(0.1)]);
  });
  it('weight decay shrinks what it is asked to, and that alone', () => {
    const after = tf.tidy(() => {
      const optimizer = sgd({ momentum: 0, weightDecay: 0.5 });
      const zero = tf.zeros([2]) as tf.Tensor1D;
      const state = { gradient: zero, parameters: tf.tensor1d([1, 1]), slots: [], step: tf.scalar(1), learningRate: tf.scalar(0.2) };
      return [...optimizer.update({ ...state, decay: tf.tensor1d([1, 0]) }).parameters.dataSync()];
    });
    close(after, [0.9, 1]);
  });
});

describe('nn/schedules', () => {
  it('cosine falls from 1 to its floor after the warm-up', () => {
    const schedule = cosineSchedule({ warmUp: 0.2, floor: 0.1 });
    assert.equal(schedule.factorAt(0.1), 0.5);
    assert.equal(schedule.factorAt(0.2), 1);
    assert.ok(Math.abs(schedule.factorAt(0.6) - 0.55) < 1e-12);
    assert.ok(Math.abs(schedule.factorAt(1) - 0.1) < 1e-12);
    assert.throws(() => cosineSchedule({ warmUp: 1 }), /warmUp: got 1/);
  });
  it('step and constant', () => {
    const schedule = stepSchedule([0.5, 0.75], 0.1);
    assert.deepEqual([0, 0.5, 0.8].map((p) => schedule.factorAt(p).toPrecision(3)), ['1.00', '0.100', '0.0100']);
    assert.equal(constantSchedule().factorAt(0.7), 1);
  });
});
