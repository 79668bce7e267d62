import assert from 'node:assert/strict';
import { createRng } from '../../src/base';
import { boxDecomposition, hypervolume } from '../../src/moo';
import { GreyboxImprovement, neededLevel, stopByDominance } from '../../src/optimize';
import type { Objective, TrialRecord } from '../../src/study';

const objectives: Objective[] = [
  { name: 'accuracy', direction: 'maximize', reference: 0 },
  { name: 'rom', direction: 'minimize', reference: 1, known: (p) => p.rom as number },
  { name: 'macs', direction: 'minimize', reference: 1, known: (p) => p.macs as number },
];
const reference = [0, 1, 1];
const points = (history: readonly TrialRecord[]): number[][] =>
  history.map(({ values }) => [-(values as number[])[0], (values as number[])[1], (values as number[])[2]]);

describe('early stopping by dominance', () => {
  it('needs exactly what adds hypervolume: the last level of the grey-box improvement', () => {
    const rng = createRng(2);
    for (let round = 0; round < 30; round++) {
      const history = Array.from({ length: 8 }, (_, number): TrialRecord => {
        const [a, rom, macs] = [rng.next(), rng.next(), rng.next()];
        return { number, state: 'complete', params: { rom, macs }, values: [a, rom, macs], violations: [], intermediate: [], attributes: {} };
      });
      const params = { rom: rng.next(), macs: rng.next() };
      const needed = neededLevel({ objectives, constraints: [], history }, params);
      const before = hypervolume(points(history), reference);
      const gain = (accuracy: number): number =>
        hypervolume([...points(history), [-accuracy, params.rom, params.macs]], reference) - before;
      assert.ok(gain(needed + 1e-6) > 0);
      assert.ok(gain(needed - 1e-6) < 1e-12);
      const { levels } = new GreyboxImprovement(boxDecomposition(points(history), reference), 0).levels([NaN, params.rom, params.macs]);
      assert.ok(Math.abs(levels[levels.length - 1] + needed) < 1e-12);
    }
  });

  it('stops no trial that could have entered the front, and saves steps', () => {
    const rng = createRng(4);
    const history: TrialRecord[] = [];
    const steps = 20;
    let spent = 0;
    let stopped = 0;
    for (let number = 0; number < 60; number++) {
      const params = { rom: rng.next(), macs: rng.next() };
      const final = 0.5 + 0.4 * Math.sqrt(params.rom * params.macs) - 0.4 * rng.next();
      // A saturating curve, whose remaining rise is bounded by 0.6 · 0.8^step.
      const curve = Array.from({ length: steps }, (_, s) => [s + 1, final - 0.6 * rng.next() * 0.8 ** (s + 1)] as const);
      const reach = (seen: TrialRecord['intermediate']): number => {
        const [step, value] = seen[seen.length - 1];
        return value + 0.6 * 0.8 ** step;
      };
      let verdict = { stop: false };
      let s = 1;
      for (; s <= steps && !verdict.stop; s++) {
        spent++;
        verdict = stopByDominance({ objectives, constraints: [], history }, { params, intermediate: curve.slice(0, s) }, reach);
      }
      if (verdict.stop) {
        stopped++;
        const before = hypervolume(points(history), reference);
        const after = hypervolume([...points(history), [-final, params.rom, params.macs]], reference);
        assert.ok(after - before < 1e-12, `trial ${number}`);
        continue;
      }
      history.push({ number, state: 'complete', params, values: [final, params.rom, params.macs], violations: [], intermediate: curve, attributes: {} });
    }
    assert.ok(stopped > 20 && spent < 0.7 * 60 * steps, `${stopped} stopped, ${spent} steps`);
  });

  it('says nothing from too short a history, and refuses two unknown objectives', () => {
    const trial = { params: { rom: 0.5, macs: 0.5 }, intermediate: [[1, 0.1]] as const };
    assert.equal(stopByDominance({ objectives, constraints: [], history: [] }, trial).stop, false);
    const open = [...objectives, { name: 'latency', direction: 'minimize' as const }];
    assert.throws(() => stopByDominance({ objectives: open, constraints: [], history: [] }, trial), /exactly one/);
  });
});
