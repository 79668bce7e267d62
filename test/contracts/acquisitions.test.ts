import assert from 'node:assert/strict';
import { createRng } from '../../src/base';
import { cholesky } from '../../src/math';
import { boxDecomposition } from '../../src/moo';
import { acquisitions, bayesian, jointImprovement, ofBelief, type Acquisition, type AcquisitionState, type Place } from '../../src/optimize';
import { toInputs } from '../../src/optimize/surrogates/covariance';
import { matern52 } from '../../src/optimize/surrogates/kernels';
import { condition, pointPosterior } from '../../src/optimize/surrogates/posterior';
import { categorical, defineSpace, real } from '../../src/space';
import { createStudy } from '../../src/study';

const makers = acquisitions as unknown as Record<string, (options?: object) => Acquisition>;
/** Those of one objective only. */
const single = ['logExpectedImprovement', 'probabilityOfImprovement', 'upperConfidenceBound'];

/** Two numeric columns and a categorical one; `known`: the last objective is known. */
function stateOf(m: number, { known = false, waiting = 0, seed = 1 } = {}): AcquisitionState {
  const rng = createRng(seed);
  const draw = (): Float64Array => Float64Array.of(rng.next(), rng.next(), rng.integer(0, 1));
  const values = (row: Float64Array): number[] =>
    Array.from({ length: m }, (_, j) => (row[0] - j) ** 2 + (row[1] - 0.3 * j) ** 2 + 0.1 * row[2] - (m === 1 ? 0.5 : 0.8));
  const rows = Array.from({ length: 9 }, draw);
  const hyper = { lengthscales: Float64Array.of(0.6, 0.9, 1.5), outputScale: 1, noise: 1e-3, mean: 0 };
  const inputs = toInputs(rows, 3, ['numeric', 'numeric', 'category']);
  const posteriors = Array.from({ length: m }, (_, j) =>
    known && j === m - 1 ? undefined : condition(inputs, Float64Array.from(rows, (row) => values(row)[j]), matern52, hyper),
  );
  const place = (row: Float64Array): Place => ({ row, known: values(row) });
  const front = rows.map((row) => {
    return posteriors.map((posterior, j) => {
      const point = pointPosterior(3);
      posterior?.at(row, point);
      return posterior ? point.mean : values(row)[j];
    });
  });
  return { posteriors, reference: new Array<number>(m).fill(1), front, observed: rows.map(place), waiting: Array.from({ length: waiting }, () => place(draw())), rng };
}

describe('contract: every acquisition', () => {
  for (const [name, make] of Object.entries(makers)) {
    describe(name, function () {
      this.timeout(60_000);
      const sizes = single.includes(name) ? [1] : [1, 2, 3];

      it('has the slope of finite differences, known objectives and waiting trials or not', () => {
        for (const m of sizes) {
          for (const known of m > 1 ? [false, true] : [false]) {
            for (const waiting of [0, 2]) {
              const prepared = make().prepare(stateOf(m, { known, waiting }));
              const rng = createRng(7);
              for (let i = 0; i < 12; i++) {
                const row = Float64Array.of(rng.next(), rng.next(), rng.integer(0, 1));
                const place = { row, known: new Array<number>(m).fill(0.1) };
                const gradient = new Float64Array(3);
                const value = prepared(place, gradient);
                assert.ok(!Number.isNaN(value));
                assert.equal(gradient[2], 0);
                if (value === -Infinity) continue;
                assert.ok(Math.abs(prepared(place) - value) < 1e-9 * Math.max(1, Math.abs(value)));
                for (const k of [0, 1]) {
                  const at = (h: number): number => prepared({ ...place, row: row.map((v, j) => (j === k ? v + h : v)) });
                  const slope = (at(1e-6) - at(-1e-6)) / 2e-6;
                  // Exact sampled improvement has kinks.
                  const tolerance = /^q(E|N)/.test(name) ? 0.02 : 1e-3;
                  assert.ok(Math.abs(slope - gradient[k]) < tolerance * Math.max(1, Math.abs(slope)), `m ${m} waiting ${waiting}: ${slope}, ${gradient[k]}`);
                }
              }
            }
          }
        }
      });

      it('leads a study, with a batch, running trials and an uncertain constraint', async () => {
        const one = single.includes(name);
        const study = await createStudy<any>({
          name: 's', seed: 1, space: defineSpace({ x: real(0, 1), y: real(0, 1), op: categorical(['a', 'b']) }),
          objectives: (one ? ['f'] : ['f', 'g']).map((objective) => ({ name: objective, direction: 'minimize' as const })),
          constraints: [{ name: 'c', upper: 1.2 }],
          optimizer: bayesian({ firstPoints: 5, acquisition: make(/^q/.test(name) ? { samples: 16 } : {}), search: { samples: 32, starts: 2 } }),
        });
        const evaluate = ({ params: p }: any): any => ({ f: (p.x - 0.2) ** 2 + p.y ** 2, g: (p.x - 0.9) ** 2 + (p.op === 'a' ? 0.1 : 0), c: p.x + p.y });
        await study.run((trial) => evaluate(trial), { trials: 8 });
        const running = [await study.ask(), await study.ask()];
        assert.notDeepEqual(running[0].params, running[1].params);
        const batch = await study.optimizer.suggest(study.context(), 2);
        assert.equal(batch[0].explanation!.acquisition, make().name);
        assert.notDeepEqual(batch[0].params, batch[1].params);
      });
    });
  }

  it('of one objective refuses several', () => {
    for (const name of single) assert.throws(() => makers[name]().prepare(stateOf(2)), /one objective/);
  });

  it('takes one of your own', async () => {
    const own = ofBelief('least mean', () => (mean, _deviation, slopes) => {
      if (slopes) slopes[0] = -1;
      return -mean[0];
    });
    const study = await createStudy<any>({
      name: 's', space: defineSpace({ x: real(0, 1) }), objectives: [{ name: 'f', direction: 'minimize' }], optimizer: bayesian({ firstPoints: 3, acquisition: own }),
    });
    await study.run(({ params }) => (params.x - 0.4) ** 2, { trials: 8 });
    assert.ok(study.best()!.values![0] < 1e-3);
  });
});

describe('sampled hypervolume improvement', () => {
  const probe = (m: number, seed: number): Place => ({ row: Float64Array.of(createRng(seed).next(), createRng(seed + 1).next(), 0), known: new Array<number>(m).fill(0.1) });

  it('without waiting trials is the closed form, as far as the draws go', () => {
    for (const m of [1, 2, 3]) {
      for (const known of m > 1 ? [false, true] : [false]) {
        const state = stateOf(m, { known });
        const closed = acquisitions.logEhvi().prepare(state);
        for (const make of [acquisitions.qEhvi, acquisitions.qLogEhvi]) {
          const sampled = make({ samples: 2048 }).prepare(state);
          for (let i = 0; i < 6; i++) {
            const want = Math.exp(closed(probe(m, i)));
            assert.ok(Math.abs(Math.exp(sampled(probe(m, i))) - want) < 0.03 * want + 2e-3, `m ${m}, ${i}`);
          }
        }
      }
    }
  });

  it('joint with waiting trials adds up to the joint improvement, by independent draws', () => {
    const state = stateOf(2, { waiting: 2 });
    const last = probe(2, 3);
    const places = [...state.waiting, last];
    const rng = createRng(11);
    const boxes = boxDecomposition(state.front as number[][], state.reference as number[]);
    const joint = state.posteriors.map((posterior) => posterior!.joint(places.map(({ row }) => row)));
    const factors = joint.map(({ covariance }) => cholesky(covariance, 3));
    const n = 30_000;
    let gain = 0;
    for (let i = 0; i < n; i++) {
      const outcomes = places.map(() => [0, 0]);
      factors.forEach((l, j) => {
        const z = places.map(() => rng.normal());
        places.forEach((_, p) => (outcomes[p][j] = joint[j].mean[p] + z.slice(0, p + 1).reduce((s, v, k) => s + l[3 * p + k] * v, 0)));
      });
      gain += (jointImprovement(boxes, outcomes) - jointImprovement(boxes, outcomes.slice(0, 2))) / n;
    }
    const got = Math.exp(acquisitions.qEhvi({ samples: 4096 }).prepare(state)(last));
    assert.ok(Math.abs(got - gain) < 0.05 * gain + 5e-4, `${got} ${gain}`);
  });

  it('has a slope towards the front where no draw improves, in the logarithmic form', () => {
    const state = { ...stateOf(2), reference: [-3, -3], front: [] };
    const gradient = new Float64Array(3);
    assert.equal(acquisitions.qEhvi().prepare(state)(probe(2, 5)), -Infinity);
    const value = acquisitions.qLogEhvi().prepare(state)(probe(2, 5), gradient);
    assert.ok(Number.isFinite(value) && gradient.some((v) => v !== 0));
  });
});
