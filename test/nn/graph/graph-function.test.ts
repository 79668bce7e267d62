import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { createRng } from '../../../src/base';
import { GraphFunction, initialNetwork, inputShapeOf, loadBackend, modelOf, predict, sizeOf } from '../../../src/nn';
import { smallNet } from '../support';

const sessions = (): number => (tf.backend() as unknown as { getNumOfSavedModels(): number }).getNumOfSavedModels();

describe('nn/graph-function', () => {
  before(async function () {
    if ((await loadBackend()).name !== 'tensorflow') this.skip();
  });

  it('computes what its body does, for each shape, calling it once a shape', () => {
    let calls = 0;
    const scale = tf.tensor1d([1, 2, 3]);
    const body = (x: tf.Tensor, y: tf.Tensor): tf.Tensor[] => {
      calls++;
      const [a, b] = tf.split(tf.mul(tf.concat([x, y], 0), scale), 2, 0);
      return [tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D, false, true), tf.cast(tf.greater(a, 0), 'int32'), x];
    };
    const compiled = new GraphFunction(body, 100);
    const before = tf.memory().numTensors;
    for (const rows of [2, 4, 2, 4]) {
      tf.tidy(() => {
        const rng = createRng(rows);
        const draw = (): tf.Tensor => tf.tensor2d(Float32Array.from({ length: rows * 3 }, () => rng.normal()), [rows, 3]);
        const [x, y] = [draw(), draw()];
        const [got, wanted] = [compiled.call(x, y), body(x, y)];
        assert.deepEqual(got.map((t) => [t.dtype, t.shape, [...t.dataSync()]]), wanted.map((t) => [t.dtype, t.shape, [...t.dataSync()]]));
      });
    }
    assert.equal(calls, 4 + 2);
    assert.equal(tf.memory().numTensors, before);
    assert.equal(sessions(), 2);
    compiled.dispose();
    assert.equal(sessions(), 0);
    scale.dispose();
  });

  it('loads every graph from one path: TensorFlow never forgets one', () => {
    const backend = tf.backend() as unknown as { loadSavedModelMetaGraph?: (path: string, tags: string) => number };
    const load = backend.loadSavedModelMetaGraph?.bind(backend) as (path: string, tags: string) => number;
    const paths = new Set<string>();
    backend.loadSavedModelMetaGraph = (path, tags) => {
      paths.add(path);
      return load(path, tags);
    };
    try {
      for (const factor of [2, 3]) {
        const compiled = new GraphFunction((x) => [tf.mul(x, factor)], 100);
        tf.tidy(() => assert.deepEqual([...compiled.call(tf.tensor1d([1, 2]))[0].dataSync()], [factor, 2 * factor]));
        compiled.dispose();
      }
    } finally {
      delete backend.loadSavedModelMetaGraph;
    }
    assert.equal(paths.size, 1);
    assert.ok(!existsSync([...paths][0]));
  });

  it('simply calls a body that looks at values, and one that is called a few times only', () => {
    const looking = new GraphFunction((x) => [tf.scalar(x.square().dataSync()[0])], 100);
    const rare = new GraphFunction((x) => [tf.square(x)], 3);
    for (const value of [2, 3]) {
      for (const compiled of [looking, rare]) {
        assert.equal(tf.tidy(() => compiled.call(tf.scalar(value))[0].dataSync()[0]), value * value);
      }
    }
    assert.equal(sessions(), 0);
  });

  it('gives predictions as without it, whatever the size of the last batch', async () => {
    const architecture = smallNet();
    const model = modelOf(initialNetwork(architecture, 1));
    const rng = createRng(1);
    const n = 70;
    const x = Float32Array.from({ length: n * sizeOf(inputShapeOf(architecture)) }, () => rng.normal());
    const plain = await predict(model, { x, n }, { batchSize: 70 });
    const graph = await predict(model, { x, n }, { batchSize: 4 });
    plain.forEach((p, i) => assert.ok(Math.abs(p - graph[i]) < 1e-5));
    assert.equal(sessions(), 0);
    model.dispose();
  });
});
