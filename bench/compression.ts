/**
 * What pruning and quantisation cost in accuracy on real data: the 1-D MobileNetV3 on GeoTec's activities (split by
 * person) and the residual network on a subset of CIFAR-10, scaled to what a core trains in hours. Float, PTQ, QAT, and
 * every heuristic × both schedules × both kinds at 50 and 80 %
 * (and PTQ of each of those), from the same float network of each seed. Each cell
 * (set × seed × method) is one line of a results file; a run goes on where the last one stopped, seed by seed.
 *
 *   node -r ts-node/register/transpile-only bench/compression.ts RESULTS.jsonl [--set har|cifar10] [--seeds 3]
 *     [--minutes 600] [--only TEXT] [--table] [--figure FILE.svg]
 *
 * --only runs the methods whose name has the text in it ('80 %', 'PTQ', 'channels agp l1'). --table and --figure show
 * the means of what the file holds and run nothing.
 *
 * bench/results/compression.jsonl holds what has been run so far (one seed, not yet whole): give it as RESULTS to go on.
 */
import { appendFileSync, existsSync, renameSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import {
  agp, apoz, calibrate, deepLift, integratedGradients, l1, l2, lrp, minMax, mse, obd, oneShot, percentile,
  quantize, random, simulate, taylor, trainQuantized, trainWithPruning, type QuantizedModel,
} from '../src/compress';
import { spreadSamples } from '../src/compress/spread-samples';
import { cifar10, geotecHar, type Dataset, type Split } from '../src/datasets';
import {
  evaluate, loadBackend, loadNetwork, mobilenetV3Small1d, modelOf, networkOf, randomFlip, resnet18, saveNetwork, score,
  toLayersModel, train, type Architecture, type Network, type TrainOptions,
} from '../src/nn';
import { saveFigure } from '../src/plot';
import { compressionFigure, methodOf, printTable, readCells, type Cell } from './support/compression-results';

interface Setting {
  readonly load: () => Promise<Dataset>;
  readonly architecture: (data: Dataset) => Architecture;
  readonly training: TrainOptions;
  /** What pruning and quantisation-aware training change of that: they start from the trained network. */
  readonly pruning: TrainOptions;
  readonly quantisation: TrainOptions;
}

const settings: Record<string, Setting> = {
  har: {
    load: () => geotecHar(),
    architecture: ({ inputShape, classes }) => mobilenetV3Small1d({ inputShape, classes: classes.length, width: 0.5 }),
    training: { epochs: 12, batchSize: 64, learningRate: 3e-3 },
    pruning: { epochs: 16, learningRate: 3e-3 },
    quantisation: { epochs: 3, learningRate: 3e-4 },
  },
  cifar10: {
    load: () => cifar10(),
    // One block a stage, channels 16, 32, 64; 40 % of the training pictures.
    architecture: ({ inputShape, classes }) => resnet18({ inputShape, classes: classes.length, width: 1 / 3, depth: 1 }),
    training: { epochs: 20, dataFraction: 0.4, batchSize: 32, learningRate: 3e-3, augment: randomFlip() },
    pruning: { epochs: 12, learningRate: 3e-3 },
    quantisation: { epochs: 2, learningRate: 3e-4 },
  },
};

const heuristics = [random, l1, l2, taylor, apoz, deepLift, integratedGradients({ steps: 4 }), lrp, obd];
const schedules = [agp({ begin: 0, end: 0.3 }), oneShot({ at: 0 })];
const sparsities = [0.5, 0.8];

type Method = readonly [name: string, run: (network: Network) => Promise<Pick<Cell, 'accuracy' | 'int8'>>];

function argument(name: string, otherwise: string): string {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
}

/** Neither split is looked at while training. */
function heldOut({ validation, test }: Dataset): Split {
  const x = new Float32Array(validation.x.length + test.x.length);
  const y = new Int32Array(validation.n + test.n);
  x.set(validation.x);
  x.set(test.x, validation.x.length);
  y.set(validation.y);
  y.set(test.y, validation.n);
  return { x, y, n: y.length };
}

/** The methods of one set and seed, the quickest and most asked for first. */
function methodsOf(setting: Setting, data: Dataset, seed: number): Method[] {
  const held = heldOut(data);
  const samples = spreadSamples(data.train.x, data.train.n, 256);
  const { training } = setting;
  // What is held out is for the end alone.
  const trainingData = { train: data.train };
  const floatAccuracy = async (network: Network): Promise<Pick<Cell, 'accuracy'>> => {
    const model = modelOf(network);
    try {
      const { accuracy } = await evaluate(model, held, { architecture: network.architecture });
      return { accuracy };
    } finally {
      model.dispose();
    }
  };
  const integerAccuracy = async (model: QuantizedModel): Promise<Pick<Cell, 'accuracy'>> => {
    const { accuracy } = score(await simulate(model, held.x, held.n), held.y);
    return { accuracy };
  };
  const methods: Method[] = [['float', floatAccuracy]];
  for (const scheme of ['int8', 'uint8'] as const) {
    for (const observer of [minMax(), percentile(), mse()]) {
      methods.push([observer.name === 'minMax' ? `PTQ ${scheme}` : `PTQ ${scheme} ${observer.name}`, async (network) =>
        integerAccuracy(quantize(network, await calibrate(network, samples.x, samples.n, { observer }), scheme))]);
    }
    methods.push([`PTQ ${scheme} biases not corrected`, async (network) =>
      integerAccuracy(quantize(network, await calibrate(network, samples.x, samples.n, { correctBiases: [] }), scheme))]);
    methods.push([`QAT ${scheme}`, async (network) =>
      integerAccuracy((await trainQuantized(network, trainingData, { ...training, ...setting.quantisation, scheme, seed })).model)]);
  }
  for (const structured of [true, false]) {
    for (const sparsity of sparsities) {
      for (const pruningSchedule of schedules) {
        for (const heuristic of heuristics) {
          const name = methodOf(sparsity, structured ? 'channels' : 'weights', pruningSchedule.name, heuristic.name);
          methods.push([name, async (network) => {
            const options = { ...training, ...setting.pruning, heuristic, pruningSchedule, sparsity, structured, seed };
            const pruned = (await trainWithPruning(network, trainingData, options)).network;
            const int8 = quantize(pruned, await calibrate(pruned, samples.x, samples.n), 'int8');
            return { ...(await floatAccuracy(pruned)), int8: (await integerAccuracy(int8)).accuracy };
          }]);
        }
      }
    }
  }
  return methods;
}

/** The float network that every method starts from; kept beside the results, so that a later run need not train it again. */
async function baseline(file: string, set: string, seed: number, data: Dataset): Promise<Network> {
  const path = `${file}.${set}-${seed}.network`;
  if (existsSync(path)) return loadNetwork(path);
  const { architecture: build, training } = settings[set];
  const architecture = build(data);
  const model = toLayersModel(architecture, { seed });
  await train(model, { train: data.train }, { ...training, architecture, seed });
  const network = networkOf(model, architecture);
  model.dispose();
  saveNetwork(network, `${path}.part`);
  renameSync(`${path}.part`, path);
  return network;
}

async function run(file: string, cells: Cell[]): Promise<void> {
  const done = new Set(cells.map(({ set, seed, method }) => `${set}/${seed}/${method}`));
  const until = performance.now() + 60_000 * Number(argument('minutes', '600'));
  const only = argument('only', '');
  const chosen = Object.keys(settings).filter((name) => argument('set', name) === name);
  await loadBackend();
  const data = new Map<string, Dataset>();
  for (const set of chosen) data.set(set, await settings[set].load());
  // A whole table of one seed first, set by set.
  for (let seed = 1; seed <= Number(argument('seeds', '3')); seed++) {
    for (const set of chosen) {
      const own = data.get(set) as Dataset;
      for (const [method, evaluateMethod] of methodsOf(settings[set], own, seed)) {
        if (done.has(`${set}/${seed}/${method}`) || !method.includes(only)) continue;
        if (performance.now() > until) return;
        const network = await baseline(file, set, seed, own);
        const started = performance.now();
        const result = await evaluateMethod(network);
        const cell: Cell = { set, seed, method, ...result, seconds: Math.round((performance.now() - started) / 100) / 10 };
        appendFileSync(file, `${JSON.stringify(cell)}\n`);
        cells.push(cell);
        console.log(`${set} seed ${seed} ${method}: ${(100 * cell.accuracy).toFixed(1)} % in ${cell.seconds} s`);
      }
    }
  }
}

async function main(): Promise<void> {
  const [, , file] = process.argv;
  if (!file || file.startsWith('--')) throw new Error('give the results file first');
  const cells = readCells(file);
  const figure = argument('figure', '');
  if (figure === '' && !process.argv.includes('--table')) await run(file, cells);
  if (figure !== '') saveFigure(compressionFigure(cells, heuristics.map(({ name }) => name), sparsities), figure);
  printTable(cells);
}

void main();
