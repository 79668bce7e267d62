import assert from 'node:assert/strict';
import { createRng } from '../../src/base';
import { boxDecomposition } from '../../src/moo';
import { HypervolumeImprovement, ehvi } from '../../src/optimize';
import { cutAtFloors, floorsOf } from '../../src/optimize/solvers/bayesian/floors';
import { toProblem } from '../../src/optimize/solvers/bayesian/problem';
import { defineSpace, real, sample } from '../../src/space';
import type { Objective, TrialRecord } from '../../src/study';

const space = defineSpace({ x: real(0, 1), y: real(0, 1) });
const objectives: Objective[] = [
  { name: 'cost', direction: 'minimize', reference: 2 },
  { name: 'penalty', direction: 'minimize', reference: 2 },
];

function floors(evaluate: (p: any) => number[], n: number): number[] {
  const rng = createRng(1);
  const history = Array.from({ length: n }, (_, number): TrialRecord => {
    const params = sample(space, rng);
    return { number, state: 'complete', params, values: evaluate(params), violations: [], intermediate: [], attributes: {} };
  });
  const problem = toProblem({ space, objectives, constraints: [], history, pending: [], rng });
  return floorsOf(problem, [2, 2]).map(({ value }) => value);
}

describe('floors of objectives', () => {
  it('are seen where points far apart share the least value, and nowhere else', () => {
    assert.deepEqual(floors((p) => [p.x + p.y, Math.max(0, p.x - 0.5)], 30), [-Infinity, 0]);
    // A narrow minimum that was hit often is none.
    assert.deepEqual(floors((p) => [p.x + p.y, Math.max(0, Math.hypot(p.x - 0.5, p.y - 0.5) - 0.2)], 60), [-Infinity, -Infinity]);
    assert.deepEqual(floors((p) => [p.x + p.y, Math.max(0, p.x - 0.5)], 4), [-Infinity, -Infinity]);
  });

  it('cut the boxes: weight 1 changes nothing, weight 0 is improvement above the floor alone', () => {
    const boxes = boxDecomposition([[0.2, 1.5], [1, 0.5], [1.5, 0]], [2, 2]);
    const [mean, deviation] = [[0.8, 0.2], [0.4, 0.6]];
    const cut = (weight: number): number =>
      Math.exp(new HypervolumeImprovement(cutAtFloors(boxes, [{ value: -Infinity, weight: 1 }, { value: 0, weight }])).log(mean, deviation));
    const whole = ehvi(boxes, mean, deviation);
    assert.ok(Math.abs(cut(1) - whole) < 1e-12 * whole);
    // By counting: improvement of outcomes, with what lies below the floor put on it.
    const rng = createRng(2);
    let sum = 0;
    const draws = 200_000;
    for (let i = 0; i < draws; i++) {
      const y = [mean[0] + deviation[0] * rng.normal(), Math.max(0, mean[1] + deviation[1] * rng.normal())];
      for (let c = 0; c < boxes.count; c++) {
        const side = (j: number): number => Math.max(0, boxes.upper[2 * c + j] - Math.max(boxes.lower[2 * c + j], y[j]));
        sum += side(0) * side(1);
      }
    }
    assert.ok(Math.abs(cut(0) - sum / draws) < 0.01 * whole, `${cut(0)} ${sum / draws}`);
    assert.ok(cut(0) < cut(0.5) && cut(0.5) < whole);
  });

  it('leave slopes equal to finite differences', () => {
    const boxes = boxDecomposition([[0.2, 1.5], [1, 0.5]], [2, 2]);
    const improvement = new HypervolumeImprovement(cutAtFloors(boxes, [{ value: 0, weight: 0.2 }, { value: 0.3, weight: 0.1 }]));
    const at = [0.5, 0.4, 0.3, 0.2];
    const value = (v: number[]): number => improvement.log(v.slice(0, 2), v.slice(2));
    const slopes = new Float64Array(4);
    improvement.log(at.slice(0, 2), at.slice(2), slopes);
    for (let k = 0; k < 4; k++) {
      const [up, down] = [1e-6, -1e-6].map((h) => value(at.map((v, i) => (i === k ? v + h : v))));
      assert.ok(Math.abs((up - down) / 2e-6 - slopes[k]) < 1e-5, `${k}`);
    }
  });
});
