import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { channelStatistics, generatedImages, generatedImu, leakageCheck, type Dataset } from '../../src/datasets';
import { loadBackend } from '../../src/nn';

/**
 * Test accuracy of a softmax regression on the raw inputs, by gradient descent with momentum and weight decay: the best
 * over the epochs, so that the comparison favours it.
 */
function linearAccuracy(dataset: Dataset, epochs: number): number {
  const { train, test, classes } = dataset;
  const size = train.x.length / train.n;
  const K = classes.length;
  const weights = new Float32Array((size + 1) * K);
  const velocity = new Float32Array((size + 1) * K);
  const logits = new Float64Array(K);
  const score = (x: Float32Array, from: number): void => {
    for (let k = 0; k < K; k++) logits[k] = weights[size * K + k];
    for (let j = 0; j < size; j++) {
      const value = x[from + j];
      for (let k = 0, w = j * K; k < K; k++, w++) logits[k] += value * weights[w];
    }
  };
  let best = 0;
  const batch = 32;
  const gradient = new Float32Array((size + 1) * K);
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let from = 0; from < train.n; from += batch) {
      gradient.fill(0);
      const to = Math.min(train.n, from + batch);
      for (let i = from; i < to; i++) {
        // Training samples lie in the order of their recordings: a stride spreads the classes over the batches.
        const s = (i * 7919) % train.n;
        score(train.x, s * size);
        const top = Math.max(...logits);
        const total = logits.reduce((sum, z) => sum + Math.exp(z - top), 0);
        const error = Float64Array.from(logits, (z, k) => Math.exp(z - top) / total - Number(k === train.y[s]));
        for (let j = 0; j < size; j++) {
          const value = train.x[s * size + j] / (to - from);
          for (let k = 0, w = j * K; k < K; k++, w++) gradient[w] += value * error[k];
        }
        for (let k = 0; k < K; k++) gradient[size * K + k] += error[k] / (to - from);
      }
      const rate = 0.5 / size ** 0.5 / 10;
      for (let w = 0; w < weights.length; w++) {
        velocity[w] = 0.9 * velocity[w] - rate * (gradient[w] + 1e-2 * weights[w]);
        weights[w] += velocity[w];
      }
    }
    let right = 0;
    for (let i = 0; i < test.n; i++) {
      score(test.x, i * size);
      if (logits.indexOf(Math.max(...logits)) === test.y[i]) right++;
    }
    best = Math.max(best, right / test.n);
  }
  return best;
}

async function networkAccuracy(dataset: Dataset, layers: tf.layers.Layer[], epochs: number): Promise<number> {
  const model = tf.sequential({ layers: [...layers, tf.layers.dense({ units: dataset.classes.length, activation: 'softmax', kernelInitializer: tf.initializers.glorotUniform({ seed: 9 }) })] });
  model.compile({ optimizer: tf.train.adam(3e-3), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const tensors = (['train', 'test'] as const).map((name) => ({
    x: tf.tensor(dataset[name].x, [dataset[name].n, ...dataset.inputShape]), y: tf.tensor1d(dataset[name].y, 'float32'),
  }));
  await model.fit(tensors[0].x, tensors[0].y, { epochs, batchSize: 32, verbose: 0 });
  const [loss, accuracy] = model.evaluate(tensors[1].x, tensors[1].y) as tf.Scalar[];
  const value = (await accuracy.data())[0];
  tf.dispose([loss, accuracy, ...tensors.map(({ x }) => x), ...tensors.map(({ y }) => y)]);
  model.dispose();
  return value;
}

const init = (seed: number): ReturnType<typeof tf.initializers.heNormal> => tf.initializers.heNormal({ seed });

describe('generated data sets', () => {
  before(async () => {
    await loadBackend();
  });

  it('IMU: 24 channels, 13 activities, people apart; the same seed gives the same set', async () => {
    const options = { people: 4, windowsEach: 2, length: 64 };
    const [a, b, c] = [await generatedImu(options), await generatedImu(options), await generatedImu({ ...options, seed: 1 })];
    assert.deepEqual(a.train.x, b.train.x);
    assert.notDeepEqual(a.train.x, c.train.x);
    assert.deepEqual(a.inputShape, [64, 24]);
    assert.deepEqual([a.train.n, a.validation.n, a.test.n], [2 * 26, 26, 26]);
    assert.deepEqual(leakageCheck(a), []);
    assert.ok(a.train.x.every(Number.isFinite));
    const raw = await generatedImu({ ...options, normalise: false });
    const { mean, deviation } = channelStatistics(raw.train.x, 24);
    for (let node = 0; node < 4; node++) {
      assert.ok(Math.hypot(...mean.slice(6 * node, 6 * node + 3)) > 0.5, 'gravity, in g');
      assert.ok(deviation[6 * node + 3] > 5, 'rotation, in degrees per second');
    }
  });

  it('pictures: ten classes in equal numbers; the same seed gives the same set', async () => {
    const [a, b, c] = [await generatedImages({ count: 100 }), await generatedImages({ count: 100 }), await generatedImages({ count: 100, seed: 1 })];
    assert.deepEqual(a.test.x, b.test.x);
    assert.notDeepEqual(a.test.x, c.test.x);
    assert.deepEqual(a.inputShape, [32, 32, 3]);
    assert.deepEqual(a.classes.map((_, k) => a.train.y.filter((y) => y === k).length), new Array(10).fill(10));
    assert.deepEqual(leakageCheck(a), []);
  });

  it('IMU: a small network learns what a linear model does not', async function () {
    this.timeout(240_000);
    const set = await generatedImu({ length: 256 });
    const linear = linearAccuracy(set, 6);
    const network = await networkAccuracy(set, [
      tf.layers.conv1d({ filters: 24, kernelSize: 9, strides: 4, activation: 'relu', inputShape: [256, 24], kernelInitializer: init(1) }),
      tf.layers.conv1d({ filters: 32, kernelSize: 9, strides: 4, activation: 'relu', kernelInitializer: init(2) }),
      tf.layers.globalAveragePooling1d({}),
    ], 14);
    console.log(`      linear ${(100 * linear).toFixed(1)} %, network ${(100 * network).toFixed(1)} % (chance 7.7 %)`);
    assert.ok(linear < 0.45, `linear ${linear}`);
    assert.ok(network > linear + 0.2 && network > 0.6, `network ${network}, linear ${linear}`);
  });

  it('pictures: a small network learns what a linear model does not', async function () {
    this.timeout(240_000);
    const set = await generatedImages({ count: 2500 });
    const linear = linearAccuracy(set, 3);
    const network = await networkAccuracy(set, [
      tf.layers.conv2d({ filters: 12, kernelSize: 5, strides: 2, activation: 'relu', inputShape: [32, 32, 3], kernelInitializer: init(1) }),
      tf.layers.conv2d({ filters: 24, kernelSize: 3, strides: 2, activation: 'relu', kernelInitializer: init(2) }),
      tf.layers.conv2d({ filters: 40, kernelSize: 3, activation: 'relu', kernelInitializer: init(3) }),
      tf.layers.globalMaxPooling2d({}),
    ], 14);
    console.log(`      linear ${(100 * linear).toFixed(1)} %, network ${(100 * network).toFixed(1)} % (chance 10 %)`);
    assert.ok(linear < 0.25, `linear ${linear}`);
    assert.ok(network > linear + 0.15 && network > 0.35, `network ${network}, linear ${linear}`);
  });
});
