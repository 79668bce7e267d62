import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRng } from '../../src/base';
import { normal } from '../../src/math';
import { boxDecomposition, hypervolume } from '../../src/moo';
import { HypervolumeImprovement, ehvi, type Stretch } from '../../src/optimize/acquisitions/ehvi';
import * as single from '../../src/optimize/acquisitions/expected-improvement';
import { GreyboxImprovement, greyboxEhvi, logGreyboxEhvi } from '../../src/optimize/acquisitions/greybox-ehvi';
import { jointImprovement, logQEhvi, qEhvi, qNoisyEhvi } from '../../src/optimize/acquisitions/monte-carlo-ehvi';
import { chebyshev, unitScaled } from '../../src/optimize/acquisitions/scalarise';
import { needShared } from '../support/shared';

const read = (test: Mocha.Context, file: string) => JSON.parse(readFileSync(needShared(test, 'oracle', file), 'utf8'));
const turn = (p: number[]): number[] => p.map((v) => -v);
const close = (got: number, want: number, tolerance: number, what = ''): void =>
  assert.ok(Math.abs(got - want) <= tolerance * Math.abs(want) + 1e-14, `${what} got ${got}, wanted ${want}`);

describe('expected hypervolume improvement', () => {
  it('has the reference values for 2, 3 and 4 objectives', function () {
    for (const row of read(this, 'ehvi.json').ehvi) {
      const boxes = boxDecomposition(row.Y.map(turn), turn(row.ref));
      const got = ehvi(boxes, turn(row.mean), row.var.map(Math.sqrt));
      assert.ok(Math.abs(got - row.ehvi) < 1e-8, `m ${row.m}: ${got}, ${row.ehvi}`);
    }
  });

  it('has the reference values where all but one objective are known, levels and weights too', function () {
    for (const row of read(this, 'greybox_ehvi.json').cases) {
      const boxes = boxDecomposition(row.P, row.ref);
      const improvement = new GreyboxImprovement(boxes, 0).levels([NaN, ...row.known]);
      assert.equal(improvement.levels.length, row.levels_and_weights.length);
      row.levels_and_weights.forEach(([level, weight]: number[], k: number) => {
        close(improvement.levels[k], level, 1e-12, 'level');
        close(improvement.weights[k], weight, 1e-10, 'weight');
      });
      close(greyboxEhvi(improvement, row.mu, row.sigma), row.ehvi, 1e-10, 'EHVI');
      close(logGreyboxEhvi(improvement, row.mu, row.sigma), row.log_ehvi, 1e-10, 'log EHVI');
      const general = new HypervolumeImprovement(boxes).log([row.mu, ...row.known], [row.sigma, ...row.known.map(() => 0)]);
      close(general, row.log_ehvi, 1e-10, 'general form');
    }
  });

  it('has the gradients of finite differences, far out in the tail too', () => {
    const rng = createRng(1);
    for (let round = 0; round < 40; round++) {
      const m = 2 + (round % 3);
      const front = Array.from({ length: 6 }, () => Array.from({ length: m }, () => rng.next()));
      const form = new HypervolumeImprovement(boxDecomposition(front, new Array<number>(m).fill(1.1)));
      const mean = Float64Array.from({ length: m }, () => 3 * rng.next() - 0.5);
      const deviation = Float64Array.from({ length: m }, () => 0.02 + rng.next());
      const gradient = new Float64Array(2 * m);
      const value = form.log(mean, deviation, gradient);
      assert.ok(Number.isFinite(value));
      for (let k = 0; k < 2 * m; k++) {
        const target = k < m ? mean : deviation;
        const kept = target[k % m];
        target[k % m] = kept + 1e-6;
        const above = form.log(mean, deviation);
        target[k % m] = kept - 1e-6;
        const below = form.log(mean, deviation);
        target[k % m] = kept;
        const slope = (above - below) / 2e-6;
        assert.ok(Math.abs(slope - gradient[k]) < 1e-4 * Math.max(1, Math.abs(slope)), `${slope} ${gradient[k]}`);
      }
    }
  });

  describe('of objectives that are believed warped', () => {
    const stretches: Stretch[] = [
      { knots: Float64Array.of(-0.5, 0.2, 0.6), slopes: Float64Array.of(0.5, 0.2, 1.5, 4) },
      { knots: Float64Array.of(0.3, 5), slopes: Float64Array.of(2, 0.7, 9) },
    ];
    /** Length from 0 to v. */
    const length = ({ knots, slopes }: Stretch, v: number): number => {
      const edges = [-1e9, ...knots, 1e9];
      const upTo = (x: number): number => slopes.reduce((sum, slope, i) => sum + slope * Math.max(0, Math.min(x, edges[i + 1]) - Math.max(0, edges[i])), 0);
      const below = (x: number): number => slopes.reduce((sum, slope, i) => sum + slope * Math.max(0, Math.min(0, edges[i + 1]) - Math.max(x, edges[i])), 0);
      return v >= 0 ? upTo(v) : -below(v);
    };
    const front = [[0.1, 0.9], [0.4, 0.5], [0.8, 0.1], [-0.7, 1]];
    const reference = [1.1, 1.2];
    const boxes = boxDecomposition(front, reference);
    const form = new HypervolumeImprovement(boxes, stretches);

    it('is the mean of the hypervolume gained in units of length', () => {
      const inLengths = (p: number[]): number[] => p.map((v, j) => length(stretches[j], v));
      const [lean, corner] = [front.map(inLengths), inLengths(reference)];
      const base = hypervolume(lean, corner);
      const n = 120;
      const z = Array.from({ length: n }, (_, i) => normal.quantile((i + 0.5) / n));
      for (const [mean, deviation] of [[[0.3, 0.4], [0.5, 0.3]], [[1, 1.1], [0.4, 0.6]], [[-0.6, 0.2], [0.2, 0.2]]]) {
        let sum = 0;
        for (const a of z) for (const b of z) sum += hypervolume([...lean, inLengths([mean[0] + deviation[0] * a, mean[1] + deviation[1] * b])], corner) - base;
        close(Math.exp(form.log(mean, deviation)), sum / (n * n), 0.03);
      }
    });

    it('of one known objective is the same, and of equal lengths the plain form times their product', () => {
      const known = new HypervolumeImprovement(boxes, [stretches[0]]).log([0.3, 0.45], [0.4, 0]);
      close(known, new HypervolumeImprovement(boxes, [stretches[0]]).log([0.3, 0.45], [0.4, 1e-7]), 1e-5);
      const even = stretches.map(({ knots }, j) => ({ knots, slopes: Float64Array.from({ length: knots.length + 1 }, () => 2 + j) }));
      for (const at of [0, 3, 40]) {
        const got = new HypervolumeImprovement(boxes, even).log([at, 0.5], [0.4, 0.2]);
        close(got, new HypervolumeImprovement(boxes).log([at, 0.5], [0.4, 0.2]) + Math.log(6), 1e-9);
      }
    });

    it('has the gradients of finite differences, far out in the tail too', () => {
      for (const at of [[0.3, 0.4], [-2, 0.7], [5, 1], [30, 20]]) {
        const gradient = new Float64Array(4);
        const both = [...at, 0.4, 0.7];
        const f = (x: number[]): number => form.log(x.slice(0, 2), x.slice(2));
        form.log(at, both.slice(2), gradient);
        both.forEach((_, k) => {
          const h = 1e-6;
          const move = (by: number): number[] => both.map((v, i) => (i === k ? v + by : v));
          const slope = (f(move(h)) - f(move(-h))) / (2 * h);
          assert.ok(Math.abs(slope - gradient[k]) < 1e-4 * Math.max(1, Math.abs(slope)), `${at}: ${slope} ${gradient[k]}`);
        });
      }
    });
  });

  it('of the grey-box form has the gradient of finite differences', () => {
    const improvement = { levels: Float64Array.of(0.1, 0.4, 0.9), weights: Float64Array.of(0.2, 0.05, 0.6) };
    for (const [mean, deviation] of [[0.5, 0.1], [0.2, 0.5], [3, 0.05]]) {
      const gradient = new Float64Array(2);
      logGreyboxEhvi(improvement, mean, deviation, gradient);
      const f = (a: number, b: number): number => logGreyboxEhvi(improvement, a, b);
      close((f(mean + 1e-6, deviation) - f(mean - 1e-6, deviation)) / 2e-6, gradient[0], 1e-4);
      close((f(mean, deviation + 1e-6) - f(mean, deviation - 1e-6)) / 2e-6, gradient[1], 1e-4);
    }
  });

  it('of one objective is expected improvement, with the reference values', function () {
    for (const row of read(this, 'special_functions.json').ei) {
      const { mu, sigma, best } = row;
      // The reference maximises.
      close(single.expectedImprovement(-mu, sigma, -best), row.ei_max, 1e-12, 'EI');
      close(single.logExpectedImprovement(-mu, sigma, -best), row.log_ei_max, 1e-12, 'log EI');
      close(single.probabilityOfImprovement(-mu, sigma, -best), row.pi_max, 1e-12, 'PI');
      close(ehvi(boxDecomposition([[-best]], [1e3]), [-mu], [sigma]), row.ei_max, 1e-10, 'EHVI');
    }
  });

  it('of several points together has the reference values over given samples', function () {
    for (const row of read(this, 'ehvi.json').qehvi) {
      const boxes = boxDecomposition(row.Y.map(turn), turn(row.ref));
      const samples: number[][][] = row.samples.map((outcomes: number[][]) => outcomes.map(turn));
      samples.forEach((outcomes, i) => assert.ok(Math.abs(jointImprovement(boxes, outcomes) - row.hvi_per_sample[i]) < 1e-8));
      assert.ok(Math.abs(qEhvi(boxes, samples) - row.qehvi) < 1e-8);
      // The reference smooths its logarithm, by a little.
      if (row.qehvi > 1e-3) assert.ok(Math.abs(logQEhvi(boxes, samples) - row.botorch_qlogehvi_nonfat) < 1e-3);
      // Constraints softened by a sigmoid of width 1e-3, as in the reference.
      const shares = row.constraint_samples.map((c: number[]) => c.map((v) => 1 / (1 + Math.exp(v / 1e-3))));
      const constrained = samples.reduce((sum, outcomes, i) => sum + jointImprovement(boxes, outcomes, shares[i]) / samples.length, 0);
      assert.ok(Math.abs(constrained - row.botorch_qehvi_constrained_eta1e_3) < 1e-8, `${constrained}`);
      const observed = samples.map(() => row.Y.map(turn));
      assert.ok(Math.abs(qNoisyEhvi(observed, samples, turn(row.ref)) - row.qehvi) < 1e-8);
    }
  });

  it('Chebyshev scalarisation has the reference values', function () {
    for (const row of read(this, 'misc.json').chebyshev) {
      unitScaled(row.Y.map(turn)).forEach((y, i) => close(-chebyshev(y, row.weights, row.alpha), row.value_maximise[i], 1e-8));
    }
  });
});
