import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { CancelledError, createRng, type ProgressEvent } from '../../src/base';
import { hypervolume } from '../../src/moo';
import { categorical, defineSpace, integer, real, sample, type Params } from '../../src/space';
import {
  SpaceExhaustedError, Trial, TrialPruned, createStudy, hypervolumeHistory, memoryStorage, type Optimizer, type OptimizerContext, type Study, type StudyOptions,
} from '../../src/study';
import { skip } from '../support/skip';

/** Depends on everything that an optimiser may depend on: stream, history, pending. */
const walker: Optimizer = {
  name: 'walker',
  async suggest({ space, rng, history, pending }: OptimizerContext, n) {
    const done = history.filter((trial) => trial.values).reduce((sum, trial) => sum + trial.values![0], 0);
    const branch = rng.fork(`${done.toFixed(9)} ${pending.length}`);
    return Array.from({ length: n }, () => ({ params: sample(space, branch), explanation: { done } }));
  },
};

const space = defineSpace({ x: real(0, 1), n: integer(1, 8), op: categorical(['a', 'b']) });
const objectives: StudyOptions<{ x: number; n: number }>['objectives'] = [
  { name: 'accuracy', direction: 'maximize' },
  { name: 'rom', direction: 'minimize', known: (p) => p.n * 100 },
];
const score = (params: any): number => Math.round((1 - (params.x - 0.3) ** 2 + params.n / 100) * 1e6) / 1e6;

const make = (more: Partial<StudyOptions<any>> = {}): Promise<Study<any>> =>
  createStudy<any>({ name: 'test', space, objectives, optimizer: walker, seed: 7, ...more });

describe('study: ask and tell', () => {
  it('tells a number, a list, or values by name; fills in what is known', async () => {
    const study = await make({ constraints: [{ name: 'rom', upper: 10000 }, { name: 'latency', upper: 5 }] });
    const first = await study.ask();
    assert.equal(first.known.rom, first.params.n * 100);
    const record = await study.tell(first, { accuracy: 0.5, latency: 7, note: 'slow' });
    assert.deepEqual(record.values, [0.5, first.params.n * 100]);
    assert.deepEqual(record.violations, [first.params.n * 100 - 10000, 2]);
    assert.deepEqual(record.attributes, { latency: 7, note: 'slow' });
    assert.equal(record.state, 'complete');
    const plain = await make();
    assert.deepEqual((await plain.tell(await plain.ask(), 0.25)).values?.[0], 0.25);
    assert.deepEqual((await plain.tell(await plain.ask(), [0.25])).values?.[0], 0.25);
    assert.deepEqual((await plain.tell(await plain.ask(), [0.25, 3])).values, [0.25, 3]);
  });

  it('refuses NaN, infinities and missing values by name, and marks the trial as failed', async () => {
    const study = await make({ constraints: [{ name: 'latency', upper: 5 }] });
    const cases: [unknown, RegExp][] = [
      [{ accuracy: NaN, latency: 1 }, /accuracy: got NaN, wanted a finite number/],
      [{ accuracy: Infinity, latency: 1 }, /accuracy: got Infinity/],
      [{ latency: 1 }, /accuracy: got undefined/],
      [{ accuracy: 1 }, /latency: got undefined/],
      [[1, 2, 3], /values.*accuracy, rom/],
      [undefined, /values: got undefined/],
    ];
    for (const [evaluation, message] of cases) {
      const trial = await study.ask();
      await assert.rejects(study.tell(trial, evaluation as never), message);
      assert.equal(study.trials[trial.number].state, 'failed');
      assert.match(String(study.trials[trial.number].attributes.reason), message);
      assert.equal(study.trials[trial.number].values, undefined);
    }
    await assert.rejects(study.tell(0, { accuracy: 1, latency: 1 }), /trial: got 0.*this one is failed/);
    await assert.rejects(study.tell(99, 1), /trial: got 99/);
  });

  it('reports, keeps attributes, fails and prunes', async () => {
    const study = await make();
    const trial = await study.ask();
    await trial.report(1, 0.5);
    await trial.setAttribute('epochs', 3);
    await trial.fail('out of memory');
    const pruned = await study.ask();
    await pruned.prune('hopeless');
    assert.deepEqual(study.trials[0].intermediate, [[1, 0.5]]);
    assert.deepEqual(study.trials[0].attributes, { epochs: 3, reason: 'out of memory' });
    assert.deepEqual(study.trials.map((one) => one.state), ['failed', 'pruned']);
  });

  it('tries enqueued parameters first, the rest of them drawn', async () => {
    const study = await make();
    await study.enqueue({ x: 0.5, n: 3, op: 'b' });
    await study.enqueue({ n: 8 });
    assert.deepEqual((await study.ask()).params, { x: 0.5, n: 3, op: 'b' });
    const second = await study.ask();
    assert.equal(second.params.n, 8);
    assert.equal(typeof second.params.x, 'number');
    await assert.rejects(study.enqueue({ n: 9 }), /params\.n: got 9/);
    await assert.rejects(study.enqueue({ z: 9 }), /params\.z/);
  });

  it('never tries what is known to be infeasible', async () => {
    const study = await make({ constraints: [{ name: 'rom', upper: 300 }] });
    for (let i = 0; i < 25; i++) {
      const trial = await study.ask();
      assert.ok(trial.params.n <= 3);
      await study.tell(trial, score(trial.params));
    }
  });

  it('never repeats a point of a finite space, and ends when it is exhausted', async () => {
    const small = defineSpace({ a: integer(1, 4), b: categorical(['u', 'v', 'w']) }, { allowed: (p) => !(p.a === 1 && p.b === 'u') });
    const study = await createStudy({
      name: 'small', space: small, objectives: [{ name: 'y', direction: 'minimize' }], optimizer: walker,
      constraints: [{ name: 'size', upper: 3, known: (p) => p.a }],
    });
    assert.match(String(await study.run((trial) => trial.params.a, { trials: 50 })), /exhausted: all its points .* among the 8 tried/);
    assert.equal(study.trials.length, 8);
    assert.equal(new Set(study.trials.map((trial) => JSON.stringify(trial.params))).size, 8);
    await assert.rejects(study.ask(), SpaceExhaustedError);
    assert.equal(study.trials.length, 8);
  });
});

describe('study: step and run', () => {
  it('runs, reports progress that nests, and keeps order', async () => {
    const study = await make();
    const events: ProgressEvent[] = [];
    const seen: number[] = [];
    await study.run(
      (trial, work) => {
        work.onProgress?.({ path: ['epoch'], done: 1, total: 2 });
        return score(trial.params);
      },
      { trials: 4, onProgress: (event) => events.push(event), onTrial: (trial) => seen.push(trial.number) },
    );
    assert.deepEqual(seen, [0, 1, 2, 3]);
    assert.deepEqual(events.filter((e) => e.path.length === 3).map((e) => e.path), [0, 1, 2, 3].map((i) => ['study', `trial ${i}`, 'epoch']));
    const trials = events.filter((e) => e.path.length === 2 && e.path[1] === 'trial 2');
    assert.deepEqual(trials.map((e) => [e.done, e.total]), [[0, 1], [1, 1]], 'a trial has a bar of its own, and an end');
    assert.deepEqual(trials[1].metrics, { accuracy: study.trials[2].values![0], rom: study.trials[2].values![1] });
    assert.deepEqual(events.filter((e) => e.path.length === 1).map((e) => [e.done, e.total]), [[0, 4], [1, 4], [2, 4], [3, 4], [4, 4]]);
    await study.run((trial) => score(trial.params), { total: 6 });
    assert.equal(study.trials.length, 6);
    await assert.rejects(study.run(() => 1, {}), /trials, total/);
  });

  it('marks a trial as failed whose function throws or returns NaN, and throws on; or goes on', async () => {
    const study = await make();
    await assert.rejects(study.step(() => { throw new Error('boom'); }), /boom/);
    await assert.rejects(study.step(() => NaN), /accuracy: got NaN/);
    assert.deepEqual(study.trials.map((trial) => trial.attributes.reason), ['boom', 'accuracy: got NaN, wanted a finite number']);
    await assert.rejects(study.run(() => NaN, { trials: 3 }), /NaN/);
    assert.equal(study.trials.length, 3);
    await study.run((trial) => (trial.number % 2 ? NaN : 1), { trials: 4, onFailure: 'continue' });
    assert.deepEqual(study.trials.slice(3).map((trial) => trial.state), ['failed', 'complete', 'failed', 'complete']);
    const pruned = await study.step(() => { throw new TrialPruned('no hope'); });
    assert.equal(pruned.state, 'pruned');
  });

  it('an abort ends the trial as interrupted; the study goes on with the same suggestion', async () => {
    const study = await make();
    await study.run((trial) => score(trial.params), { trials: 2 });
    const stop = new AbortController();
    let lost: Params | undefined;
    const running = study.step(
      (trial) => {
        lost = trial.params;
        setTimeout(() => stop.abort(), 5);
        // Never looks at the signal.
        return new Promise<number>(() => undefined);
      },
      { signal: stop.signal },
    );
    await assert.rejects(running, CancelledError);
    assert.equal(study.trials[2].state, 'failed');
    assert.equal(study.trials[2].attributes.interrupted, true);
    const next = await study.ask();
    assert.deepEqual(next.params, lost);
    await assert.rejects(study.run(() => 1, { trials: 1, signal: stop.signal }), CancelledError);
    assert.equal(study.trials.length, 4);
  });

  it('an optimiser that fails leaves no running trial', async () => {
    const study = await make({ optimizer: { name: 'broken', suggest: async () => { throw new Error('no model'); } } });
    await assert.rejects(study.ask(), /no model/);
    assert.deepEqual(study.trials.map((trial) => trial.state), ['failed']);
    const odd = await make({ name: 'odd', optimizer: { name: 'odd', suggest: async () => [{ params: { x: 2, n: 1, op: 'a' } }] } });
    await assert.rejects(odd.ask(), /params\.x: got 2/);
  });
});

describe('study: resume', () => {
  const play = async (study: Study<any>, total: number): Promise<unknown[]> => {
    await study.run((trial) => score(trial.params), { total });
    return study.trials.filter((trial) => trial.state === 'complete').map((trial) => [trial.params, trial.values]);
  };

  it('gives the trials of the uninterrupted study, wherever it was cut', async () => {
    const whole = await play(await make(), 8);
    for (let cut = 0; cut <= 8; cut++) {
      const storage = memoryStorage();
      await play(await make({ storage }), cut);
      // Killed in the middle of the next trial.
      if (cut < 8) await (await make({ storage })).ask();
      const resumed = await make({ storage, recover: 'all' });
      assert.deepEqual(await play(resumed, 8), whole, `cut at ${cut}`);
    }
  });

  it('another seed gives another study, the same the same', async () => {
    assert.deepEqual(await play(await make(), 4), await play(await make(), 4));
    assert.notDeepEqual(await play(await make(), 4), await play(await make({ seed: 8 }), 4));
  });

  it('says what differs from the stored study', async () => {
    const storage = memoryStorage();
    await make({ storage });
    const { dimensions } = space;
    await assert.rejects(make({ storage, space: { dimensions: { ...dimensions, x: real(0, 2) } } }), /space\.x.*wanted.*"high":1.*study 'test' in memory/s);
    await assert.rejects(make({ storage, space: { dimensions: { x: dimensions.x, n: dimensions.n } } }), /space\.op: got undefined/);
    await assert.rejects(make({ storage, objectives: [...objectives].reverse() }), /objectives/);
    await assert.rejects(make({ storage, constraints: [{ name: 'rom', upper: 3 }] }), /constraints/);
    await assert.rejects(make({ storage, seed: 8 }), /seed: got 8, wanted 7/);
    await make({ storage, seed: undefined });
  });

  it('names what is wrong with the options', async () => {
    await assert.rejects(make({ name: '' }), /name/);
    await assert.rejects(make({ space: { dimensions: { x: real(3, 1) } } }), /dimension 'x'.*low ≤ high/);
    await assert.rejects(make({ objectives: [] }), /objectives/);
    await assert.rejects(make({ objectives: [{ name: 'a', direction: 'up' as never }] }), /objective 'a', direction/);
    await assert.rejects(make({ constraints: [{ name: 'a' }] }), /constraint 'a'/);
    await assert.rejects(make({ optimizer: {} as never }), /optimizer/);
    await assert.rejects(make({ seed: NaN }), /seed/);
  });
});

describe('study: results', () => {
  it('front, best, reference and hypervolume, in the directions of the user', async () => {
    const study = await make({ constraints: [{ name: 'rom', upper: 700 }], objectives: [objectives[0], { name: 'rom', direction: 'minimize' }] });
    const told = [[0.9, 500], [0.8, 300], [0.95, 800], [0.7, 400], [0.85, 300]];
    for (const values of told) await study.tell(await study.ask(), values);
    assert.deepEqual(study.front().map((trial) => trial.number), [0, 4]);
    assert.equal(study.best()?.number, 0);
    assert.equal(study.best('rom')?.number, 1);
    assert.throws(() => study.best('x'), /accuracy, rom/);
    const reference = study.reference();
    assert.ok(Math.abs(reference[0] - (0.7 - 0.02)) < 1e-12 && Math.abs(reference[1] - 520) < 1e-9);
    const want = (count: number): number =>
      hypervolume(told.slice(0, count).filter((v) => v[1] <= 700).map(([a, r]) => [-a, r]), [-reference[0], reference[1]]);
    study.hypervolumeHistory().forEach((volume, i) => assert.ok(Math.abs(volume - want(i + 1)) < 1e-9));
    assert.ok(Math.abs(study.hypervolume() - study.hypervolumeHistory()[4]) < 1e-9);
    const free = createRng(4);
    const trials = Array.from({ length: 60 }, (_, number) => ({ number, state: 'complete' as const, params: {}, values: [free.next(), free.next(), free.next()], intermediate: [], attributes: {} }));
    const three = ['a', 'b', 'c'].map((name) => ({ name, direction: 'minimize' as const }));
    const history = hypervolumeHistory(three, trials, [1, 1, 1]);
    history.forEach((volume, i) => assert.ok(Math.abs(volume - hypervolume(trials.slice(0, i + 1).map((t) => t.values), [1, 1, 1])) < 1e-12));
  });

  it('the hypervolume as a share of the box between the best values and the references, where there are references', async () => {
    const told = [[0.9, 500], [0.8, 300], [0.7, 400]];
    const of = async (...references: (number | undefined)[]): Promise<Study<never>> => {
      const study = await make({ objectives: [{ ...objectives[0], reference: references[0] }, { name: 'rom', direction: 'minimize', reference: references[1] }] });
      for (const values of told) await study.tell(await study.ask(), values);
      return study as Study<never>;
    };
    const given = await of(0.5, 700);
    // In the unit square: (0, 0.5) and (0.25, 0), to (1, 1).
    assert.ok(Math.abs(given.normalizedHypervolume()! - (1 * 0.5 + 0.75 * 0.5)) < 1e-12);
    assert.match(inspect(given), /3 complete · front of 2 · normalised hypervolume 0\.875\n/);
    assert.equal((await of(0.95, 700)).normalizedHypervolume(), 0, 'no trial within the references');
    const without = await of(0.5, undefined);
    assert.equal(without.normalizedHypervolume(), undefined);
    assert.match(inspect(without), /3 complete · front of 2\n/);
    const single = await make({ objectives: [objectives[0]] });
    for (const [value] of told) await single.tell(await single.ask(), [value]);
    assert.match(inspect(single), /3 complete · best accuracy 0\.9\n/);
  });

  it('shows itself as a table, and as rows', async () => {
    const study = await make();
    assert.match(inspect(study), /Study 'test' \(accuracy ↑, rom ↓\) · no trials yet/);
    await study.run((trial) => score(trial.params), { trials: 3 });
    const trial = await study.ask();
    assert.match(inspect(study), /3 complete, 1 running[\s\S]*trial {2}state[\s\S]*accuracy/);
    assert.match(inspect(trial), /Trial 3: x 0\.\d+, n \d, op [ab]\n {2}known: rom \d00/);
    assert.ok(trial instanceof Trial);
    assert.deepEqual(Object.keys(study.toRows()[0]), ['trial', 'state', 'accuracy', 'rom', 'feasible', 'seconds', 'x', 'n', 'op']);
  });

  it('gives a DataFrame, where danfojs-node is installed', async function () {
    this.timeout(60_000);
    const study = await make();
    await study.run((trial) => score(trial.params), { trials: 3 });
    try {
      require.resolve('danfojs-node');
    } catch {
      skip(this, 'no danfojs-node');
    }
    const frame = study.toDataFrame();
    assert.deepEqual(frame.shape, [3, 9]);
    assert.deepEqual(frame.columns.slice(0, 5), ['trial', 'state', 'accuracy', 'rom', 'feasible']);
    assert.deepEqual(frame.column('rom').values, study.trials.map((trial) => trial.values![1]));
  });

  it('keeps why a point was suggested', async () => {
    const study = await make();
    const trial = await study.ask();
    assert.deepEqual(trial.explanation, { done: 0 });
    assert.deepEqual(study.trials[0].system?.['paretino:explanation'], { done: 0 });
  });
});
