import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CancelledError, createRng } from '../../src/base';
import * as optimize from '../../src/optimize';
import { categorical, checkParams, defineSpace, fixed, integer, ordinal, real, sample, when } from '../../src/space';
import { createStudy, memoryStorage, type Optimizer, type Study, type StudyOptions, type TrialRecord } from '../../src/study';

/** Every solver, at settings that keep its own phases short. */
const makers: Record<string, () => Optimizer> = {
  bayesian: () => optimize.bayesian({ firstPoints: 5 }),
  parego: () => optimize.parego({ firstPoints: 5 }),
  randomSearch: () => optimize.randomSearch(),
  sobolSearch: () => optimize.sobolSearch(),
  latinHypercubeSearch: () => optimize.latinHypercubeSearch({ points: 8 }),
  nsga2: () => optimize.nsga2({ population: 4 }),
  nsga3: () => optimize.nsga3({ population: 4 }),
  moead: () => optimize.moead({ population: 4 }),
  smsEmoa: () => optimize.smsEmoa({ population: 4 }),
  ageingEvolution: () => optimize.ageingEvolution({ population: 4, sample: 2 }),
  thompson: () => optimize.thompson({ firstPoints: 5, candidates: 64 }),
  turbo: () => optimize.turbo({ firstPoints: 5, candidates: 64 }),
  morbo: () => optimize.morbo({ regions: 2, firstPoints: 5, candidates: 32 }),
  arsMobopt: () => optimize.arsMobopt({ firstPoints: 5, policies: 2, search: { iterations: 2, directions: 3 } }),
  motpe: () => optimize.motpe({ firstPoints: 4 }),
};

const mixed = defineSpace(
  {
    x: real(-1, 3),
    rate: real(1e-4, 1, { log: true }),
    n: integer(1, 12),
    bits: ordinal([8, 16, 32]),
    op: categorical(['conv', 'dense', 'pool']),
    kernel: when((p) => p.op === 'conv', ordinal([3, 5, 7])),
    board: fixed('pico'),
  },
  { allowed: (p) => p.n * p.bits <= 256 },
);

const two: StudyOptions<any>['objectives'] = [
  { name: 'loss', direction: 'minimize' },
  { name: 'score', direction: 'maximize' },
];

const values = (p: any): number[] => [(p.x - 1) ** 2 + Math.log10(p.rate) ** 2 / 9 + p.n / 20, p.x - p.bits / 32 + (p.op === 'conv' ? p.kernel / 7 : 0)];

/** As many trials as reach past each solver's first phase; fewer where a step takes long. */
const trialsFor = (name: string, count: number): number => (['bayesian', 'parego'].includes(name) ? Math.min(count, 12) : count);

/** Those that fit surrogates, which takes long. */
const modelling = ['bayesian', 'parego', 'thompson', 'turbo', 'morbo', 'arsMobopt'];

describe('contract: every optimiser', () => {
  it('is tested here', () => {
    const files = readdirSync(join(__dirname, '..', '..', 'src', 'optimize', 'solvers')).filter((file) => file.endsWith('.ts'));
    const names = files.map((file) => file.replace('.ts', '').replace(/-(\w)/g, (_, c: string) => c.toUpperCase()));
    const known = names.map((name) => (name === 'random' ? 'randomSearch' : name));
    for (const name of known) if (typeof (optimize as any)[name] === 'function') assert.ok(name in makers, name);
    for (const name of Object.keys(makers)) assert.equal(typeof (optimize as any)[name], 'function');
    assert.ok(known.length >= Object.keys(makers).length);
  });

  for (const [name, make] of Object.entries(makers)) {
    describe(name, function () {
      this.timeout(120_000);
      const study = (more: Partial<StudyOptions<any>> = {}): Promise<Study<any>> =>
        createStudy<any>({ name: 's', space: mixed, objectives: two, optimizer: make(), seed: 1, ...more });
      const play = async (one: Study<any>, total: number, evaluate: (p: any) => any = values): Promise<unknown[]> => {
        await one.run((trial) => evaluate(trial.params), { total, onFailure: 'continue' });
        return one.trials.filter((trial) => !trial.attributes.interrupted).map((trial) => [trial.params, trial.values, trial.state]);
      };

      it('keeps bounds and the constraints between parameters', async () => {
        const one = await study();
        await play(one, trialsFor(name, 30));
        for (const trial of one.trials) checkParams(mixed, trial.params);
      });

      it('gives the same for the same seed, another for another', async () => {
        const total = trialsFor(name, 16);
        const first = await play(await study(), total);
        assert.deepEqual(await play(await study(), total), first);
        assert.notDeepEqual(await play(await study({ seed: 2 }), total), first);
      });

      it('resumes as if it had not stopped', async () => {
        const total = trialsFor(name, 18);
        const whole = await play(await study(), total);
        for (const cut of [1, 5, total - 3]) {
          const storage = memoryStorage();
          await play(await study({ storage }), cut);
          await (await study({ storage })).ask();
          assert.deepEqual(await play(await study({ storage, recover: 'all' }), total), whole, `cut at ${cut}`);
        }
      });

      it('never tries what is known to be infeasible', async () => {
        const one = await study({ constraints: [{ name: 'rom', upper: 64, known: (p) => p.n * p.bits }] });
        await play(one, trialsFor(name, 24));
        for (const trial of one.trials) assert.ok((trial.params.n as number) * (trial.params.bits as number) <= 64);
      });

      it('works through a finite space without repeating a point', async () => {
        const small = defineSpace({ a: integer(1, 5), b: categorical(['u', 'v']) });
        const one = await study({ space: small });
        await one.run((trial: any) => [trial.params.a, trial.params.a * (trial.params.b === 'u' ? 1 : 2)], { trials: 30 });
        assert.equal(one.trials.filter((trial) => trial.state === 'complete').length, 10);
        assert.equal(new Set(one.trials.map((trial) => JSON.stringify(trial.params))).size, 10);
      });

      const odd: [string, (p: any) => any, Partial<StudyOptions<any>>][] = [
        ['a flat objective', () => [1, 1], {}],
        ['NaN and failures', (p) => (p.n % 3 === 0 ? NaN : values(p)), {}],
        ['nothing but failures', () => NaN, {}],
        ['nothing feasible', (p) => ({ loss: values(p)[0], score: values(p)[1], ram: 10 + p.x }), { constraints: [{ name: 'ram', upper: 1 }] }],
        ['some feasible', (p) => ({ loss: values(p)[0], score: values(p)[1], ram: p.x }), { constraints: [{ name: 'ram', upper: 0 }] }],
        ['huge objectives', (p) => values(p).map((v) => v * 1e9), {}],
        ['tiny objectives', (p) => values(p).map((v) => v * 1e-9), {}],
        ['one objective', (p) => values(p)[0], { objectives: [two[0]] }],
        ['four objectives', (p) => [...values(p), p.n, -p.x], { objectives: ['a', 'b', 'c', 'd'].map((one) => ({ name: one, direction: 'minimize' as const })) }],
        ['a known objective', (p) => values(p)[0], { objectives: [two[0], { name: 'rom', direction: 'minimize', known: (p: any) => p.n * p.bits }] }],
        ['a space of constants', (p) => [p.x, p.x], { space: defineSpace({ x: real(1, 1), y: real(0, 1) }) }],
        ['40 dimensions', (p) => [p.x0 + p.x1, p.x2], { space: defineSpace(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`x${i}`, real(0, 1)]))) }],
      ];
      for (const [what, evaluate, more] of odd) {
        it(`copes with ${what}`, async () => {
          const one = await study(more);
          const count = name === 'bayesian' ? 10 : 14;
          await play(one, count, evaluate);
          assert.equal(one.trials.length, count);
        });
      }

      it('copes with one trial, with duplicates, and with running trials alone', async () => {
        const one = await study();
        const ask = async (history: TrialRecord[], pending: TrialRecord[] = []): Promise<void> => {
          const [{ params }] = await make().suggest({ ...one.context(), history, pending }, 1);
          checkParams(mixed, params);
        };
        const record = (number: number): TrialRecord => {
          const params = { x: 0.5, rate: 0.01, n: 3, bits: 8, op: number % 4 === 3 ? 'dense' : 'pool', board: 'pico' };
          return { number, state: 'complete', params, values: values(params), violations: [], intermediate: [], attributes: {} };
        };
        await ask([record(0)]);
        await ask(Array.from({ length: 14 }, (_, i) => record(i)));
        await ask([], [{ ...record(0), state: 'running', values: undefined }]);
      });

      if (modelling.includes(name)) {
        it('gives way to others while it fits, and stops there when cancelled', async () => {
          const rng = createRng(3);
          const history = Array.from({ length: 100 }, (_, number): TrialRecord => {
            const params = sample(mixed, rng);
            // Better and better, or a trust region would end and begin anew.
            const [loss, score] = values(params);
            return { number, state: 'complete', params, values: [loss - number, score + number], violations: [], intermediate: [], attributes: {} };
          });
          const stop = new AbortController();
          setImmediate(() => stop.abort());
          const step = make().suggest({ ...(await study()).context(), history, signal: stop.signal }, 1);
          await assert.rejects(step, (error: Error) => error instanceof CancelledError && error.message === 'the fit was cancelled');
        });
      }

      it('asks for several at once, and while others run', async () => {
        const one = await study();
        const trials = [];
        for (let i = 0; i < 6; i++) trials.push(await one.ask());
        assert.equal(new Set(trials.map((trial) => JSON.stringify(trial.params))).size, 6);
        for (const trial of [...trials].reverse()) await one.tell(trial, values(trial.params));
        const more = await Promise.all([one.ask(), one.ask(), one.ask()]);
        assert.equal(new Set(more.map((trial) => JSON.stringify(trial.params))).size, 3);
        for (const trial of more) await one.tell(trial, values(trial.params));
        const batch = await make().suggest(one.context(), 3);
        assert.equal(new Set(batch.map((suggestion) => JSON.stringify(suggestion.params))).size, 3);
        for (const { params } of batch) checkParams(mixed, params);
      });
    });
  }
});
