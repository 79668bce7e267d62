import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRng } from '../../src/base';
import { cholesky, choleskySolve } from '../../src/math';
import { covarianceMatrix, toInputs } from '../../src/optimize/surrogates/covariance';
import { gaussianProcess } from '../../src/optimize/surrogates/gaussian-process';
import * as kernels from '../../src/optimize/surrogates/kernels';
import { MapObjective, fitMap, logNormalDensity } from '../../src/optimize/surrogates/map-fit';
import { condition, pointPosterior } from '../../src/optimize/surrogates/posterior';
import { needShared } from '../support/shared';

const { matern52, rbf } = kernels;

const read = (test: Mocha.Context, file: string) => JSON.parse(readFileSync(needShared(test, 'oracle', file), 'utf8'));

describe('Gaussian processes', () => {
  it('agree with reference posteriors and likelihoods at given hyper-parameters', function () {
    for (const row of read(this, 'gp_sklearn.json').cases) {
      const { kernel, constant, lengthscales, noise, X, y, Xtest } = row;
      const gp = gaussianProcess({ kernel, lengthscales, outputScale: constant, noise, mean: 0 }).fit(X, y);
      const { mean, variance } = gp.predict(Xtest);
      mean.forEach((v, i) => assert.ok(Math.abs(v - row.mean[i]) < 1e-6, `${kernel} n ${row.n}: mean ${v}, ${row.mean[i]}`));
      variance.forEach((v, i) => assert.ok(Math.abs(v - row.cov[i][i]) < 1e-6, `${kernel} n ${row.n}: variance`));
      assert.ok(Math.abs(gp.logMarginalLikelihood / row.lml - 1) < 1e-8, `${kernel} n ${row.n}: likelihood`);
      const hyper = { lengthscales: Float64Array.from(lengthscales as number[]), outputScale: constant, noise, mean: 0 };
      const posterior = condition(toInputs(X, row.d), Float64Array.from(y as number[]), (kernels as any)[kernel], hyper);
      const { covariance } = posterior.joint(Xtest.map((x: number[]) => Float64Array.from(x)));
      row.cov.flat().forEach((v: number, i: number) => assert.ok(Math.abs(covariance[i] - v) < 1e-6, `${kernel} n ${row.n}: covariance`));
    }
  });

  it('have the reference covariances of categorical columns, and densities of priors', function () {
    const { X, lengthscales, K } = read(this, 'misc.json').categorical_kernel;
    const hyper = { lengthscales: Float64Array.from(lengthscales as number[]), outputScale: 1, noise: 0, mean: 0 };
    const got = covarianceMatrix(toInputs(X, 3, ['category', 'category', 'category']), rbf, hyper);
    K.flat().forEach((v: number, i: number) => assert.ok(Math.abs(got[i] - v) < 1e-8));
    for (const row of read(this, 'special_functions.json').logpdf) {
      if (row.dist !== 'lognormal') continue;
      const density = logNormalDensity({ location: row.loc, scale: row.scale }, Math.log(row.x));
      assert.ok(Math.abs(density - row.logpdf) <= 1e-12 * Math.max(1, Math.abs(row.logpdf)), `${row.x}`);
    }
  });

  it('have the reference posterior at the reference optimum', function () {
    for (const row of read(this, 'gp_botorch_map.json').cases) {
      const { n, X, Y, Xtest, fitted } = row;
      const mean = Y.reduce((s: number, v: number) => s + v / n, 0);
      const sd = Math.sqrt(Y.reduce((s: number, v: number) => s + (v - mean) ** 2, 0) / (n - 1));
      const { lengthscales, noise, mean_const } = fitted;
      const options = { kernel: rbf, lengthscales, noise: noise * sd * sd, outputScale: sd * sd, mean: mean + sd * mean_const };
      const got = gaussianProcess(options).fit(X, Y).predict(Xtest);
      row.fitted_post_mean_original_scale.forEach((v: number, i: number) => assert.ok(Math.abs(got.mean[i] - v) < 1e-8 * Math.max(1, Math.abs(v)), `${got.mean[i]} ${v}`));
      row.fitted_post_var_original_scale.forEach((v: number, i: number) => assert.ok(Math.abs(got.variance[i] - v) < 1e-8 * Math.max(1, Math.abs(v)), `${got.variance[i]} ${v}`));
    }
  });

  it('have the reference gradients of the likelihood', function () {
    for (const row of read(this, 'gp_sklearn.json').cases) {
      const { kernel, constant, lengthscales, noise, X, y, d } = row;
      const flat = { location: 0, scale: 1 };
      const objective = new MapObjective(toInputs(X, d), Float64Array.from(y), {
        kernel: (kernels as any)[kernel],
        outputScalePrior: flat,
      });
      const theta = objective.theta({ lengthscales, noise, outputScale: constant, mean: 0 });
      const gradient = new Float64Array(theta.length);
      const prior = new Float64Array(theta.length);
      const value = objective.evaluate(theta, gradient, 0) - objective.logPrior(theta, prior);
      const want = row.lml_grad_wrt_log_const_log_ls_log_noise;
      assert.ok(Math.abs(value / row.lml - 1) < 1e-8);
      const got = Array.from(gradient, (v, k) => v - prior[k]);
      const order = [got[d + 1], ...got.slice(0, d), got[d]];
      const size = Math.max(...want.map(Math.abs));
      order.forEach((v, k) => assert.ok(Math.abs(v - want[k]) < 1e-6 * size, `${kernel} ${k}: ${v} ${want[k]}`));
    }
  });

  it('have the average information of the definition, with the curvature of the priors', () => {
    const rng = createRng(5);
    const [n, d] = [9, 3];
    const inputs = toInputs(Array.from({ length: n }, () => [rng.next(), rng.next(), rng.integer(0, 2)]), d, ['numeric', 'numeric', 'category']);
    const y = Float64Array.from({ length: n }, () => rng.normal());
    for (const noise of [undefined, 0.02]) {
      const options = { kernel: matern52, noise, outputScalePrior: { location: 1, scale: 1.5 }, noisePrior: { location: -6, scale: 2 } };
      const objective = new MapObjective(inputs, y, options);
      const theta = objective.theta({ lengthscales: Float64Array.of(0.4, 0.9, 0.7), noise: 0.05, outputScale: 1.7, mean: 0 });
      const size = theta.length;
      objective.evaluate(theta, new Float64Array(size));
      const got = objective.information(theta);
      const at = (some: Float64Array): Float64Array => covarianceMatrix(inputs, matern52, objective.hyper(some));
      const moved = (i: number, h: number): Float64Array => at(theta.map((v, k) => (k === i ? v + h : v)));
      const factor = cholesky(at(theta), n);
      const alpha = choleskySolve(factor, n, y.map((v) => v - objective.mean));
      const products = Array.from({ length: size }, (_, i) => {
        const [up, down] = [moved(i, 1e-5), moved(i, -1e-5)];
        return Float64Array.from({ length: n }, (_, r) => alpha.reduce((s, a, c) => s + ((up[r * n + c] - down[r * n + c]) / 2e-5) * a, 0));
      });
      const scales = [...Array(d).fill(Math.sqrt(3)), ...(noise === undefined ? [2] : []), 1.5];
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          const solved = choleskySolve(factor, n, products[j]);
          const want = 0.5 * products[i].reduce((s, v, k) => s + v * solved[k], 0) + (i === j ? 1 / scales[i] ** 2 : 0);
          assert.ok(Math.abs(got[i * size + j] - want) < 1e-6 * Math.max(1, Math.abs(want)), `${i} ${j}: ${got[i * size + j]} ${want}`);
        }
      }
      cholesky(got, size);
    }
  });

  it('reach the posterior density of the reference MAP fit', function () {
    for (const row of read(this, 'gp_botorch_map.json').cases) {
      const { n, d, X, Y } = row;
      const mean = Y.reduce((s: number, v: number) => s + v / n, 0);
      const sd = Math.sqrt(Y.reduce((s: number, v: number) => s + (v - mean) ** 2, 0) / (n - 1));
      const y = Float64Array.from(Y, (v: number) => (v - mean) / sd);
      const inputs = toInputs(X, d);
      const objective = new MapObjective(inputs, y, { kernel: rbf });
      for (const at of row.evaluations) {
        const theta = objective.theta({ lengthscales: at.lengthscales, noise: at.noise, outputScale: 1, mean: 0 });
        const value = objective.evaluate(theta, undefined, at.mean_const);
        assert.ok(Math.abs(objective.logPrior(theta) - at.log_prior_ls_plus_noise) < 1e-8);
        assert.ok(Math.abs(value / n - at.map_objective_per_datum) < 1e-8 * Math.max(1, Math.abs(value / n)));
      }
      const { hyper, logPosterior } = fitMap(inputs, y, { kernel: rbf });
      assert.ok(logPosterior / n >= row.fitted.map_objective_per_datum - 1e-4, `${logPosterior / n}`);
      assert.equal(hyper.lengthscales.length, d);
    }
  });

  it('keep posterior gradients equal to finite differences, and rank-one extension equal to refitting', () => {
    const rng = createRng(3);
    const x = Array.from({ length: 12 }, () => [rng.next(), rng.next(), rng.integer(0, 2)]);
    const y = Float64Array.from(x, ([a, b, c]) => Math.sin(5 * a) + b * b + 0.3 * c);
    const kinds = ['numeric', 'numeric', 'category'] as const;
    const hyper = { lengthscales: Float64Array.of(0.4, 0.7, 0.5), outputScale: 1.3, noise: 1e-3, mean: 0.2 };
    const gp = condition(toInputs(x, 3, kinds), y, matern52, hyper);
    const at = Float64Array.of(0.33, 0.62, 1);
    const here = pointPosterior(3);
    const there = pointPosterior(3);
    gp.at(at, here, true);
    for (let k = 0; k < 2; k++) {
      const moved = Float64Array.from(at);
      moved[k] += 1e-6;
      gp.at(moved, there);
      assert.ok(Math.abs((there.mean - here.mean) / 1e-6 - here.meanGradient[k]) < 1e-4);
      assert.ok(Math.abs((there.variance - here.variance) / 1e-6 - here.varianceGradient[k]) < 1e-4);
    }
    assert.equal(here.meanGradient[2], 0);
    const longer = gp.extended(at, 1.5);
    const again = condition(toInputs([...x, Array.from(at)], 3, kinds), Float64Array.from([...y, 1.5]), matern52, hyper);
    const probe = Float64Array.of(0.1, 0.9, 2);
    longer.at(probe, here);
    again.at(probe, there);
    assert.ok(Math.abs(here.mean - there.mean) < 1e-10 && Math.abs(here.variance - there.variance) < 1e-10);
    const { covariance } = gp.joint([at, probe]);
    gp.at(probe, there);
    assert.ok(Math.abs(covariance[3] - there.variance) < 1e-10);
  });

  it('predict each observation left out as a process without it does', () => {
    const rng = createRng(8);
    const x = Array.from({ length: 9 }, () => [rng.next(), rng.next()]);
    const y = Float64Array.from(x, ([a, b]) => a - b * b);
    const options = { lengthscales: [0.5, 0.8], outputScale: 2, noise: 0.01, mean: 0.1 };
    const loo = gaussianProcess(options).fit(x, y).leaveOneOut();
    for (let i = 0; i < 9; i++) {
      const rest = (_: unknown, j: number): boolean => j !== i;
      const { mean, variance } = gaussianProcess(options).fit(x.filter(rest), y.filter(rest)).predict([x[i]]);
      assert.ok(Math.abs(mean[0] - loo.mean[i]) < 1e-9);
      assert.ok(Math.abs(variance[0] + 0.01 - loo.variance[i]) < 1e-9);
    }
  });

  it('name what is wrong with an option, a row or an output', () => {
    const wrong: [Parameters<typeof gaussianProcess>[0], RegExp][] = [
      [{ lengthscales: [1, 1] }, /lengthscales: got \[ 1, 1 \], wanted 1 values/],
      [{ lengthscales: [-1] }, /lengthscales: got -1, wanted finite values > 0/],
      [{ lengthscales: [1], outputScale: 0 }, /outputScale: got 0, wanted a variance > 0/],
      [{ lengthscales: [1], noise: -1 }, /noise: got -1, wanted a variance ≥ 0/],
      [{ noise: NaN }, /noise: got NaN/],
      [{ lengthscales: [1], mean: Infinity }, /mean: got Infinity, wanted a finite number/],
      [{ kinds: ['numeric', 'numeric'] }, /kinds: got .*, wanted 1 values, one a column/],
      [{ kinds: ['ordinal' as never] }, /kinds: got 'ordinal', wanted 'numeric' or 'category'/],
    ];
    for (const [options, message] of wrong) assert.throws(() => gaussianProcess(options).fit([[0], [1]], [0, 1]), message);
    const fitted = gaussianProcess({ lengthscales: [1], noise: 0.1 }).fit([[0], [1]], [0, 1]);
    assert.throws(() => fitted.predict([[0, 1]]), /X: got \[ 0, 1 \], wanted 1 columns in every row/);
    assert.throws(() => fitted.predict([[NaN]]), /X: got \[ NaN \], wanted finite values/);
    assert.throws(() => gaussianProcess({ lengthscales: [1] }).fit([[0], [Infinity]], [0, 1]), /X: got \[ Infinity \]/);
  });

  it('keep an output scale, noise and mean that are given, and fit the rest', () => {
    const x = Array.from({ length: 12 }, (_, i) => [i / 11]);
    const y = x.map(([v]) => 5 + 3 * Math.sin(6 * v));
    const given = { outputScale: 9, noise: 0.01, mean: 4 };
    const { hyperparameters } = gaussianProcess(given).fit(x, y);
    for (const [name, value] of Object.entries(given)) {
      assert.ok(Math.abs(hyperparameters[name as keyof typeof given] - value) < 1e-9 * value, `${name}: ${hyperparameters[name as keyof typeof given]}`);
    }
    // No other lengthscale is likelier under the same prior: the fit is one to these values, not to others.
    const score = (length: number): number => {
      const z = (Math.log(length) - Math.SQRT2) / Math.sqrt(3);
      return gaussianProcess({ ...given, lengthscales: [length] }).fit(x, y).logMarginalLikelihood - 0.5 * z * z - Math.log(length);
    };
    const [best] = hyperparameters.lengthscales;
    for (const factor of [0.8, 0.95, 1.05, 1.25]) assert.ok(score(factor * best) < score(best) + 1e-4);
  });

  it('fit a flat output, one point, duplicates and outputs of any size', () => {
    const grid = Array.from({ length: 8 }, (_, i) => [i / 7]);
    for (const scale of [1e-9, 1, 1e9]) {
      const gp = gaussianProcess().fit(grid, grid.map(([v]) => scale * Math.sin(3 * v)));
      const got = gp.predict([[0.5]]).mean[0] / scale;
      assert.ok(Math.abs(got - Math.sin(1.5)) < 0.05, `${scale}: ${got}`);
    }
    assert.ok(Math.abs(gaussianProcess().fit(grid, grid.map(() => 7)).predict([[0.3]]).mean[0] - 7) < 1e-9);
    assert.ok(Math.abs(gaussianProcess().fit([[0.2]], [3]).predict([[0.2]]).mean[0] - 3) < 1e-9);
    const twice = gaussianProcess({ noise: 0 }).fit([...grid, ...grid], [...grid, ...grid].map(([v]) => v));
    assert.ok(Math.abs(twice.predict([[0.5]]).mean[0] - 0.5) < 0.01);
  });
});
