import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRng } from '../../src/base';
import { boxDecomposition, hypervolumeImprovement } from '../../src/moo/box-decomposition';
import { needShared } from '../support/shared';

describe('box decomposition of the non-dominated region', () => {
  it('gives the hypervolume improvements of the reference values', function () {
    const oracle = JSON.parse(readFileSync(needShared(this, 'oracle', 'ehvi.json'), 'utf8'));
    for (const row of oracle.box) {
      const turn = (p: number[]): number[] => p.map((v) => -v);
      const boxes = boxDecomposition(row.Y.map(turn), turn(row.ref));
      row.probe.forEach((p: number[], i: number) =>
        assert.ok(Math.abs(hypervolumeImprovement(boxes, turn(p)) - row.hvi[i]) < 1e-8, `m ${row.m}`),
      );
    }
  });

  it('holds each non-dominated point in one box, each dominated point in none, ties included', () => {
    const rng = createRng(5);
    for (let round = 0; round < 60; round++) {
      const m = 2 + (round % 4);
      const grid = round % 2 === 0;
      const draw = (): number[] => Array.from({ length: m }, () => (grid ? rng.integer(0, 4) / 4 : rng.next()));
      const front = Array.from({ length: rng.integer(0, 12) }, draw);
      const reference = new Array<number>(m).fill(0.9);
      const boxes = boxDecomposition(front, reference);
      for (let k = 0; k < 60; k++) {
        const y = Array.from({ length: m }, () => rng.next());
        let inside = 0;
        for (let c = 0; c < boxes.count; c++) {
          if (y.every((v, j) => v >= boxes.lower[c * m + j] && v < boxes.upper[c * m + j])) inside++;
        }
        const dominated = front.some((p) => p.every((v, j) => v <= y[j] && v < 0.9)) || y.some((v) => v >= 0.9);
        assert.equal(inside, dominated ? 0 : 1, `round ${round}, m ${m}`);
      }
    }
  });
});
