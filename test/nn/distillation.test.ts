import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { adam, initialNetwork, loadBackend, modelOf, networkOf, predict, toLayersModel, train, type Network } from '../../src/nn';
import { Teacher } from '../../src/nn/distillation';
import { EagerTrainer } from '../../src/nn/eager-trainer';
import { sines, smallNet } from './support';

const architecture = smallNet();
const samples = sines(96);

/** softmax(z / temperature) of log-probabilities z, by rows. */
function softened(probabilities: Float32Array, classes: number, temperature: number): number[][] {
  return Array.from({ length: probabilities.length / classes }, (_, i) => {
    const row = [...probabilities.subarray(i * classes, (i + 1) * classes)].map((p) => Math.exp(Math.log(p) / temperature));
    const sum = row.reduce((a, b) => a + b);
    return row.map((p) => p / sum);
  });
}

describe('nn/distillation', () => {
  before(async () => {
    await loadBackend();
  });

  it('asks the teacher at its temperature', async () => {
    const network = initialNetwork(architecture, 4);
    const teacher = new Teacher(network, 3, 8, 1);
    const model = modelOf(network);
    const x = samples.x.slice(0, 8 * 96);
    const wanted = softened(await predict(model, { x, n: 8 }), 3, 3).flat();
    const got = await teacher.softLabels(x, 8);
    wanted.forEach((p, i) => assert.ok(Math.abs(got[i] - p) < 1e-5, `${i}: ${got[i]}, ${p}`));
    teacher.dispose();
    model.dispose();
  });

  it('has the loss of Hinton, Vinyals and Dean, the teacher’s part times T²', () => {
    const [temperature, weight, n] = [2, 0.3, 12];
    const y = samples.y.slice(0, n);
    const soft = Float32Array.from({ length: 3 * n }, (_, i) => [0.5, 0.3, 0.2][(i + Math.floor(i / 3)) % 3]);
    const lossAt = (distillation?: { temperature: number; weight: number }, temperatureSoft?: Float32Array): number => {
      const model = modelOf(initialNetwork(architecture, 4));
      const options = { optimizer: adam(), classes: 3, labelSmoothing: 0, batchNormMomentum: 0.9, extraVariables: [], seed: 1, distillation };
      const trainer = new EagerTrainer(model, architecture, options);
      const x = tf.tensor4d(samples.x.slice(0, n * 96), [n, 1, 32, 3]);
      const { loss } = trainer.run(x, y, 0, temperatureSoft);
      x.dispose();
      trainer.dispose();
      model.dispose();
      return loss;
    };
    const labels = lossAt();
    const teacher = lossAt({ temperature, weight: 1 }, soft);
    assert.ok(Math.abs(lossAt({ temperature, weight }, soft) - ((1 - weight) * labels + weight * teacher)) < 1e-5);
    // At temperature 1 a teacher that is certain of the labels says what they say.
    const certain = Float32Array.from({ length: 3 * n }, (_, i) => (i % 3 === y[Math.floor(i / 3)] ? 1 : 0));
    assert.ok(Math.abs(lossAt({ temperature: 1, weight: 1 }, certain) - labels) < 1e-5);
  });

  it('brings a student to its teacher where the labels say nothing', async () => {
    const taught = toLayersModel(architecture, { seed: 1 });
    await train(taught, { train: samples }, { epochs: 6, batchSize: 16, learningRate: 0.01 });
    const teacher: Network = networkOf(taught, architecture);
    const wrong = { ...samples, y: new Int32Array(samples.n) };
    const student = toLayersModel(architecture, { seed: 2 });
    await train(student, { train: wrong }, { epochs: 8, batchSize: 16, learningRate: 0.01, distillation: { teacher, weight: 1 } });
    const [own, others] = [await predict(student, samples), await predict(taught, samples)];
    const best = (p: Float32Array, i: number): number => [0, 1, 2].reduce((a, c) => (p[3 * i + c] > p[3 * i + a] ? c : a), 0);
    const agreed = Array.from({ length: samples.n }, (_, i) => best(own, i) === best(others, i)).filter(Boolean).length;
    assert.ok(agreed >= 0.9 * samples.n, `agree on ${agreed} of ${samples.n}`);
    taught.dispose();
    student.dispose();
  });

  it('names a teacher that does not fit, before any training, and leaves no tensor behind', async () => {
    const model = toLayersModel(architecture, { seed: 1 });
    const teacher = initialNetwork(architecture, 4);
    const other = initialNetwork({ ...architecture, layers: architecture.layers.map((l) => (l.kind === 'input' ? { ...l, shape: [1, 99, 3] as [number, number, number] } : l)) }, 1);
    await assert.rejects(train(model, { train: samples }, { distillation: { teacher: other } }), /distillation\.teacher/);
    await assert.rejects(train(model, { train: samples }, { distillation: { teacher, weight: 2 } }), /distillation\.weight/);
    await assert.rejects(train(model, { train: samples }, { distillation: { teacher, temperature: 0 } }), /distillation\.temperature/);
    const before = tf.memory().numTensors;
    await train(model, { train: samples }, { epochs: 1, batchSize: 16, distillation: { teacher } });
    assert.equal(tf.memory().numTensors, before);
    model.dispose();
  });
});
