import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as optimize from '../../src/optimize';
import { constrainedFronts } from '../../src/optimize/solvers/evolution/selection';
import { dominates } from '../../src/moo';
import { categorical, checkParams, contains, decode, defineSpace, encode, integer, ordinal, real, sample, when, type Dimension } from '../../src/space';
import { createStudy, memoryStorage, SpaceExhaustedError, type Optimizer, type Study } from '../../src/study';
import { createRng } from '../../src/base';

const dimension: fc.Arbitrary<Dimension> = fc.oneof(
  fc.tuple(fc.double({ min: -100, max: 100, noNaN: true }), fc.double({ min: 0, max: 50, noNaN: true })).map(([low, width]) => real(low, low + width)),
  fc.tuple(fc.integer({ min: -6, max: -1 }), fc.integer({ min: 0, max: 4 })).map(([low, decades]) => real(10 ** low, 10 ** (low + decades), { log: true })),
  fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 40 }), fc.boolean()).map(([low, width, log]) => integer(low, low + width, { log })),
  fc.integer({ min: 1, max: 5 }).map((n) => ordinal([1, 2, 4, 8, 16].slice(0, n))),
  fc.integer({ min: 1, max: 4 }).map((n) => categorical(['a', 'b', 'c', 'd'].slice(0, n))),
);

/** One to five dimensions, some of them conditional on the first, and perhaps a constraint that a half of the cube keeps. */
const randomSpace = fc
  .tuple(fc.array(fc.tuple(dimension, fc.boolean()), { minLength: 1, maxLength: 5 }), fc.boolean(), fc.integer())
  .map(([list, constrained, seed]) => {
    const dimensions = Object.fromEntries([
      ['switch', categorical(['on', 'off'])],
      ...list.map(([one, conditional], i): [string, Dimension] => [`p${i}`, conditional ? (when((p) => p.switch === 'on', one) as unknown as Dimension) : one]),
    ]);
    const free = defineSpace(dimensions);
    // The middle keeps it, whatever the dimensions: some of them have one value only.
    const slope = (u: number[]): number => u.reduce((sum, v, k) => sum + (k % 2 ? v : -v), 0);
    const middle = slope(encode(free, decode(free, new Array<number>(list.length + 1).fill(0.5))));
    const allowed = (params: any): boolean => slope(encode(free, params)) > middle - 0.2;
    return { space: constrained ? defineSpace(dimensions, { allowed: allowed as never }) : free, seed };
  });

/** Solvers of every family, at settings that make a step cheap. */
const makers: (() => Optimizer)[] = [
  () => optimize.bayesian({ firstPoints: 3, search: { samples: 24, starts: 2 } }),
  () => optimize.thompson({ firstPoints: 3, candidates: 24 }),
  () => optimize.turbo({ firstPoints: 3, candidates: 24 }),
  () => optimize.morbo({ regions: 2, firstPoints: 3, candidates: 16 }),
  () => optimize.arsMobopt({ firstPoints: 3, policies: 2, horizon: 2, search: { iterations: 1, directions: 2 } }),
  () => optimize.nsga2({ population: 4 }),
  () => optimize.motpe({ firstPoints: 3 }),
  () => optimize.moead({ population: 4 }),
];

const values = (params: object): number[] => {
  const sum = Object.values(params).reduce((s: number, v) => s + (typeof v === 'number' ? Math.atan(v) : String(v).length), 0);
  return [sum, (sum - 1) ** 2];
};

async function play(study: Study<any>, total: number): Promise<unknown[]> {
  await study.run(({ params }) => values(params), { total });
  return study.trials.filter((trial) => trial.attributes.interrupted !== true).map((trial) => [trial.params, trial.values]);
}

describe('on random spaces', function () {
  this.timeout(120_000);

  it('encoding and decoding any point gives it back', () => {
    fc.assert(
      fc.property(randomSpace, ({ space, seed }) => {
        const rng = createRng(seed);
        for (let i = 0; i < 10; i++) {
          const params = sample(space, rng);
          assert.deepEqual(decode(space, encode(space, params)), params);
          assert.ok(contains(space, params));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('every suggestion is an allowed point, whatever the solver', async () => {
    let turn = 0;
    await fc.assert(
      fc.asyncProperty(randomSpace, async ({ space, seed }) => {
        const optimizer = makers[turn++ % makers.length]();
        const study = await createStudy<any>({ name: 's', space, seed, optimizer, objectives: ['f', 'g'].map((name) => ({ name, direction: 'minimize' as const })) });
        await play(study, 7);
        for (const trial of study.trials) checkParams(space, trial.params);
      }),
      { numRuns: 6 * makers.length },
    );
  });

  it('a study interrupted at any trial and resumed is the uninterrupted one, for the same seed', async () => {
    let turn = 0;
    await fc.assert(
      fc.asyncProperty(randomSpace, fc.integer({ min: 0, max: 6 }), async ({ space, seed }, cut) => {
        const make = makers[turn++ % makers.length];
        const open = (storage = memoryStorage()): Promise<Study<any>> =>
          createStudy<any>({ name: 's', space, seed, optimizer: make(), storage, recover: 'all', objectives: ['f', 'g'].map((name) => ({ name, direction: 'minimize' as const })) });
        const whole = await play(await open(), 7);
        const storage = memoryStorage();
        const first = await open(storage);
        await play(first, cut);
        // Killed in the middle of a trial.
        await first.ask().catch((error: unknown) => assert.ok(error instanceof SpaceExhaustedError));
        assert.deepEqual(await play(await open(storage), 7), whole);
      }),
      { numRuns: 3 * makers.length },
    );
  });

  it("NSGA-II's fronts are those of brute force under constraint domination", () => {
    const individual = fc.record({
      f: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 2, maxLength: 2 }),
      violation: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 3 })),
      x: fc.constant([]),
    });
    fc.assert(
      fc.property(fc.array(individual, { minLength: 1, maxLength: 20 }), (pool) => {
        const beats = (a: (typeof pool)[0], b: (typeof pool)[0]): boolean =>
          a.violation < b.violation || (a.violation === 0 && b.violation === 0 && dominates(a.f, b.f));
        let left = pool.map((_, i) => i);
        for (const front of constrainedFronts(pool)) {
          const want = left.filter((i) => !left.some((k) => beats(pool[k], pool[i])));
          assert.deepEqual([...front].sort((a, b) => a - b), want);
          left = left.filter((i) => !want.includes(i));
        }
        assert.equal(left.length, 0);
      }),
      { numRuns: 200 },
    );
  });
});
