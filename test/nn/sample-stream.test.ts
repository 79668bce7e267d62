import assert from 'node:assert/strict';
import { ArgumentError, CancelledError, createRng } from '../../src/base';
import type { Batch } from '../../src/datasets';
import { evaluate, loadBackend, toLayersModel, train, weightsOf, type SampleStream, type Samples, type TrainOptions } from '../../src/nn';
import { sines, smallNet } from './support';

const architecture = smallNet();
const [samples, validation] = [sines(122), sines(60, 2)];
const options: TrainOptions = { epochs: 2, batchSize: 16, learningRate: 0.01, seed: 5 };
const size = 96;

/** The samples at these places, in batches of changing size; tells how many were asked for, and whether it was closed. */
function streamOf({ x, y, n }: Samples, orderOf: (epoch: number) => Iterable<number>, told = { read: 0, open: 0 }): SampleStream {
  return {
    n,
    async *batches(epoch) {
      told.open++;
      try {
        const order = [...orderOf(epoch)];
        for (let from = 0, k = 1; from < order.length; from += k, k = (k % 7) + 1) {
          const at = order.slice(from, from + k);
          const batch: Batch = { x: new Float32Array(at.length * size), y: Int32Array.from(at, (i) => y[i]), n: at.length };
          at.forEach((i, j) => batch.x.set(x.subarray(i * size, (i + 1) * size), j * size));
          told.read += at.length;
          yield batch;
        }
      } finally {
        told.open--;
      }
    },
  };
}

const inOrder = ({ n }: Samples) => (): Iterable<number> => new Int32Array(n).keys();
const flat = (model: Parameters<typeof weightsOf>[0]): number[] => [...weightsOf(model).values()].flatMap((roles) => Object.values(roles).flatMap((values) => [...values]));

describe('samples from a stream', () => {
  before(async () => void (await loadBackend()));

  it('train to the weights of the same samples in memory, in the same order', async () => {
    const [here, streamed] = [toLayersModel(architecture, { seed: 1 }), toLayersModel(architecture, { seed: 1 })];
    // Augmentation works in place: what fills up the last batch must not have been through it.
    const augment: TrainOptions['augment'] = (x, _n, _shape, rng) => void x.forEach((value, i) => (x[i] = value + 0.1 * rng.normal()));
    const expected = await train(here, { train: samples, validation }, { ...options, augment });
    const mixed = (epoch: number): Int32Array => createRng(5).fork('train').fork(`epoch ${epoch}`).fork('order').shuffle(Int32Array.from({ length: samples.n }, (_, i) => i));
    const data = { train: streamOf(samples, mixed), validation: streamOf(validation, inOrder(validation)) };
    const history = await train(streamed, data, { ...options, augment });
    const figures = ({ rows }: typeof history): unknown[] => rows.map(({ seconds: _, ...row }) => row);
    assert.deepEqual(figures(history), figures(expected));
    assert.deepEqual(flat(streamed), flat(here));
    const evaluation = await evaluate(streamed, data.validation, { batchSize: 32 });
    assert.deepEqual(evaluation, await evaluate(here, validation, { batchSize: 32 }));
    assert.equal(evaluation.predictions.length, validation.n);
  });

  it('are read no further than the steps go, and closed after a stop', async () => {
    const told = { read: 0, open: 0 };
    const control = new AbortController();
    const stream = streamOf(samples, inOrder(samples), told);
    const onStep = ({ step }: { step: number }): void => {
      assert.ok(told.read <= step * 16 + 7, `${told.read} samples read after ${step} steps`);
      if (step === 3) control.abort();
    };
    await assert.rejects(train(toLayersModel(architecture, { seed: 1 }), { train: stream }, { ...options, signal: control.signal, onStep }), CancelledError);
    assert.equal(told.open, 0);
    await train(toLayersModel(architecture, { seed: 1 }), { train: stream }, { ...options, timeBudgetMs: 0.001 });
    assert.equal(told.open, 0);
  });

  it('are refused where they are not what was said', async () => {
    const run = (stream: SampleStream, more: TrainOptions = {}): Promise<unknown> => train(toLayersModel(architecture, { seed: 1 }), { train: stream }, { ...options, epochs: 1, ...more });
    const good = streamOf(samples, inOrder(samples));
    const refused = (work: Promise<unknown>, says: RegExp): Promise<void> => assert.rejects(work, (error: Error) => error instanceof ArgumentError && says.test(error.message));
    await refused(run({ ...good, n: 121 }), /stream\.n: got 121, wanted the number of samples that the stream gives: 122 or more/);
    await refused(run({ ...good, n: 130 }), /stream\.n: got 130, wanted the number of samples that the stream gives: 122/);
    await refused(run({ ...good, n: 0 }), /train\.n: got 0/);
    await refused(run(streamOf({ ...samples, y: samples.y.map(() => 3) }, inOrder(samples))), /batch\.y\[0\]: got 3, wanted a class of 0 to 2/);
    await refused(run({ n: 2, async *batches() { yield { x: new Float32Array(5), y: new Int32Array(2), n: 2 }; } }), /batch\.x: got 5, wanted 2 × 96 numbers/);
    await refused(run(good, { classWeights: 'balanced' }), /classWeights: got 'balanced', wanted numbers/);
    await refused(run(good, { dataFraction: 0.5 }), /dataFraction: got 0\.5, wanted 1/);
    await refused(evaluate(toLayersModel(architecture, { seed: 1 }), { ...good, n: 123 }), /stream\.n: got 123/);
  });
});
