import { createRng } from '../../src/base';
import * as plot from '../../src/plot';
import { sampleStudy } from './support';

const rng = createRng('catalogue');
const names = ['sitting', 'lying', 'standing', 'washing dishes', 'vacuuming', 'bicycling 100 W'];
const layers = Array.from({ length: 12 }, (_, i) => `block${i >> 1}/${i % 2 === 0 ? 'depthwise' : 'pointwise'}`);
const x = Array.from({ length: 41 }, (_, i) => i / 40);
const series = (seeds: number[], n: number): plot.StudyView[] => seeds.map((seed) => sampleStudy(n, seed, 2));
const window = (frequency: number): number[][] =>
  [3, 4, 5].map((c) => Array.from({ length: 128 }, (_, t) => Math.sin((t * frequency) / c)));
const picture = (i: number): plot.Picture => ({
  pixels: Uint8Array.from({ length: 8 * 8 * 3 }, (_, k) => (k * (i + 3)) % 256),
  width: 8,
  height: 8,
  channels: 3,
  label: names[i % 6],
  prediction: names[(i * 2) % 6],
});

/** One of every figure, with data of an ordinary size. */
export const catalogue: Readonly<Record<string, (options: plot.FigureOptions) => plot.Figure>> = {
  'Pareto front, 2 objectives': (o) => plot.paretoFront(sampleStudy(60, 1, 2), o),
  'Pareto front, 4 objectives': (o) => plot.paretoFront(sampleStudy(60), o),
  'Pareto front, all pairs': (o) => plot.paretoFront(sampleStudy(60), { ...o, pairs: 'all', log: ['macs'] }),
  'Pareto front in space': (o) => plot.paretoFront(sampleStudy(60), { ...o, pairs: '3d' }),
  'hypervolume of one study': (o) => plot.hypervolumeHistory(sampleStudy(40), o),
  'hypervolume of solvers': (o) =>
    plot.hypervolumeHistory({ 'NSGA-II': series([1, 2, 3], 30), random: series([4, 5, 6], 30) }, o),
  'live study': (o) => plot.liveStudy(sampleStudy(40), o),
  'live study without a trial': (o) => plot.liveStudy(sampleStudy(0), o),
  'live study of one objective': (o) => plot.liveStudy(sampleStudy(20, 1, 1), o),
  'parallel coordinates': (o) => plot.parallelCoordinates(sampleStudy(30, 2, 2), o),
  timeline: (o) => plot.trialTimeline(sampleStudy(30), o),
  pruning: (o) =>
    plot.pruningByLayer(
      layers.map((name) => ({ name, before: 64, after: rng.integer(8, 64) })),
      o,
    ),
  quantisation: (o) =>
    plot.quantizationErrorByLayer(
      layers.map((name) => ({ name, error: { weights: rng.next() / 100, activations: rng.next() / 50 } })),
      o,
    ),
  'grouped bars': (o) =>
    plot.groupedBars(
      names,
      ['train', 'validation', 'test'].map((name) => ({ name, values: names.map(() => 40 * rng.next()) })),
      { ...o, x: 'class', y: 'share (%)' },
    ),
  'cycles of many kernels beside long names': (o) =>
    plot.cyclesByLayer(
      ['conv2d_folded', 'max_pool', 'fully_connected_folded', 'add', 'mean', 'softmax'].map((kind, i) => ({
        name: i === 5 ? 'answer_softmax' : kind,
        cycles: rng.integer(1e4, 2e6),
        kind,
      })),
      o,
    ),
  cycles: (o) =>
    plot.cyclesByLayer(
      layers.map((name, i) => ({
        name,
        cycles: rng.integer(1e4, 2e6),
        macs: 1e5,
        kind: i % 2 === 0 ? 'depthwise' : 'conv2d',
      })),
      o,
    ),
  roofline: (o) =>
    plot.layerRoofline(
      layers.map((name, i) => ({
        name,
        cycles: [9e4, 7e5, 2e3][i % 3] * (1 + rng.next()),
        macs: [6e4, 9e5, 0][i % 3] * (1 + rng.next()),
        kind: ['depthwise', 'conv2d', 'add'][i % 3],
      })),
      { ...o, unit: 'instructions', ceiling: 1.7 },
    ),
  'roofline of one layer': (o) => plot.layerRoofline([{ name: 'dense', cycles: 5e4, macs: 3e4 }], o),
  graph: (o) =>
    plot.graphPicture(
      ['input', ...layers, 'sum <of> both'].map((name, i) => ({
        name,
        kind: i === 0 ? 'input' : i === 13 ? 'add' : i % 2 === 0 ? 'conv2d' : 'depthwiseConv2d',
        inputs: i === 0 ? [] : i === 13 ? [12, 9] : i === 6 ? [2, 5] : [i - 1],
        shape: [32 >> (i >> 2), 32 >> (i >> 2), 64],
        ...(i % 3 === 1 ? { kernel: [3, 3], bytes: 1000 * i } : {}),
      })),
      o,
    ),
  memory: (o) =>
    plot.memoryMap(
      [
        { name: 'input', offset: 0, bytes: 3072, first: 0, last: 0 },
        { name: 'convolution', offset: 3072, bytes: 8192, first: 0, last: 1 },
        { name: 'logits', offset: 0, bytes: 40, first: 1, last: 2 },
      ],
      { ...o, steps: ['convolution', 'dense', 'softmax'], limit: 16384 },
    ),
  'confusion matrix': (o) =>
    plot.confusionMatrix(
      names.map((_, i) => names.map((_, j) => (i === j ? 40 : (i + j) % 3))),
      names,
      o,
    ),
  signals: (o) =>
    plot.signals(
      names.map((label, i) => ({ values: window(0.2 * (i + 1)), label, prediction: names[i % 4] })),
      { ...o, sampleRate: 50 },
    ),
  pictures: (o) =>
    plot.imageGrid(
      Array.from({ length: 10 }, (_, i) => picture(i)),
      o,
    ),
  'learning curves': (o) =>
    plot.learningCurves(
      [
        { name: 'training', points: x.map((t, i) => [i, Math.exp(-t)]) },
        { name: 'validation', beside: 'training', points: x.map((t, i) => [i, 1.1 * Math.exp(-t)]) },
      ],
      { ...o, y: 'loss' },
    ),
  'posterior slice': (o) =>
    plot.posteriorSlice(
      {
        parameter: 'width',
        objective: 'accuracy',
        x,
        mean: x.map(Math.sin),
        deviation: x.map((t) => 0.1 + t / 5),
        acquisition: x.map((t) => t * (1 - t)),
        observed: [[0.2, 0.2]],
        suggestion: 0.5,
      },
      o,
    ),
  'posterior contour': (o) =>
    plot.posteriorContour(
      {
        xName: 'width',
        yName: 'depth',
        zName: 'mean',
        x,
        y: x,
        z: x.map((a) => x.map((b) => Math.sin(5 * a) * b)),
        observed: [[0.2, 0.4]],
        suggestion: [0.6, 0.7],
      },
      o,
    ),
  'posterior contours: mean, deviation, acquisition': (o) =>
    plot.posteriorContour(
      ['mean', 'deviation', 'acquisition'].map((zName, k) => ({
        xName: 'width',
        yName: 'depth',
        zName,
        x,
        y: x,
        z: x.map((a) => x.map((b) => Math.sin((5 + k) * a) * b * 10 ** k)),
        observed: [[0.2, 0.4]],
        suggestion: [0.6, 0.7],
      })),
      o,
    ),
  calibration: (o) => {
    const mean = x.map(() => rng.next());
    const deviation = x.map(() => 0.02 + 0.05 * rng.next());
    const observed = mean.map((m, i) => m + 3 * deviation[i] * (rng.next() + rng.next() - 1));
    return plot.surrogateCalibration({ objective: 'accuracy', observed, mean, deviation }, o);
  },
  'optimisation history': (o) => plot.optimizationHistory(sampleStudy(40, 3, 1), o),
  attainment: (o) => plot.attainmentSurfaces({ 'NSGA-II': series([1, 2, 3], 40), random: series([4, 5, 6], 15) }, o),
  'importance for several objectives': (o) =>
    plot.parameterImportance(
      Object.fromEntries(
        ['accuracy', 'rom', 'ram'].map((objective) => [
          objective,
          ['width', 'depth', 'kernel', 'learning rate', 'sparsity'].map((parameter) => ({ parameter, share: rng.next(), deviation: rng.next() / 10 })),
        ]),
      ),
      o,
    ),
  importance: (o) =>
    plot.parameterImportance(
      [
        { parameter: 'width', share: 0.5, deviation: 0.1 },
        { parameter: 'learning rate', share: 0.3 },
      ],
      { ...o, objective: 'accuracy' },
    ),
};
