import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRng } from '../../src/base';
import { sobolIndices } from '../../src/math';
import { bayesian, explain, nsga2, parameterImportance, priorOver, withEarlierTrials } from '../../src/optimize';
import { posteriorContour, posteriorSlice, surrogateCalibration } from '../../src/plot';
import { categorical, defineSpace, integer, real } from '../../src/space';
import { createStudy, type Objective, type StudyOptions, type TrialRecord } from '../../src/study';
import { needShared } from '../support/shared';

const space = defineSpace({ x: real(0, 1), rate: real(1e-4, 1, { log: true }), n: integer(1, 9), op: categorical(['a', 'b', 'c']) });
const loss = (p: any): number => (p.x - 0.7) ** 2 + (Math.log10(p.rate) + 2) ** 2 / 20 + (p.op === 'b' ? 0 : 0.2);
const objectives: Objective[] = [{ name: 'loss', direction: 'minimize' }];
const play = async (optimizer: StudyOptions<any>['optimizer'], trials: number, more: Partial<StudyOptions<any>> = {}) => {
  const study = await createStudy<any>({ name: 's', space, objectives, optimizer, seed: 1, ...more });
  await study.run(({ params }) => loss(params), { trials });
  return study;
};

describe('priors over the optimum', () => {
  const believed = { x: { best: 0.7, spread: 0.05 }, rate: { best: 1e-2 }, n: { best: 3 }, op: { b: 4, a: 1 } };

  it('have the slope of finite differences, and are never 0', () => {
    const prior = priorOver(space, believed);
    const rng = createRng(1);
    for (let i = 0; i < 30; i++) {
      const u = Float64Array.from({ length: 4 }, () => rng.next());
      const gradient = new Float64Array(4);
      assert.ok(Number.isFinite(prior.logDensity(u, gradient, 2)));
      for (let k = 0; k < 3; k++) {
        const at = (h: number): number => prior.logDensity(u.map((v, j) => (j === k ? v + h : v)));
        assert.ok(Math.abs(gradient[k] - (at(1e-6) - at(-1e-6)) / 1e-6) < 1e-4);
      }
      assert.equal(gradient[3], 0);
    }
  });

  it('lead the first trials, a wrong one fades', async () => {
    const first = (study: { trials: readonly TrialRecord[] }): number => study.trials.slice(0, 6).reduce((sum, t) => sum + t.values![0] / 6, 0);
    const [plain, right, wrong] = await Promise.all([
      play(bayesian({ firstPoints: 6 }), 6),
      play(bayesian({ firstPoints: 6, prior: priorOver(space, believed) }), 6),
      play(bayesian({ firstPoints: 6, prior: priorOver(space, { x: { best: 0, spread: 0.05 }, op: { c: 1 } }) }), 26),
    ]);
    assert.ok(first(right) < 0.75 * first(plain), `${first(right)} ${first(plain)}`);
    const place = (study: { trials: readonly TrialRecord[] }): number => study.trials.slice(0, 6).reduce((sum, t) => sum + (t.params.x as number) / 6, 0);
    assert.ok(place(wrong) < place(plain), `${place(wrong)} ${place(plain)}`);
    assert.ok(wrong.best()!.values![0] < 0.1, `${wrong.best()!.values![0]}`);
  });

  it('name what is wrong with a belief', () => {
    assert.throws(() => priorOver(space, { y: { best: 1 } }), /beliefs\.y/);
    assert.throws(() => priorOver(space, { x: { best: 2 } }), /beliefs\.x\.best: got 2/);
    assert.throws(() => priorOver(space, { x: { best: 0.5, spread: 0 } }), /spread: got 0/);
    assert.throws(() => priorOver(space, { op: { z: 1 } }), /one of the choices a, b, c/);
    assert.throws(() => priorOver(space, { op: { a: 0 } }), /a weight > 0/);
  });
});

describe('warm start', () => {
  it('needs no first design where an earlier study has learnt, and goes on the same when resumed', async () => {
    const earlier = await play(bayesian({ firstPoints: 8 }), 20);
    const warm = () => withEarlierTrials(bayesian({ firstPoints: 8 }), earlier.trials);
    const study = await play(warm(), 4);
    assert.ok(study.best()!.values![0] < earlier.best()!.values![0] + 0.01);
    assert.ok(study.trials.every((trial) => (trial.system as any)['paretino:explanation'].stage === 'model'));
    const twice = await play(warm(), 2);
    await twice.run(({ params }: any) => loss(params), { trials: 2 });
    assert.deepEqual(twice.trials.map((t) => t.params), study.trials.map((t) => t.params));
  });

  it('leaves out what does not fit, and fills in what is new', async () => {
    const earlier = await play(bayesian({ firstPoints: 12 }), 12);
    const narrow = defineSpace({ x: real(0, 0.5), rate: real(1e-4, 1, { log: true }), n: integer(1, 9), op: categorical(['a', 'b', 'c']), bits: integer(1, 8) });
    let seen = 0;
    const watching = { name: 'watch', suggest: async (context: any, n: number) => ((seen = context.history.length), nsga2().suggest(context, n)) };
    await play(withEarlierTrials(watching, earlier.trials, { defaults: { bits: 8 } }), 1, { space: narrow });
    assert.equal(seen, earlier.trials.filter((trial) => (trial.params.x as number) <= 0.5).length);
    await play(withEarlierTrials(watching, earlier.trials), 1, { space: narrow });
    assert.equal(seen, 0);
  });
});

describe('sensitivity', () => {
  it('of the Ishigami function has the analytic indices', function () {
    const { ishigami } = JSON.parse(readFileSync(needShared(this, 'oracle', 'misc.json'), 'utf8')).sensitivity;
    const { a, b, first_order: first, total, variance } = ishigami;
    const f = (u: Float64Array): number => {
      const [x, y, z] = Array.from(u, (v) => Math.PI * (2 * v - 1));
      return Math.sin(x) + a * Math.sin(y) ** 2 + b * z ** 4 * Math.sin(x);
    };
    const got = sobolIndices(f, 3, createRng(1), 8192);
    assert.ok(Math.abs(got.variance / variance - 1) < 0.01);
    // An estimate by sampling: as near as so many points come.
    first.forEach((want: number, k: number) => assert.ok(Math.abs(got.first[k] - want) < 0.01, `${k}: ${got.first[k]} ${want}`));
    total.forEach((want: number, k: number) => assert.ok(Math.abs(got.total[k] - want) < 0.01, `${k}: ${got.total[k]} ${want}`));
    assert.deepEqual(sobolIndices(() => 3, 2, createRng(1)).total, [0, 0]);
  });

  it('parameter importance finds what matters, over the space and among the best', () => {
    const rng = createRng(3);
    const history = Array.from({ length: 60 }, (_, number): TrialRecord => {
      const params = { x: rng.next(), rate: 10 ** (-4 * rng.next()), n: rng.integer(1, 9), op: rng.choice(['a', 'b', 'c']) };
      return { number, state: 'complete', params, values: [4 * (params.x - 0.5) + (params.op === 'b' ? 0 : 0.4)], intermediate: [], attributes: {} };
    });
    for (const by of ['surrogate', 'best'] as const) {
      const found = parameterImportance({ space, objectives, history }, { by });
      assert.equal(found[0].parameter, 'x', by);
      assert.ok(Math.abs(found.reduce((sum, one) => sum + one.share, 0) - 1) < 1e-9);
      const of = (name: string): number => found.find((one) => one.parameter === name)!.share;
      if (by === 'surrogate') assert.ok(of('op') > of('n') && of('op') > of('rate') && of('x') > 0.8);
    }
    assert.throws(() => parameterImportance({ space, objectives, history }, { objective: 'rom' }), /objective: got .rom/);
    assert.throws(() => parameterImportance({ space, objectives, history: [] }), /three complete trials/);
  });
});

describe('explanations of a study as data', () => {
  const two: Objective[] = [
    { name: 'score', direction: 'maximize' },
    { name: 'size', direction: 'minimize', known: (p) => p.n * 10 },
  ];

  it('slices and surfaces agree with the data, in the users units, and can be drawn', async () => {
    const study = await createStudy<any>({ name: 's', space, objectives: two, optimizer: bayesian({ firstPoints: 8 }), constraints: [{ name: 'size', upper: 60 }] });
    await study.run(({ params }) => 5 - loss(params), { trials: 24 });
    const seen = explain(study.context());
    const trial = study.trials[4];
    const { mean, deviation } = seen.predict('score', trial.params);
    assert.ok(Math.abs(mean - trial.values![0]) < 4 * deviation + 0.02);
    assert.deepEqual(seen.predict('size', trial.params), { mean: trial.values![1], deviation: 0 });
    const slice = seen.slice('score', 'rate', { at: trial.params, points: 11 });
    assert.equal(slice.x.length, 11);
    assert.ok(Math.abs(slice.x[5] - 1e-2) < 1e-12 && slice.observed.length === 24);
    const there = seen.predict('score', { ...trial.params, rate: slice.x[5] });
    assert.ok(Math.abs(slice.mean[5] - there.mean) < 1e-9 && Math.abs(slice.deviation[5] - there.deviation) < 1e-9);
    const levels = seen.slice('score', 'n');
    assert.deepEqual(levels.x, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    // Above 60 the known constraint says no.
    levels.acquisition.forEach((value, i) => assert.ok(levels.x[i] <= 6 || value === -Infinity));
    assert.ok(levels.acquisition.some(Number.isFinite));
    assert.ok(levels.mean.every(Number.isFinite));
    const surface = seen.surface('mean', 'score', 'x', 'rate', { at: trial.params, points: 5 });
    assert.ok(Math.abs(surface.z[2][1] - seen.predict('score', { ...trial.params, x: 0.25, rate: 1e-2 }).mean) < 1e-9);
    posteriorSlice(slice, { log: true });
    posteriorContour(surface);
    assert.throws(() => seen.slice('score', 'op'), /numeric or ordered parameter: x, rate, n/);
    assert.throws(() => seen.slice('loss', 'x'), /score, size/);
  });

  it('name what is wrong with a question', async () => {
    const study = await createStudy({ name: 'asked', space, objectives, optimizer: bayesian(), seed: 1 });
    assert.throws(() => explain(study as never), /context: got 'object', wanted what study.context\(\) gives/);
    assert.throws(() => parameterImportance(study as never), /context: got 'object', wanted what study.context\(\) gives/);
    for (const options of [{ firstPoints: -1 }, { priorTrials: NaN }, { models: { kernels: [] } }, { search: { starts: 0 } }]) {
      assert.throws(() => bayesian(options), /(firstPoints|priorTrials|models.kernels|search.starts): got/);
    }
  });

  it('calibration predicts each trial from the others', async () => {
    const study = await play(bayesian({ firstPoints: 20 }), 24);
    const calibration = explain(study.context()).calibration('loss');
    assert.equal(calibration.mean.length, 24);
    assert.ok(calibration.within > 0.7 && Number.isFinite(calibration.logScore));
    const errors = calibration.mean.map((m, i) => Math.abs(m - calibration.observed[i]));
    assert.ok(errors.every((e) => e > 0) && errors.reduce((a, b) => a + b, 0) / 24 < 0.15);
    surrogateCalibration(calibration);
    const known = await createStudy<any>({ name: 'k', space, objectives: two, optimizer: bayesian() });
    await known.run(() => 1, { trials: 3 });
    assert.throws(() => explain(known.context()).calibration('size'), /modelled, not known/);
  });

  it('suggestions say what share of the hypervolume they promise, less and less', async () => {
    const study = await createStudy<any>({ name: 's', space, objectives: [{ ...two[0], reference: 3 }, two[1]], optimizer: bayesian({ firstPoints: 6 }) });
    await study.run(({ params }) => 5 - loss(params), { trials: 20 });
    const shares = study.trials.map((trial) => (trial.system as any)['paretino:explanation'].improvement as number | undefined);
    assert.ok(shares.slice(0, 6).every((one) => one === undefined));
    assert.ok(shares.slice(6).every((one) => one! >= 0 && one! < 10));
    assert.ok(shares[19]! < shares[6]!, shares.join());
  });
});

describe('noise', () => {
  it('that is given is kept by the surrogate, in the units of the objective', async () => {
    const rng = createRng(2);
    const noisy = (params: any): number => 100 * loss(params) + 3 * rng.normal();
    const study = await createStudy<any>({ name: 's', space, objectives, optimizer: bayesian({ firstPoints: 30 }) });
    await study.run(({ params }) => noisy(params), { trials: 30 });
    const near = (noise: (number | undefined)[]): number => {
      const { mean, observed } = explain(study.context(), { models: { noise } }).calibration('loss');
      return mean.reduce((sum, m, i) => sum + (m - observed[i]) ** 2 / 30, 0);
    };
    const seen = (noise: number): number => {
      const at = explain(study.context(), { models: { noise: [noise] } });
      return study.trials.reduce((sum, trial) => sum + Math.abs(at.predict('loss', trial.params).mean - trial.values![0]) / 30, 0);
    };
    assert.ok(seen(0) < 0.05, `${seen(0)}`);
    assert.ok(seen(3) > 0.5, `${seen(3)}`);
    assert.ok(near([3]) < near([0]) * 1.5);
    assert.throws(() => explain(study.context(), { models: { noise: [-1] } }), /noise: got -1/);
  });
});
