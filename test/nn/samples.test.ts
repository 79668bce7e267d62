import assert from 'node:assert/strict';
import { ArgumentError, CancelledError, createRng } from '../../src/base';
import { chosenFrom, evaluate, inBatches, inMemory, loadBackend, predict, toLayersModel, train, weightsOf, type Samples, type SampleStream, type TrainOptions } from '../../src/nn';
import { streamOf, trainingOrder } from '../support/stream';
import { sines, smallNet } from './support';

const architecture = smallNet();
const [samples, validation] = [sines(122), sines(60, 2)];
const options: TrainOptions = { epochs: 2, batchSize: 16, learningRate: 0.01, seed: 5 };

const flat = (model: Parameters<typeof weightsOf>[0]): number[] => [...weightsOf(model).values()].flatMap((roles) => Object.values(roles).flatMap((values) => [...values]));

describe('samples from a stream', () => {
  before(async () => void (await loadBackend()));

  it('train to the weights of the same samples in memory, in the same order', async () => {
    const [here, streamed] = [toLayersModel(architecture, { seed: 1 }), toLayersModel(architecture, { seed: 1 })];
    // Augmentation works in place: what fills up the last batch must not have been through it.
    const augment: TrainOptions['augment'] = (x, _n, _shape, rng) => void x.forEach((value, i) => (x[i] = value + 0.1 * rng.normal()));
    const expected = await train(here, { train: samples, validation }, { ...options, augment });
    const data = { train: streamOf(samples, trainingOrder(5, samples.n)), validation: streamOf(validation) };
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
    const stream = streamOf(samples, undefined, told);
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
    const good = streamOf(samples);
    const refused = (work: Promise<unknown>, says: RegExp): Promise<void> => assert.rejects(work, (error: Error) => error instanceof ArgumentError && says.test(error.message));
    await refused(run({ ...good, n: 121 }), /stream\.n: got 121, wanted the number of samples that the stream gives: 122 or more/);
    await refused(run({ ...good, n: 130 }), /stream\.n: got 130, wanted the number of samples that the stream gives: 122/);
    await refused(run({ ...good, n: 0 }), /train\.n: got 0/);
    await refused(run(streamOf({ ...samples, y: samples.y.map(() => 3) })), /batch\.y\[0\]: got 3, wanted a class of 0 to 2/);
    await refused(run({ n: 2, async *batches() { yield { x: new Float32Array(5), y: new Int32Array(2), n: 2 }; } }), /batch\.x: got 5, wanted 2 × 96 numbers/);
    await refused(run(good, { classWeights: 'balanced' }), /classWeights: got 'balanced', wanted numbers/);
    await refused(run(good, { dataFraction: 0.5 }), /dataFraction: got 0\.5, wanted 1/);
    await refused(evaluate(toLayersModel(architecture, { seed: 1 }), { ...good, n: 123 }), /stream\.n: got 123/);
  });

  it('at chosen places are those of memory, in the order asked for', async () => {
    const places = createRng(1).shuffle(Array.from({ length: samples.n }, (_, i) => i)).slice(0, 20);
    const form = { name: 'samples', size: 96, classes: 3 };
    const told = { read: 0, open: 0 };
    const streamed = await inMemory(chosenFrom(streamOf(samples, undefined, told), places), form);
    assert.deepEqual(streamed, { ...(chosenFrom(samples, places) as Samples) });
    assert.equal(told.open, 0);
    const short = chosenFrom({ ...streamOf(samples), n: 500 }, [3, 400]);
    await assert.rejects(inMemory(short, form), /stream\.n: got 500, wanted the number of samples that the stream gives: 122/);
  });

  it('that are none, of another shape, without labels or not finite are refused by name', async () => {
    const model = toLayersModel(architecture, { seed: 1 });
    const refused = (work: Promise<unknown>, says: RegExp): Promise<void> => assert.rejects(work, (error: Error) => error instanceof ArgumentError && says.test(error.message));
    const x = samples.x.slice();
    x[200] = NaN;
    const spoilt = { ...samples, x };
    await refused(evaluate(model, { ...samples, n: 0 }), /samples\.n: got 0, wanted at least one/);
    await refused(evaluate(model, { x: samples.x, n: samples.n } as Samples), /samples\.y: got undefined, wanted 122 labels/);
    await refused(predict(model, { x: samples.x.subarray(1), n: 122 }), /samples\.x: got 11711, wanted 122 × 96 numbers/);
    await refused(predict(model, { x: [1, 2] as unknown as Float32Array, n: 2 }), /samples\.x: got \[ 1, 2 \], wanted a Float32Array/);
    await refused(evaluate(model, spoilt, { batchSize: 2 }), /samples\.x\[8\]: got NaN, wanted a finite number/);
    await refused(train(model, { train: spoilt }, { ...options, epochs: 1 }), /train\.x\[200\]: got NaN, wanted a finite number/);
    const spoil = (values: Float32Array): void => void (values[3] = Infinity);
    await refused(train(model, { train: samples }, { ...options, epochs: 1, augment: spoil }), /batch of step 1, as read and augmented: x\[3\]: got Infinity/);
    await refused(train(model, { train: { x: samples.x, n: samples.n } as Samples }, options), /train\.y: got undefined/);
    const first = await inBatches(spoilt, 1, { name: 'own', size: 96 }).next();
    assert.deepEqual(first.value, { x: samples.x.subarray(0, 96), y: samples.y.subarray(0, 1), n: 1 });
  });
});
