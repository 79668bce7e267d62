import assert from 'node:assert/strict';
import { createRng } from '../../src/base';
import { hypervolume, hypervolumeImprovement } from '../../src/moo';
import { arsMobopt, morbo, ScalarisedImprovement, thompson, turbo } from '../../src/optimize';
import { augmentedRandomSearch } from '../../src/optimize/solvers/ars/augmented-random-search';
import { means } from '../../src/optimize/solvers/ars/means';
import { act, policySize } from '../../src/optimize/solvers/ars/policy';
import { toProblem } from '../../src/optimize/solvers/bayesian/problem';
import { drawAt } from '../../src/optimize/solvers/sampling/outcomes';
import { pick, shortfall, targetOf } from '../../src/optimize/solvers/sampling/pick';
import { candidatesInside, sidesOf } from '../../src/optimize/solvers/trust-region/candidates';
import { adapted, startOf } from '../../src/optimize/solvers/trust-region/extent';
import { isSuccess } from '../../src/optimize/solvers/trust-region/success';
import { toInputs } from '../../src/optimize/surrogates/covariance';
import { matern52 } from '../../src/optimize/surrogates/kernels';
import { condition } from '../../src/optimize/surrogates/posterior';
import { categorical, defineSpace, integer, real } from '../../src/space';
import type { Optimizer, TrialRecord } from '../../src/study';

const context = (space: any, history: TrialRecord[] = []) => ({
  space,
  objectives: [{ name: 'f', direction: 'minimize' as const }],
  constraints: [],
  history,
  pending: [],
  rng: createRng(1),
});

describe('trust regions', () => {
  it('double after successes, halve after failures, start the count anew each time', () => {
    const rules = { initial: 0.8, least: 0.3, most: 1.6, successes: 3, failures: 2 };
    let extent = startOf(rules);
    const lengths = [true, true, true, true, true, true, false, true, false, false, false, false, false, false].map((success) => {
      extent = adapted(extent, success, rules);
      return extent.length;
    });
    assert.deepEqual(lengths, [0.8, 0.8, 1.6, 1.6, 1.6, 1.6, 1.6, 1.6, 1.6, 0.8, 0.8, 0.4, 0.4, 0.2]);
  });

  it('call a success what improves: a value, hypervolume, or broken constraints', () => {
    const one = (f: number[], violation = 0) => ({ x: [], f, violation });
    assert.equal(isSuccess([], one([1])), true);
    assert.equal(isSuccess([one([1]), one([2])], one([0.9])), true);
    assert.equal(isSuccess([one([1])], one([0.9999])), false);
    assert.equal(isSuccess([one([0, 1]), one([1, 0])], one([0.4, 0.4])), true);
    assert.equal(isSuccess([one([0, 1]), one([1, 0])], one([1, 1])), false);
    assert.equal(isSuccess([one([0], 2)], one([9], 1)), true);
    assert.equal(isSuccess([one([0], 2)], one([9], 0)), true);
    assert.equal(isSuccess([one([0], 0)], one([-9], 1)), false);
  });

  it('have sides in proportion to lengthscales, within limits, and the volume of their length', () => {
    const sides = sidesOf(0.5, [1, 2, 0.5], 3);
    assert.ok(Math.abs(sides[0] * sides[1] * sides[2] - 0.125) < 1e-12);
    assert.ok(Math.abs(sides[1] / sides[0] - 2) < 1e-12);
    assert.deepEqual([...sidesOf(1, [1e-9, 1, 1e9], 3)], [0.25, 1, 4]);
  });

  it('keep candidates inside, move few of many columns, and step over levels', async () => {
    const wide = defineSpace(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`x${i}`, real(0, 1)])));
    const problem = toProblem(context(wide));
    const centre = new Float64Array(60).fill(0.5);
    const found = await candidatesInside(problem, centre, new Float64Array(60).fill(0.2), 64, new Set(), createRng(3));
    assert.equal(found.length, 64);
    let moved = 0;
    for (const { u } of found) {
      for (const v of u) assert.ok(v >= 0.4 && v <= 0.6);
      moved += u.filter((v) => v !== 0.5).length / 64;
    }
    assert.ok(moved > 14 && moved < 27, `${moved}`);
    const mixed = toProblem(context(defineSpace({ n: integer(1, 9), op: categorical(['a', 'b', 'c']) })));
    const steps = await candidatesInside(mixed, [4.5 / 9, 1 / 6], new Float64Array(2).fill(1e-3), 32, new Set(), createRng(3));
    assert.ok(steps.some(({ params }) => params.n !== 5));
    assert.ok(steps.every(({ params }) => Math.abs((params.n as number) - 5) <= 1));
  });
});

describe('draws from surrogates', () => {
  it('have the mean and covariance of the posterior', () => {
    const rng = createRng(2);
    const x = Array.from({ length: 6 }, () => [rng.next()]);
    const hyper = { lengthscales: Float64Array.of(0.3), outputScale: 1, noise: 1e-4, mean: 0 };
    const posterior = condition(toInputs(x, 1), Float64Array.from(x, ([v]) => Math.sin(4 * v)), matern52, hyper);
    const points = [Float64Array.of(0.05), Float64Array.of(0.5), Float64Array.of(0.52)];
    const { mean, covariance } = posterior.joint(points);
    const draws = Array.from({ length: 4000 }, (_, i) => drawAt(posterior, points, rng.fork(i)));
    for (let i = 0; i < 3; i++) {
      const sd = Math.sqrt(covariance[4 * i]);
      assert.ok(Math.abs(draws.reduce((s, d) => s + d[i] / 4000, 0) - mean[i]) < 5 * sd / 60 + 1e-6);
      for (let j = 0; j <= i; j++) {
        const got = draws.reduce((s, d) => s + ((d[i] - mean[i]) * (d[j] - mean[j])) / 4000, 0);
        const scale = sd * Math.sqrt(covariance[4 * j]);
        assert.ok(Math.abs(got - covariance[3 * i + j]) < 0.1 * scale + 1e-9, `${i} ${j}`);
      }
    }
  });

  it('are judged by feasibility, then hypervolume added, then nearness to the front', () => {
    const front = [[0, 2], [1, 1], [2, 0]];
    const target = targetOf(front, [3, 3]);
    const rng = createRng(9);
    for (let i = 0; i < 100; i++) {
      const y = [4 * rng.next() - 0.5, 4 * rng.next() - 0.5];
      const gain = hypervolume([...front, y], [3, 3]) - hypervolume(front, [3, 3]);
      assert.ok(Math.abs(hypervolumeImprovement(target.boxes, y) - gain) < 1e-12);
      assert.equal(shortfall(target, y) < 0, gain > 0);
    }
    const outcomes = (violation: number[]) => ({ values: [[0.5, 0.5], [2.5, 2.5], [1.2, 1.2]], violation: Float64Array.from(violation) });
    assert.equal(pick(target, outcomes([0, 0, 0])).index, 0);
    assert.equal(pick(target, outcomes([1, 0, 0])).index, 2);
    assert.equal(pick(target, outcomes([3, 1, 2])).index, 1);
  });
});

describe('augmented random search', () => {
  it('climbs, and stays where nothing differs', async () => {
    const options = { iterations: 60, directions: 8, top: 4, step: 0.2, noise: 0.1 };
    const goal = (theta: Float64Array): number => -theta.reduce((s, v, i) => s + (v - i) ** 2, 0);
    const found = await augmentedRandomSearch(goal, new Float64Array(4), options, createRng(1));
    assert.ok(goal(found) > 0.05 * goal(new Float64Array(4)), `${goal(found)}`);
    const flat = await augmentedRandomSearch(() => 1, Float64Array.of(3, 4), options, createRng(1));
    assert.deepEqual([...flat], [3, 4]);
  });

  it('has policies that stay in the unit cube and starts that cluster', () => {
    const rng = createRng(4);
    const theta = Float64Array.from({ length: policySize(3) }, () => 5 * rng.normal());
    let x: ArrayLike<number> = [0.1, 0.9, 0.5];
    for (let t = 0; t < 50; t++) {
      x = act(theta, x);
      for (let k = 0; k < 3; k++) assert.ok(x[k] >= 0 && x[k] <= 1);
    }
    const points = [[0, 0], [0.1, 0], [1, 1], [0.9, 1], [0, 1]];
    const centres = means(points, 3, rng).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    assert.deepEqual(centres.map((c) => c.map((v) => Math.round(1e6 * v) / 1e6)), [[0, 1], [0.05, 0], [0.95, 1]]);
    assert.deepEqual(means(points, 9, rng), points);
  });

  it('is rewarded by the expected improvement of the scalar, as plain Monte Carlo has it', () => {
    const rng = createRng(5);
    const improvement = new ScalarisedImprovement([0.7, 0.3], [0, -1], [2, 1], 0.4, rng.fork('qmc'), 2048);
    for (const [mean, deviation] of [[[0.8, -0.4], [0.3, 0.2]], [[1.5, 0], [0.4, 0.6]], [[0.2, -0.9], [0, 0.1]]]) {
      let sum = 0;
      for (let i = 0; i < 40000; i++) sum += Math.max(0, 0.4 - improvement.scalar(mean.map((v, j) => v + deviation[j] * rng.normal()))) / 40000;
      assert.ok(Math.abs(improvement.expected(mean, deviation) - sum) < 0.01 * sum + 5e-4);
    }
  });
});

describe('solvers over local models find more than as many random points', function () {
  this.timeout(60_000);
  const space = defineSpace(Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`x${i}`, real(0, 1)])));
  /** A bent front at x₁ … x₅ = 0.5. */
  const values = (p: any): number[] => {
    const g = [1, 2, 3, 4, 5].reduce((s, i) => s + (p[`x${i}`] - 0.5) ** 2, 1);
    return [g * Math.cos((p.x0 * Math.PI) / 2), g * Math.sin((p.x0 * Math.PI) / 2)];
  };
  const play = async (optimizer: Optimizer | undefined): Promise<number> => {
    const history: TrialRecord[] = [];
    const rng = createRng(1);
    const objectives = ['a', 'b'].map((name) => ({ name, direction: 'minimize' as const, reference: 1.1 }));
    for (let number = 0; number < 36; number++) {
      const here = { space, objectives, constraints: [], history, pending: [], rng: rng.fork(number), seed: 1, place: number };
      const params = optimizer
        ? (await optimizer.suggest(here, 1))[0].params
        : Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`x${i}`, rng.next()]));
      history.push({ number, state: 'complete', params, values: values(params), violations: [], intermediate: [], attributes: {} });
    }
    return hypervolume(history.map((trial) => [...trial.values!]), [1.1, 1.1]);
  };
  it('TuRBO, MORBO, ARS-MOBOpt, Thompson sampling', async () => {
    const random = await play(undefined);
    const solvers = [turbo({ candidates: 128 }), morbo({ regions: 3, candidates: 64 }), arsMobopt({ search: { iterations: 4 } }), thompson({ candidates: 192 })];
    for (const solver of solvers) {
      const got = await play(solver);
      assert.ok(got > 1.3 * random, `${solver.name}: ${got}, random ${random}`);
    }
  });
});
