import assert from 'node:assert/strict';
import { CancelledError, createRng } from '../../src/base';
import { hypervolume } from '../../src/moo';
import { acquisitions, bayesian } from '../../src/optimize';
import * as problems from '../../src/problems';
import { categorical, checkParams, defineSpace, integer, key, ordinal, real, when, type SearchSpace } from '../../src/space';
import { SpaceExhaustedError, violation, type Constraint, type Objective, type Optimizer, type TrialRecord } from '../../src/study';

interface Play {
  space: SearchSpace;
  objectives: Objective[];
  constraints?: Constraint[];
  /** Values in the users' directions and constraint values, or a failure. */
  evaluate: (params: any) => { values: number[]; constraints?: number[] } | 'failed';
  trials: number;
  seed?: number;
  optimizer?: Optimizer;
  history?: TrialRecord[];
}

async function play(options: Play): Promise<TrialRecord[]> {
  const { space, objectives, constraints = [], evaluate, trials, seed = 1, optimizer = bayesian() } = options;
  const history = [...(options.history ?? [])];
  while (history.length < trials) {
    const number = history.length;
    const rng = createRng(seed).fork(number);
    const [{ params }] = await optimizer.suggest({ space, objectives, constraints, history, pending: [], rng }, 1);
    checkParams(space, params);
    const result = evaluate(params);
    const common = { number, params, intermediate: [], attributes: {} };
    if (result === 'failed') history.push({ ...common, state: 'failed' });
    else {
      const violations = constraints.map((c, i) => violation(c, (result.constraints ?? [])[i]));
      history.push({ ...common, state: 'complete', values: result.values, violations });
    }
  }
  return history;
}

const square = defineSpace({ x: real(0, 1), y: real(0, 1) });
const two: Objective[] = [
  { name: 'a', direction: 'minimize', reference: 2 },
  { name: 'b', direction: 'minimize', reference: 2 },
];
const bowl = ({ x, y }: any): number[] => [x * x + y * y, (x - 1) ** 2 + (y - 0.5) ** 2];
const valuesOf = (history: readonly TrialRecord[]): number[][] => history.flatMap((t) => (t.values ? [[...t.values]] : []));

const tinyMix = {
  space: defineSpace(problems.tinyMixDimensions),
  objectives: problems.tinyMixObjectives as unknown as Objective[],
  constraints: problems.tinyMixConstraints as unknown as Constraint[],
};

describe('bayesian solver', function () {
  this.timeout(60_000);

  it('finds far more hypervolume than the same number of random points', async () => {
    const history = await play({ space: square, objectives: two, evaluate: (p) => ({ values: bowl(p) }), trials: 25 });
    const rng = createRng(1);
    const random = Array.from({ length: 25 }, () => bowl({ x: rng.next(), y: rng.next() }));
    const best = hypervolume(Array.from({ length: 400 }, (_, i) => bowl({ x: i / 399, y: i / 798 })), [2, 2]);
    const loss = best - hypervolume(valuesOf(history), [2, 2]);
    assert.ok(loss < 0.25 * (best - hypervolume(random, [2, 2])), `${loss}`);
  });

  it('uses known objectives and constraints exactly: no infeasible trial, TinyMix beyond 3.0 in 30 trials', async () => {
    const { space, objectives, constraints } = tinyMix;
    const evaluate = (params: any) => ({
      values: objectives.map((o) => (o.known ? o.known(params) : problems.tinyMixError(params))),
      constraints: constraints.map((c) => (c.known as (p: any) => number)(params)),
    });
    const history = await play({ space, objectives, constraints, evaluate, trials: 30 });
    for (const trial of history) assert.ok((trial.violations ?? []).every((v) => v <= 0));
    assert.ok(hypervolume(valuesOf(history), [0.6, 1.9, 1.5]) > 3);
    assert.equal(new Set(history.map((t) => key(t.params))).size, 30);
  });

  it('says what it knew and predicted', async () => {
    const objectives: Objective[] = [two[0], { ...two[1], known: (p) => p.x }];
    const history = await play({ space: square, objectives, evaluate: (p) => ({ values: [bowl(p)[0], p.x] }), trials: 9 });
    const context = { space: square, objectives, constraints: [], history, pending: [], rng: createRng(1) };
    const [{ params, explanation }] = await bayesian().suggest(context, 1);
    const { predictions, value, stage } = explanation as any;
    assert.equal(stage, 'model');
    assert.ok(Number.isFinite(value));
    assert.equal(predictions[1].known, params.x);
    const [truth] = bowl(params);
    assert.ok(Math.abs(predictions[0].mean - truth) < 4 * predictions[0].deviation + 0.05);
    // The same, maximised: what is said is in the user's direction.
    const upwards = objectives.map(({ name, reference = NaN, known }): Objective => ({
      name,
      direction: 'maximize',
      reference: -reference,
      ...(known ? { known: (p) => -known(p) } : {}),
    }));
    const turned = history.map((trial) => ({ ...trial, values: trial.values!.map((value) => -value) }));
    const [other] = await bayesian().suggest({ ...context, objectives: upwards, history: turned, rng: createRng(1) }, 1);
    const mirrored = (other.explanation as any).predictions;
    assert.deepEqual(other.params, params);
    assert.deepEqual([mirrored[0].mean, mirrored[0].deviation, mirrored[1].known], [-predictions[0].mean, predictions[0].deviation, -params.x]);
  });

  it('asks slow known functions about few points', async () => {
    let calls = 0;
    const known = (p: any): number => {
      calls++;
      return -p.x - 0.1 * p.y;
    };
    const objectives: Objective[] = [two[0], { name: 'b', direction: 'minimize', known }];
    const history = await play({ space: square, objectives, evaluate: (p) => ({ values: [bowl(p)[0], known(p)] }), trials: 12 });
    calls = 0;
    await bayesian({ search: { maxKnownCalls: 500 } }).suggest(
      { space: square, objectives, constraints: [], history, pending: [], rng: createRng(1) },
      1,
    );
    assert.ok(calls <= 1600, `${calls}`);
  });

  it('learns uncertain constraints, from no feasible point at all', async () => {
    const constraints: Constraint[] = [{ name: 'ring', upper: 0.04 }];
    const evaluate = (p: any) => ({ values: bowl(p), constraints: [(p.x - 0.83) ** 2 + (p.y - 0.21) ** 2] });
    const history = await play({ space: square, objectives: two, constraints, evaluate, trials: 24, seed: 3 });
    const feasible = history.filter((t) => (t.violations as number[])[0] <= 0).length;
    assert.ok(feasible >= 10, `${feasible}`);
  });

  it('spreads a batch and keeps away from running trials', async () => {
    const history = await play({ space: square, objectives: two, evaluate: (p) => ({ values: bowl(p) }), trials: 12 });
    const context = { space: square, objectives: two, constraints: [], history, pending: [], rng: createRng(1) };
    const batch = await bayesian().suggest(context, 4);
    const apart = (a: any, b: any): number => Math.hypot(a.x - b.x, a.y - b.y);
    for (let i = 0; i < 4; i++) for (let j = 0; j < i; j++) assert.ok(apart(batch[i].params, batch[j].params) > 1e-3);
    const running: TrialRecord = { number: 12, state: 'running', params: batch[0].params, intermediate: [], attributes: {} };
    const [next] = await bayesian().suggest({ ...context, pending: [running] }, 1);
    assert.ok(apart(next.params, batch[0].params) > 1e-3);
  });

  it('gives the event loop a turn in a long step, and stops when it is told to', async () => {
    const rng = createRng(1);
    const evaluate = (p: any): number[] => [...bowl(p), p.x + p.y, p.x - p.y];
    const objectives = ['a', 'b', 'c', 'd'].map((name): Objective => ({ name, direction: 'minimize', reference: 3 }));
    const history = Array.from({ length: 150 }, (_, number): TrialRecord => {
      const params = { x: rng.next(), y: rng.next() };
      return { number, state: 'complete', params, values: evaluate(params), intermediate: [], attributes: {} };
    });
    const stop = new AbortController();
    let turns = 0;
    const turn = (): void => {
      if (++turns === 5) stop.abort();
      else setImmediate(turn);
    };
    setImmediate(turn);
    const context = { space: square, objectives, constraints: [], history, pending: [], rng, signal: stop.signal };
    await assert.rejects(bayesian().suggest(context, 1), CancelledError);
    assert.equal(turns, 5);
  });

  it('is a function of the context: a fresh solver continues as the old one would', async () => {
    const evaluate = (p: any) => ({ values: bowl(p) });
    const whole = await play({ space: square, objectives: two, evaluate, trials: 16 });
    const resumed = await play({ space: square, objectives: two, evaluate, trials: 16, history: whole.slice(0, 11) });
    assert.deepEqual(resumed, whole);
  });

  it('never repeats a point of a finite space and says when it is exhausted', async () => {
    const space = defineSpace({ n: integer(1, 3), op: categorical(['a', 'b']) }, { allowed: (p) => !(p.n === 3 && p.op === 'b') });
    const evaluate = (p: any) => ({ values: [p.n, p.op === 'a' ? -p.n : 1] });
    const optimizer = bayesian({ firstPoints: 3 });
    const history = await play({ space, objectives: two, evaluate, trials: 5, optimizer });
    assert.equal(new Set(history.map((t) => key(t.params))).size, 5);
    await assert.rejects(play({ space, objectives: two, evaluate, trials: 6, optimizer, history }), SpaceExhaustedError);
  });

  it('learns from pruned trials without counting them to the front', async () => {
    const objectives: Objective[] = [two[0], { ...two[1], known: (p) => p.x }];
    const first = await play({ space: square, objectives, evaluate: (p) => ({ values: [bowl(p)[0], p.x] }), trials: 8 });
    const pruned = (params: any, number: number): TrialRecord => ({
      number,
      state: 'pruned',
      params,
      intermediate: [[1, 1.9], [2, 1.8]],
      attributes: {},
    });
    const spots = [0.1, 0.2, 0.3, 0.4].map((x, i) => pruned({ x, y: 0.05 * i }, 8 + i));
    const ask = async (history: TrialRecord[]): Promise<any> =>
      (await bayesian().suggest({ space: square, objectives, constraints: [], history, pending: [], rng: createRng(1) }, 1))[0];
    const without = await ask(first);
    const after = await ask([...first, ...spots]);
    assert.notDeepEqual(after.params, without.params);
    assert.equal(after.explanation.stage, 'model');
  });

  it('stops when cancelled', async () => {
    const history = await play({ space: square, objectives: two, evaluate: (p) => ({ values: bowl(p) }), trials: 10 });
    const signal = AbortSignal.abort();
    const context = { space: square, objectives: two, constraints: [], history, pending: [], rng: createRng(1), signal };
    await assert.rejects(bayesian().suggest(context, 1), /cancelled/);
  });

  it('follows maximisation as it does minimisation', async () => {
    const up = two.map((o): Objective => ({ ...o, direction: 'maximize', reference: -2 }));
    const down = await play({ space: square, objectives: two, evaluate: (p) => ({ values: bowl(p) }), trials: 12 });
    const turned = await play({ space: square, objectives: up, evaluate: (p) => ({ values: bowl(p).map((v) => -v) }), trials: 12 });
    assert.deepEqual(turned.map((t) => t.params), down.map((t) => t.params));
  });

  describe('with warped outputs', () => {
    const optimizer = bayesian({ firstPoints: 4, warp: 'all' });
    const steep = (p: any): number[] => bowl(p).map((v) => Math.exp(4 * v));
    const reference = 40;
    const objectives = two.map((one) => ({ ...one, reference }));
    const short = (options: Partial<Play>) => play({ space: square, objectives, evaluate: (p) => ({ values: steep(p) }), trials: 12, optimizer, ...options });

    it('gains more than as many random points, known objectives or not, and says so in the units of the user', async () => {
      for (const known of [undefined, (p: any): number => steep(p)[1]]) {
        const history = await short({ objectives: [objectives[0], { ...objectives[1], known }], trials: 16 });
        const rng = createRng(1);
        const random = Array.from({ length: 16 }, () => steep({ x: rng.next(), y: rng.next() }));
        assert.ok(hypervolume(valuesOf(history), [reference, reference]) > hypervolume(random, [reference, reference]));
        const context = { space: square, objectives: [objectives[0], { ...objectives[1], known }], constraints: [], history, pending: [], rng: createRng(1) };
        const [{ params, explanation }] = await optimizer.suggest(context, 1);
        const { predictions, improvement } = explanation as any;
        assert.ok(Math.abs(predictions[0].mean / steep(params)[0] - 1) < 0.5 && improvement > 0 && improvement < 0.2);
      }
    });

    it('neither throws nor stalls', async () => {
      await short({ evaluate: (p) => ({ values: [1, steep(p)[1]] }), trials: 7 });
      await short({ objectives: two.map((one) => ({ ...one, reference: -5 })), trials: 7 });
      await short({ objectives: [{ name: 'a', direction: 'maximize' }], evaluate: (p) => ({ values: [steep(p)[0]] }), trials: 7 });
      await short({ constraints: [{ name: 'c', upper: -1 }], evaluate: (p) => ({ values: steep(p), constraints: [p.x] }), trials: 7 });
      await short({ evaluate: (p) => (p.x > 0.5 ? 'failed' : { values: [1e9 * steep(p)[0], 1e-9 * steep(p)[1]] }), trials: 8 });
    });

    it('leaves no room for an acquisition of another kind', () => {
      assert.throws(() => bayesian({ warp: 'all', acquisition: acquisitions.qLogNehvi() }), /acquisition: got 'log qNEHVI', wanted none where objectives are warped/);
      assert.throws(() => bayesian({ warp: 'objectives' as never }), /warp: got 'objectives', wanted 'none', 'constraints' or 'all'/);
    });
  });

  describe('neither throws nor stalls with', () => {
    const short = (options: Partial<Play>) =>
      play({ space: square, objectives: two, evaluate: (p) => ({ values: bowl(p) }), trials: 12, optimizer: bayesian({ firstPoints: 4 }), ...options });

    it('a flat objective', () => short({ evaluate: (p) => ({ values: [1, bowl(p)[1]] }) }));
    it('only flat objectives', () => short({ evaluate: () => ({ values: [1, 1] }) }));
    it('a constant parameter', () => short({ space: defineSpace({ x: real(0, 1), y: real(0.5, 0.5), op: categorical(['one']) }) }));
    it('failed trials', () => short({ evaluate: (p) => (p.x > 0.5 ? 'failed' : { values: bowl(p) }) }));
    it('failed trials only', () => short({ evaluate: () => 'failed' }));
    it('values that are not finite', () => short({ evaluate: (p) => ({ values: p.x > 0.4 ? [NaN, 1] : p.y > 0.5 ? [Infinity, 1] : bowl(p) }) }));
    it('duplicate points in the history', async () => {
      const first = await short({ trials: 5 });
      await short({ history: [...first, ...first, ...first].map((t, number) => ({ ...t, number })), trials: 18 });
    });
    it('one trial', () => short({ optimizer: bayesian({ firstPoints: 1 }), trials: 4 }));
    it('nothing feasible', () => short({ constraints: [{ name: 'c', upper: -1 }], evaluate: (p) => ({ values: bowl(p), constraints: [p.x] }) }));
    it('nothing feasible and a flat constraint', () => short({ constraints: [{ name: 'c', upper: 0 }], evaluate: (p) => ({ values: bowl(p), constraints: [1] }) }));
    it('no reference given', () => short({ objectives: two.map(({ name, direction }) => ({ name, direction })) }));
    it('a reference that nothing reaches', () => short({ objectives: two.map((o) => ({ ...o, reference: -5 })) }));
    it('objectives of size 1e9 and 1e-9', () =>
      short({
        objectives: [{ ...two[0], reference: 2e9 }, { ...two[1], reference: 2e-9 }],
        evaluate: (p) => ({ values: [1e9 * bowl(p)[0], 1e-9 * bowl(p)[1]] }),
      }));
    it('one objective', () => short({ objectives: [two[0]], evaluate: (p) => ({ values: [bowl(p)[0]] }) }));
    it('four objectives', () =>
      short({
        objectives: ['a', 'b', 'c', 'd'].map((name) => ({ name, direction: 'minimize' as const })),
        evaluate: (p) => ({ values: [...bowl(p), p.x - p.y, Math.sin(9 * p.x)] }),
      }));
    it('all objectives known', () =>
      short({ objectives: two.map((o, j) => ({ ...o, known: (p: any) => bowl(p)[j] })) }));
    it('40 dimensions', () =>
      short({
        space: defineSpace(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`x${i}`, real(0, 1)]))),
        evaluate: (p) => ({ values: bowl({ x: p.x0, y: p.x1 }) }),
      }));
    it('conditional, logarithmic, integer and categorical parameters and a condition between them', () =>
      short({
        space: defineSpace(
          {
            rate: real(1e-5, 1, { log: true }),
            n: integer(1, 64, { log: true }),
            op: categorical(['conv', 'dense']),
            kernel: when((p) => p.op === 'conv', ordinal([3, 5, 7])),
          },
          { allowed: (p) => p.n * p.rate < 10 },
        ),
        evaluate: (p) => ({ values: [Math.log10(p.rate) ** 2 + p.n / 10, (p.kernel ?? 9) - Math.log(p.n)] }),
        trials: 16,
      }));
  });
});
