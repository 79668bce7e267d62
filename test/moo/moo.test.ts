import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { createRng } from '../../src/base';
import {
  additiveEpsilon, multiplicativeEpsilon, attainment, attainmentSurface, crowdingDistance, directionCount, dominates, gd, hypervolume, hypervolumeContributions,
  igd, igdPlus, nonDominatedSort, normalizedHypervolume, paretoFront, partitionsFor, referenceDirections, spread,
} from '../../src/moo';
import { needShared } from '../support/shared';

const read = (test: Mocha.Context, name: string): any => JSON.parse(readFileSync(needShared(test, 'oracle', name), 'utf8'));
const close = (a: number, b: number, rel: number, what: string): void =>
  assert.ok(Math.abs(a - b) <= rel * Math.max(Math.abs(a), Math.abs(b), 1e-300) , `${what}: ${a} ≠ ${b}`);

/** By inclusion and exclusion over subsets: slow, and shares nothing with the sweeps. */
function bruteHypervolume(points: number[][], reference: number[]): number {
  let sum = 0;
  for (let mask = 1; mask < 1 << points.length; mask++) {
    const corner = new Array(reference.length).fill(-Infinity);
    let sign = -1;
    points.forEach((p, i) => {
      if (!(mask & (1 << i))) return;
      sign = -sign;
      p.forEach((v, j) => (corner[j] = Math.max(corner[j], v)));
    });
    sum += sign * corner.reduce((volume, v, j) => volume * Math.max(0, reference[j] - v), 1);
  }
  return sum;
}

const bruteRanks = (points: number[][]): number[] => {
  const ranks = new Array(points.length).fill(-1);
  for (let rank = 0; ranks.includes(-1); rank++) {
    const left = points.map((_, i) => i).filter((i) => ranks[i] === -1);
    const front = left.filter((i) => !left.some((k) => dominates(points[k], points[i])));
    for (const i of front) ranks[i] = rank;
  }
  return ranks;
};

const pointSet = (maxPoints: number): fc.Arbitrary<number[][]> =>
  fc.integer({ min: 2, max: 8 }).chain((m) =>
    fc.array(fc.array(fc.integer({ min: 0, max: 6 }).map((k) => k / 6), { minLength: m, maxLength: m }), { minLength: 1, maxLength: maxPoints }),
  );

describe('moo against reference values', () => {
  it('hypervolume and contributions, 2 to 6 objectives, 1e-10 relative', function () {
    for (const c of read(this, 'hypervolume.json').cases) {
      close(hypervolume(c.points, c.ref), c.hv, 1e-10, `${c.name} m ${c.m} n ${c.n}`);
      if (!c.contributions) continue;
      const got = hypervolumeContributions(c.points, c.ref);
      c.contributions.forEach((want: number, i: number) =>
        assert.ok(Math.abs(got[i] - want) <= 1e-10 * Math.max(c.hv, 1e-300), `${c.name} m ${c.m}, contribution ${i}: ${got[i]} ≠ ${want}`),
      );
    }
  });

  it('ranks, fronts and crowding', function () {
    for (const c of read(this, 'nondominated.json').cases) {
      assert.deepEqual(nonDominatedSort(c.F), c.rank, c.name);
      const front = paretoFront(c.F);
      assert.deepEqual(c.F.map((_: unknown, i: number) => front.includes(i)), c.is_nondominated_weak_keep_duplicates, c.name);
      if (/ties|duplicates/.test(c.name)) continue;
      for (const f of c.fronts) {
        // A front of one or two has only extremes; the reference gives 0 to a single point.
        if (f.front.length < 3) continue;
        const got = crowdingDistance(f.front.map((i: number) => c.F[i]));
        f.crowding.forEach((want: number | null, i: number) => {
          if (want === null) assert.equal(got[i], Infinity);
          else assert.ok(Math.abs(got[i] - want) < 1e-12, `${c.name}: ${got[i]} ≠ ${want}`);
        });
      }
    }
  });

  it('IGD, IGD+, additive and multiplicative epsilon, averaged Hausdorff', function () {
    for (const c of read(this, 'indicators.json').cases) {
      close(igd(c.A, c.ref), c.igd, 1e-10, 'igd');
      close(igdPlus(c.A, c.ref), c.igd_plus, 1e-10, 'igd+');
      close(additiveEpsilon(c.A, c.ref), c.epsilon_additive, 1e-10, 'epsilon');
      // Computed on both sets moved by 0.1, off 0.
      const moved = (set: number[][]) => set.map((row) => row.map((v) => v + 0.1));
      close(multiplicativeEpsilon(moved(c.A), moved(c.ref)), c.epsilon_mult, 1e-10, 'multiplicative epsilon');
      close(Math.max(gd(c.A, c.ref), igd(c.A, c.ref)), c.avg_hausdorff_p1, 1e-10, 'hausdorff');
    }
  });

  it('Das–Dennis directions', function () {
    for (const [name, rows] of Object.entries<number[][]>(read(this, 'refdirs.json').sets)) {
      const [, m, p] = name.match(/m(\d+)_p(\d+)/)!.map(Number);
      const got = referenceDirections(m, p);
      assert.equal(got.length, rows.length);
      assert.equal(directionCount(m, p), rows.length);
      rows.forEach((row, i) => row.forEach((v, j) => assert.ok(Math.abs(v - got[i][j]) < 1e-10, name)));
    }
  });
});

describe('moo: hypervolume', () => {
  it('agrees with inclusion and exclusion, ties and duplicates included', () => {
    fc.assert(
      fc.property(pointSet(9), (points) => {
        const reference = new Array(points[0].length).fill(0.95);
        const want = bruteHypervolume(points, reference);
        assert.ok(Math.abs(hypervolume(points, reference) - want) < 1e-9, `${hypervolume(points, reference)} ≠ ${want}`);
      }),
      { numRuns: 400 },
    );
  });

  it('contributions are what leaving a point of the front out loses', () => {
    fc.assert(
      fc.property(pointSet(12), (points) => {
        const reference = new Array(points[0].length).fill(0.95);
        const inside = points.map((p) => p.every((v, j) => v < reference[j]));
        const front = paretoFront(points);
        const lean = front.map((i) => points[i]);
        const whole = hypervolume(lean, reference);
        const got = hypervolumeContributions(points, reference);
        points.forEach((_, i) => {
          const at = front.indexOf(i);
          const want = at < 0 || !inside[i] ? 0 : whole - hypervolume(lean.filter((__, k) => k !== at), reference);
          assert.ok(Math.abs(got[i] - want) < 1e-9, `point ${i}: ${got[i]} ≠ ${want}`);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('grows with a new non-dominated point, and does not care for order or scale', () => {
    const rng = createRng(11);
    for (let round = 0; round < 150; round++) {
      const m = 2 + (round % 7);
      const reference = new Array(m).fill(1);
      const points = Array.from({ length: 1 + rng.integer(0, 24) }, () => reference.map(() => rng.next()));
      const before = hypervolume(points, reference);
      const extra = reference.map(() => rng.next());
      const after = hypervolume([...points, extra], reference);
      if (points.some((p) => dominates(p, extra))) close(after, before, 1e-10, 'dominated');
      else assert.ok(after > before);
      close(hypervolume(rng.shuffle([...points]), reference), before, 1e-10, 'order');
      const scale = reference.map((_, j) => 10 ** (j * 3 - 6));
      const scaled = hypervolume(points.map((p) => p.map((v, j) => v * scale[j] - 5 * scale[j])), reference.map((v, j) => v * scale[j] - 5 * scale[j]));
      close(scaled, before * scale.reduce((a, b) => a * b, 1), 1e-9, 'scale');
    }
  });

  it('takes typed arrays, 1 and 8 objectives, no points, and refuses NaN and odd lengths', () => {
    assert.equal(hypervolume([Float64Array.of(0, 0)], Float64Array.of(2, 3)), 6);
    assert.equal(hypervolume([[3], [1]], [4]), 3);
    assert.equal(hypervolume([], [1, 1]), 0);
    for (const m of [2, 4, 5, 6]) assert.equal(hypervolume([new Array(m).fill(-Infinity), new Array(m).fill(0)], new Array(m).fill(1)), Infinity);
    assert.equal(hypervolume([new Array(8).fill(0)], new Array(8).fill(2)), 256);
    assert.throws(() => hypervolume([[0, NaN]], [1, 1]), /points.*NaN/);
    assert.throws(() => hypervolume([[0, 1, 2]], [1, 1]), /points.*2 objectives/);
  });

  it('normalises into [0, 1]', () => {
    assert.equal(normalizedHypervolume([[0, 0]], [4, 2], [0, 0]), 1);
    assert.equal(normalizedHypervolume([[2, 1]], [4, 2], [0, 0]), 0.25);
    assert.equal(normalizedHypervolume([[5, 1]], [4, 2], [0, 0]), 0);
    assert.throws(() => normalizedHypervolume([[5, 1]], [4, 2], [4, 0]), /ideal/);
  });
});

describe('moo: dominance', () => {
  it('ranks as brute force does', () => {
    fc.assert(fc.property(pointSet(40), (points) => assert.deepEqual(nonDominatedSort(points), bruteRanks(points))), { numRuns: 200 });
  });

  it('refuses NaN and lengths that differ, and keeps no NaN of infinite values', () => {
    for (const f of [paretoFront, nonDominatedSort, crowdingDistance, spread]) {
      assert.throws(() => f([[1, 2], [NaN, 1], [0, 3]]), /points: got \[ NaN, 1 \], wanted numbers, not NaN/);
      assert.throws(() => f([[1, 2], [2], [0, 3]]), /points: got \[ 2 \], wanted 2 objectives each/);
    }
    for (const f of [igd, igdPlus, gd, additiveEpsilon]) {
      assert.throws(() => f([[1, 2]], [[1, 2], [1]]), /reference: got \[ 1 \], wanted 2 objectives each/);
      assert.throws(() => f([[1, NaN]], [[1, 2]]), /points: got \[ 1, NaN \], wanted numbers, not NaN/);
    }
    assert.throws(() => hypervolume([[0, 0]], [1, NaN]), /reference: got \[ 1, NaN \], wanted numbers, not NaN/);
    assert.throws(() => normalizedHypervolume([[0.5]], [1, 1], [0, 0]), /points: got \[ 0.5 \], wanted 2 objectives each/);
    assert.throws(() => attainment([[[1, 1]]], [[1]]), /fronts: got \[ 1, 1 \], wanted 1 objectives each/);
    assert.deepEqual(crowdingDistance([[1, 2], [2, 1], [Infinity, 0], [0, 3]]), [1 / 3, 1 / 3, Infinity, Infinity]);
  });

  it('the front is rank 0', () => {
    fc.assert(
      fc.property(pointSet(40), (points) => {
        const ranks = nonDominatedSort(points);
        assert.deepEqual(paretoFront(points), points.map((_, i) => i).filter((i) => ranks[i] === 0));
      }),
    );
  });

  it('crowding: extremes infinite, the middle by its neighbours, no range no distance', () => {
    assert.deepEqual(crowdingDistance([[0, 4], [1, 1], [4, 0]]), [Infinity, 1, Infinity]);
    assert.deepEqual(crowdingDistance([[1, 1]]), [Infinity]);
    assert.deepEqual(crowdingDistance([[1, 1], [1, 1], [1, 1]]).filter((d) => d === 0).length, 1);
    assert.deepEqual(crowdingDistance([]), []);
  });
});

describe('moo: sets', () => {
  it('spread is 0 where the gaps are even', () => {
    assert.equal(spread([[0, 3], [1, 2], [2, 1], [3, 0]]), 0);
    assert.ok(spread([[0, 3], [0.1, 2.9], [2, 1], [3, 0]]) > 0.3);
  });

  it('partitions fit the limit', () => {
    for (const m of [2, 3, 5, 8]) {
      const p = partitionsFor(m, 100);
      assert.ok(directionCount(m, p) <= 100 && directionCount(m, p + 1) > 100);
    }
  });

  it('attainment: corners attained by as many runs as asked', () => {
    const rng = createRng(2);
    const fronts = Array.from({ length: 5 }, () => Array.from({ length: 6 }, () => [rng.next(), rng.next()]));
    for (let level = 1; level <= 5; level++) {
      const surface = attainmentSurface(fronts, level);
      for (const share of attainment(fronts, surface)) assert.ok(share >= level / 5 - 1e-12);
      for (const [x, y] of surface) assert.ok(attainment(fronts, [[x, y - 1e-9]])[0] < level / 5 && attainment(fronts, [[x - 1e-9, y]])[0] < level / 5);
    }
    const best = attainmentSurface(fronts, 1);
    const all = fronts.flat();
    assert.deepEqual(best, paretoFront(all).map((i) => all[i]).sort((a, b) => a[0] - b[0]));
  });
});
