import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createRng } from '../../src/base';
import { dominates } from '../../src/moo';
import {
  attainmentSurfaces,
  confusionCounts,
  confusionMatrix,
  hypervolumeBox,
  hypervolumeCurve,
  hypervolumeHistory,
  liveStudy,
  optimizationHistory,
  parameterImportance,
  paretoFront,
  pictureToPng,
  signals,
  surrogateCalibration,
  toCsv,
  type Predictions,
  type StudyView,
} from '../../src/plot';
import { judge } from '../../src/plot/study-view';
import { sampleStudy } from './support';

const studies = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer(), fc.integer({ min: 2, max: 4 }))
  .map(([n, seed, m]) => sampleStudy(n, seed, m));

describe('a study, judged', () => {
  it('has on the front what is feasible and dominated by no feasible trial', () => {
    fc.assert(
      fc.property(studies, (study) => {
        const judged = judge(study);
        const feasible = judged.filter((one) => one.feasible);
        for (const one of judged) {
          assert.equal(
            one.feasible,
            (one.trial.violations ?? []).every((violation) => violation <= 0),
          );
          assert.equal(one.front, one.feasible && !feasible.some((other) => dominates(other.costs, one.costs)));
        }
      }),
    );
  });
});

describe('paretoFront', () => {
  it('shows each complete trial once a panel, in the group that it belongs to', () => {
    fc.assert(
      fc.property(studies, (study) => {
        const judged = judge(study);
        const figure = paretoFront(study);
        const panels = Math.max(1, study.objectives.length - 1);
        const count = (name: string): number =>
          figure.data
            .filter((trace) => trace.name === name)
            .reduce((sum, trace) => sum + (trace.x as number[]).length, 0);
        assert.equal(count('infeasible'), panels * judged.filter((one) => !one.feasible).length);
        assert.equal(count('dominated'), panels * judged.filter((one) => one.feasible && !one.front).length);
        assert.equal(count('Pareto front'), panels * judged.filter((one) => one.front).length);
      }),
    );
  });

  it('draws the staircase on the worse side: its corners are attained', () => {
    const figure = paretoFront(sampleStudy(60, 5, 2));
    const stairs = figure.data.find((trace) => trace.name === 'attained');
    const [x, y] = [stairs?.x as number[], stairs?.y as number[]];
    assert.ok(x.length > 2);
    for (let i = 1; i < x.length; i++) {
      // 'hv' turns at (x[i], y[i − 1]): more ROM than point i − 1, and its accuracy, which point i exceeds.
      assert.ok(x[i] > x[i - 1] && y[i] > y[i - 1]);
    }
    assert.equal((stairs?.line as { shape: string }).shape, 'hv');
  });

  it('marks the limits of the objectives that it shows', () => {
    const shapes = paretoFront(sampleStudy(30, 1, 3)).layout.shapes as { x0: number; y0: number }[];
    assert.deepEqual(
      shapes.map((shape) => shape.x0).sort((a, b) => a - b),
      [1.8e5, 5e5],
    );
  });

  it('carries pairs for pages without WebGL where it is drawn in space', () => {
    const figure = paretoFront(sampleStudy(30), { pairs: '3d' });
    assert.ok(figure.data.every((trace) => trace.type === 'scatter3d'));
    const { flat } = figure.layout.meta as { flat: { data: { type: string }[] } };
    assert.ok(flat.data.every((trace) => trace.type === 'scatter'));
  });

  it('names the objective that is not there', () => {
    assert.throws(
      () => paretoFront(sampleStudy(3), { objectives: ['accuracy', 'size'] }),
      /objective: got 'size', wanted one of accuracy, rom, ram, macs/,
    );
    assert.throws(() => paretoFront(sampleStudy(3, 1, 1)), /objectives: .*at least two/);
    assert.throws(() => paretoFront(sampleStudy(3), { theme: 'blue' as never }), /theme: got 'blue'/);
  });
});

describe('hypervolumeCurve', () => {
  it('never falls, stays within the box, and has a value for each finished trial', () => {
    fc.assert(
      fc.property(studies, (study) => {
        const box = hypervolumeBox([study]);
        if (box === undefined) return;
        const curve = hypervolumeCurve(study, box);
        assert.equal(curve.length, study.trials.length);
        curve.forEach((value, i) => assert.ok(value >= (curve[i - 1] ?? 0) && value <= 1 + 1e-12));
      }),
      { numRuns: 60 },
    );
  });

  it('is the share of the box that random points of it find dominated', () => {
    const study = sampleStudy(40, 7, 3);
    const box = hypervolumeBox([study]);
    assert.ok(box !== undefined);
    const curve = hypervolumeCurve(study, box);
    const points = judge(study)
      .filter((one) => one.feasible)
      .map((one) => one.values);
    const rng = createRng('hypervolume');
    const samples = 20_000;
    let hits = 0;
    for (let s = 0; s < samples; s++) {
      const at = box.reference.map((worst, j) => worst + (box.ideal[j] - worst) * rng.next());
      if (points.some((point) => point.every((value, j) => (j === 0 ? value >= at[j] : value <= at[j])))) hits++;
    }
    // Five standard deviations of the share.
    assert.ok(Math.abs(hits / samples - curve[curve.length - 1]) < 5 * Math.sqrt(0.25 / samples));
  });

  it('counts infeasible and failed trials as time spent, and nothing else', () => {
    const study: StudyView = {
      objectives: [
        { name: 'a', direction: 'minimize', reference: 2 },
        { name: 'b', direction: 'maximize', reference: 0 },
      ],
      trials: [
        { number: 0, state: 'complete', params: {}, values: [1, 1], violations: [1], intermediate: [], attributes: {} },
        { number: 1, state: 'failed', params: {}, intermediate: [], attributes: {} },
        { number: 2, state: 'complete', params: {}, values: [1, 1], violations: [0], intermediate: [], attributes: {} },
        { number: 3, state: 'running', params: {}, intermediate: [], attributes: {} },
        { number: 4, state: 'complete', params: {}, values: [0, 0.5], intermediate: [], attributes: {} },
      ],
    };
    assert.deepEqual(hypervolumeCurve(study, { reference: [2, 0], ideal: [0, 2] }), [0, 0, 0.25, 0.375]);
  });
});

describe('hypervolumeCurve at some trials only', () => {
  it('is exact there and at the end, and stays as it was between', () => {
    fc.assert(
      fc.property(studies, fc.integer({ min: 2, max: 7 }), (study, every) => {
        const box = hypervolumeBox([study]);
        if (box === undefined) return;
        const exact = hypervolumeCurve(study, box);
        hypervolumeCurve(study, box, every).forEach((value, i) => {
          const at = i === exact.length - 1 ? i : i - (i % every);
          assert.equal(value, exact[at]);
        });
      }),
      { numRuns: 40 },
    );
  });
});

describe('hypervolumeHistory', () => {
  it('draws mean and deviation over seeds, cut at the shortest run', () => {
    const figure = hypervolumeHistory([
      {
        name: 'solver',
        runs: [
          [0.1, 0.2, 0.3],
          [0.3, 0.4],
        ],
      },
    ]);
    const line = figure.data.find((trace) => trace.name === 'solver');
    assert.deepEqual(line?.x, [1, 2]);
    (line?.y as number[]).forEach((value, i) => assert.ok(Math.abs(value - [0.2, 0.3][i]) < 1e-12));
    const upper = (figure.data[0].y as number[])[0];
    assert.ok(Math.abs(upper - (0.2 + Math.SQRT2 / 10)) < 1e-12);
    assert.throws(() => hypervolumeHistory([{ name: 'none', runs: [] }]), /series 'none'/);
  });

  it('measures all solvers in one box', () => {
    const good = sampleStudy(30, 1, 2);
    const worse = { ...good, trials: good.trials.slice(0, 6) };
    const figure = hypervolumeHistory({ good: [good], worse: [worse] });
    const ends = ['good', 'worse'].map((name) => figure.data.find((trace) => trace.name === name)?.y as number[]);
    assert.deepEqual(ends[0].slice(0, 6), ends[1]);
  });
});

describe('liveStudy', () => {
  it('is drawn from the first moment on', () => {
    for (const n of [0, 1, 2]) for (const m of [1, 2, 4]) assert.ok(liveStudy(sampleStudy(n, 1, m)).data.length > 0);
  });
});

describe('optimizationHistory', () => {
  it('has as best so far the best feasible value up to each trial', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer(), (n, seed) => {
        const study = sampleStudy(n, seed, 1);
        const line = optimizationHistory(study).data.find((trace) => trace.name === 'best so far');
        const [x, y] = [line?.x as number[], line?.y as number[]];
        x.forEach((at, i) => {
          const sofar = judge(study).filter((one) => one.feasible && one.trial.number < at);
          assert.equal(y[i], Math.max(...sofar.map((one) => one.values[0])));
        });
      }),
    );
  });
});

describe('surrogateCalibration', () => {
  const honest = (n: number, times: number): Predictions => {
    const rng = createRng(`honest ${n}`);
    const deviation = Array.from({ length: n }, () => 0.1 + rng.next());
    const mean = deviation.map(() => rng.normal());
    return { objective: 'loss', mean, deviation, observed: mean.map((m, i) => m + times * deviation[i] * rng.normal()) };
  };
  const held = (predictions: Predictions): { x: number[]; y: number[] } =>
    surrogateCalibration(predictions).data.find((trace) => trace.name === 'held') as never;

  it('lies on the diagonal for normal errors as large as promised, below it for larger ones', () => {
    const { x, y } = held(honest(4000, 1));
    // Kolmogorov's statistic exceeds 1.95 / √n once in a thousand.
    x.forEach((promised, i) => assert.ok(Math.abs(promised - y[i]) < 1.95 / Math.sqrt(4000) + 1 / 4000));
    const sure = held(honest(400, 2));
    assert.ok(sure.x.reduce((sum, promised, i) => sum + promised - sure.y[i], 0) / sure.x.length > 0.1);
  });

  it('counts what is within two deviations', () => {
    const figure = surrogateCalibration({ objective: 'a', observed: [0, 1, 9], mean: [0, 0, 0], deviation: [1, 1, 1] });
    assert.match(JSON.stringify(figure.layout.annotations), /2 of 3 within 2 sd/);
    assert.throws(
      () => surrogateCalibration({ objective: 'a', observed: [1], mean: [1, 2], deviation: [1] }),
      /predictions\.mean: got 2, wanted 1 values/,
    );
  });
});

describe('parameterImportance', () => {
  it('takes one objective or several, the most important parameter first', () => {
    const list = [
      { parameter: 'a', share: 0.1, deviation: 0.2 },
      { parameter: 'b', share: 0.9 },
    ];
    const one = parameterImportance(list);
    assert.deepEqual((one.layout.yaxis as { ticktext: string[] }).ticktext, ['b', 'a']);
    assert.deepEqual((one.data[0].error_x as { arrayminus: number[] }).arrayminus, [0, 0.1]);
    const two = parameterImportance({ accuracy: list, rom: [{ parameter: 'c', share: 2 }] });
    assert.deepEqual(two.data.map(({ name }) => name), ['accuracy', 'rom']);
    assert.deepEqual((two.layout.yaxis as { ticktext: string[] }).ticktext, ['c', 'b', 'a']);
  });
});

describe('confusionMatrix', () => {
  it('counts each sample once, at its label and its prediction', () => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })), { maxLength: 60 });
    fc.assert(
      fc.property(pairs, (list) => {
        const counts = confusionCounts(
          list.map(([label]) => label),
          list.map(([, prediction]) => prediction),
          5,
        );
        counts.forEach((row, i) =>
          row.forEach((count, j) => assert.equal(count, list.filter(([a, b]) => a === i && b === j).length)),
        );
      }),
    );
  });

  it('refuses what is no class, and names for another number of classes', () => {
    assert.throws(() => confusionCounts([0], [2], 2), /predictions\[0\]: got 2, wanted a class 0 … 1/);
    assert.throws(() => confusionCounts([0, 1], [0], 2), /predictions: got 1, wanted 2/);
    assert.throws(() => confusionMatrix([[1]], ['a', 'b']), /classNames/);
  });
});

describe('signals and pictures', () => {
  it('read interleaved samples as channels', () => {
    const figure = signals([{ values: Float32Array.of(1, 10, 2, 20, 3, 30), channels: 2 }]);
    assert.deepEqual(
      figure.data.map((trace) => trace.y),
      [
        [1, 2, 3],
        [10, 20, 30],
      ],
    );
    assert.throws(
      () => signals([{ values: [1, 2, 3], channels: 2 }]),
      /window\.channels: got 2, wanted a divisor of the 3 values/,
    );
  });

  it('refuse pixels that do not fill the picture', () => {
    assert.throws(
      () => pictureToPng({ pixels: [1, 2], width: 2, height: 2, channels: 1 }),
      /picture\.pixels: got 2, wanted 4 values/,
    );
  });
});

describe('what a figure says of itself', () => {
  it('names axes by the objectives\' labels, with units; by their names where they have none', () => {
    const text = (figure: { layout: Record<string, unknown> }, axis: string): string =>
      (figure.layout[axis] as { title: { text: string } }).title.text;
    const front = paretoFront(sampleStudy(20, 1, 2));
    assert.deepEqual([text(front, 'xaxis'), text(front, 'yaxis')], ['ROM (B) ←', 'accuracy →']);
    const own = paretoFront(sampleStudy(20, 1, 2), { labels: { rom: 'flash' } });
    assert.equal(text(own, 'xaxis'), 'flash');
    assert.equal(text(attainmentSurfaces({ a: [sampleStudy(20, 1, 2)] }), 'xaxis'), 'ROM (B) ←');
  });

  it('says what its band and its dots are, and of how many runs; keys are no data', () => {
    const runs = { 'NSGA-II': [1, 2, 3].map((seed) => sampleStudy(10, seed, 2)), random: [sampleStudy(10, 4, 2)] };
    const shown = (figure: { data: readonly Record<string, unknown>[] }): unknown[] =>
      figure.data.filter((trace) => trace.showlegend === true).map((trace) => trace.name);
    const volumes = hypervolumeHistory(runs);
    assert.deepEqual(shown(volumes), ['NSGA-II', 'random', 'mean ± sd, 1 to 3 runs']);
    assert.ok(!toCsv(volumes).includes('±'));
    assert.deepEqual(shown(hypervolumeHistory({ one: [sampleStudy(10, 1, 2)] })), []);
    assert.deepEqual(shown(attainmentSurfaces({ a: runs['NSGA-II'] })), ['a', 'median of 3 runs', 'best and worst']);
  });
});

describe('a logarithmic axis', () => {
  it('has ticks that say their size, also within one decade', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e6, noNaN: true }), fc.double({ min: 1.01, max: 12, noNaN: true }), (least, ratio) => {
        const base = sampleStudy(2, 1, 2);
        const trials = [least, least * ratio].map((rom, number) => ({ ...base.trials[0], number, state: 'complete' as const, values: [0.5, rom], violations: [] }));
        const { xaxis } = paretoFront({ ...base, constraints: [], trials }, { log: ['rom'] }).layout as { xaxis: { dtick?: string; tickvals?: number[]; range: number[] } };
        if (xaxis.dtick === 'D2') return xaxis.range[1] - xaxis.range[0] > 1.2;
        const [low, high] = xaxis.range.map((log) => 10 ** log);
        return xaxis.tickvals!.length >= 2 && xaxis.tickvals!.length <= 6 && xaxis.tickvals!.every((tick) => tick >= low && tick <= high);
      }),
    );
  });
});
