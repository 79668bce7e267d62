/**
 * What pruning and quantisation cost in accuracy on real data: the 1-D MobileNetV3 on GeoTec's activities (split by
 * person) and the residual network on a subset of CIFAR-10, scaled to what a core trains in hours. Float, PTQ, QAT, and
 * every heuristic × both schedules × both kinds at 50 and 80 %
 * (and PTQ of each of those), from the same float network of each seed. Each cell
 * (set × seed × method) is one line of a results file; a run goes on where the last one stopped, seed by seed.
 *
 *   node -r ts-node/register/transpile-only bench/compression.ts RESULTS.jsonl [--set har|cifar10] [--seeds 3] [--seed N]
 *     [--shard K/N] [--minutes 600] [--only TEXT] [--list] [--table] [--figure FILE.svg]
 *     [--fine-tune EPOCHS] [--scope global]
 *
 * --only runs the methods whose name has the text in it ('80 %', 'PTQ', 'channels agp l1'). --list names the cells that
 * would be run, --table and --figure show the means of what the file holds; they run nothing.
 *
 * On many cores: first the float networks (`--only float`, a process for each --set and --seed), then N processes with the
 * same results file, each with its share of the cells: --shard 1/N to --shard N/N.
 *
 * --fine-tune trains small networks for so many epochs instead: after few, what the heuristics chose still shows. --scope
 * global ranks the channels of all layers together. Each with a results file of its own. In bench/results/:
 *
 * - compression.jsonl, of which docs/compression.svg is drawn: everything, three seeds. Of it, --set har --only weights was
 *   run after pruning had begun to measure batch norms anew (recalibrateBatchNorm), all else before.
 * - compression-short.jsonl: --set har --only "80 % channels oneShot" --fine-tune 3.
 * - compression-80.jsonl: --set har --seeds 10 --only "80 %", after that, because three seeds do not tell the heuristics from
 *   random there; of gradually pruned weights, random and integrated gradients alone.
 *
 * Channels are pruned in one shot or over the first epochs, then removed, and the small network is fine-tuned; single weights
 * are pruned within one training (in one shot at its start, or gradually until 0.3 of it).
 */
import { appendFileSync, existsSync, renameSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import {
  agp, apoz, calibrate, deepLift, evaluateQuantized, integratedGradients, l1, l2, lrp, minMax, mse, obd, oneShot, percentile,
  quantize, random, taylor, trainQuantized, trainWithPruning, type QuantizedModel, type TrainWithPruningOptions,
} from '../src/compress';
import { cifar10, geotecHar, type Dataset, type Split } from '../src/datasets';
import {
  augmentations, constantSchedule, evaluate, jitter, loadBackend, loadNetwork, mobilenetV3Small1d, modelOf, networkOf, randomCrop, randomFlip, resnet18,
  saveNetwork, scaling, timeShift, toLayersModel, train, type Architecture, type Network, type TrainOptions,
} from '../src/nn';
import { saveFigure } from '../src/plot';
import { compressionFigure, methodOf, printTable, readCells, type Cell } from './support/compression-results';

interface Setting {
  readonly load: () => Promise<Dataset>;
  readonly architecture: (data: Dataset) => Architecture;
  readonly training: TrainOptions;
  /** What pruning and quantisation-aware training change of that: they start from the trained network. */
  readonly pruning: TrainOptions & {
    /** Gradual pruning of channels goes on for so long, at a constant rate. */
    readonly gradualEpochs: number;
    /** In so many steps' time each: six rounds in all. */
    readonly frequency: number;
    /** And then, or after one shot, the small network is fine-tuned. Single weights are pruned and fine-tuned in `epochs`. */
    readonly smallEpochs: number;
  };
  readonly quantisation: TrainOptions;
}

const settings: Record<string, Setting> = {
  har: {
    load: () => geotecHar(),
    architecture: ({ inputShape, classes }) => mobilenetV3Small1d({ inputShape, classes: classes.length, width: 0.5 }),
    training: {
      epochs: 30, batchSize: 64, learningRate: 3e-3, batchNormMomentum: 0.97, augment: augmentations(jitter(0.1), scaling(0.15), timeShift(0.1)),
    },
    pruning: { epochs: 12, gradualEpochs: 5, frequency: 35, smallEpochs: 16, learningRate: 3e-3 },
    quantisation: { epochs: 3, learningRate: 3e-4 },
  },
  cifar10: {
    load: () => cifar10(),
    // One block a stage, channels 16, 32, 64; 40 % of the training pictures.
    architecture: ({ inputShape, classes }) => resnet18({ inputShape, classes: classes.length, width: 1 / 3, depth: 1 }),
    training: {
      epochs: 20, dataFraction: 0.4, batchSize: 32, learningRate: 3e-3, batchNormMomentum: 0.97, augment: augmentations(randomFlip(), randomCrop(2)),
    },
    pruning: { epochs: 8, gradualEpochs: 5, frequency: 75, smallEpochs: 20, learningRate: 3e-3 },
    quantisation: { epochs: 2, learningRate: 3e-4 },
  },
};

const heuristics = [random, l1, l2, taylor, apoz, deepLift, integratedGradients({ steps: 4 }), lrp, obd];
const schedules = [agp({ begin: 0, end: 0.3 }), oneShot({ at: 0 })];
/** Where the small network is fine-tuned afterwards. */
const gradual = agp({ begin: 0, end: 1 });
const sparsities = [0.5, 0.8];

interface MethodContext {
  readonly setting: Setting;
  readonly data: Dataset;
  readonly seed: number;
}

interface Method {
  readonly name: string;
  readonly evaluate: (network: Network, context: MethodContext) => Promise<Pick<Cell, 'accuracy' | 'int8'>>;
}

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

async function floatAccuracy(network: Network, { data }: MethodContext): Promise<Pick<Cell, 'accuracy'>> {
  const model = modelOf(network);
  try {
    const { accuracy } = await evaluate(model, heldOut(data), { architecture: network.architecture });
    return { accuracy };
  } finally {
    model.dispose();
  }
}

async function integerAccuracy(model: QuantizedModel, { data }: MethodContext): Promise<Pick<Cell, 'accuracy'>> {
  const { accuracy } = await evaluateQuantized(model, heldOut(data));
  return { accuracy };
}

type Pruning = Required<Pick<TrainWithPruningOptions, 'heuristic' | 'pruningSchedule' | 'sparsity' | 'structured'>>;

async function prunedBy(pruning: Pruning, network: Network, { setting, data, seed }: MethodContext): Promise<Network> {
  const { gradualEpochs, frequency, smallEpochs, ...own } = setting.pruning;
  const scope = argument('scope', 'group') as 'group' | 'global';
  // What is held out is for the end alone.
  const trainingData = { train: data.train };
  const options = { ...setting.training, ...own, ...pruning, seed, scoringSamples: 256 };
  if (!pruning.structured) return (await trainWithPruning(network, trainingData, options)).network;
  // Channels are removed for good before the fine-tuning, which is so much the quicker.
  const isGradual = pruning.pruningSchedule.name === 'agp';
  const { network: small } = await trainWithPruning(network, trainingData, {
    ...options,
    scope,
    ...(isGradual ? { epochs: gradualEpochs, schedule: constantSchedule(), pruningSchedule: gradual, frequency } : { epochs: 0 }),
  });
  const model = modelOf(small);
  try {
    await train(model, trainingData, { ...setting.training, ...own, epochs: Number(argument('fine-tune', String(smallEpochs))), architecture: small.architecture, seed });
    return networkOf(model, small.architecture);
  } finally {
    model.dispose();
  }
}

/** The methods of every set and seed, the quickest and most asked for first. */
function allMethods(): Method[] {
  const result: Method[] = [{ name: 'float', evaluate: floatAccuracy }];
  for (const scheme of ['int8', 'uint8'] as const) {
    for (const observer of [minMax(), percentile(), mse()]) {
      result.push({
        name: observer.name === 'minMax' ? `PTQ ${scheme}` : `PTQ ${scheme} ${observer.name}`,
        async evaluate(network, context) {
          return integerAccuracy(quantize(network, await calibrate(network, context.data.train, { most: 256, observer }), scheme), context);
        },
      });
    }
    result.push({
      name: `PTQ ${scheme} biases not corrected`,
      async evaluate(network, context) {
        return integerAccuracy(quantize(network, await calibrate(network, context.data.train, { most: 256, correctBiases: [] }), scheme), context);
      },
    });
    result.push({
      name: `QAT ${scheme}`,
      async evaluate(network, context) {
        const { setting, data, seed } = context;
        const options = { ...setting.training, ...setting.quantisation, scheme, seed };
        return integerAccuracy((await trainQuantized(network, { train: data.train }, options)).model, context);
      },
    });
  }
  for (const structured of [true, false]) {
    for (const sparsity of sparsities) {
      for (const pruningSchedule of schedules) {
        for (const heuristic of heuristics) {
          result.push({
            name: methodOf(sparsity, structured ? 'channels' : 'weights', pruningSchedule.name, heuristic.name),
            async evaluate(network, context) {
              const { data } = context;
              const pruned = await prunedBy({ heuristic, pruningSchedule, sparsity, structured }, network, context);
              const int8 = quantize(pruned, await calibrate(pruned, data.train, { most: 256 }), 'int8');
              return { ...(await floatAccuracy(pruned, context)), int8: (await integerAccuracy(int8, context)).accuracy };
            },
          });
        }
      }
    }
  }
  return result;
}

const methods = allMethods();

const networkFile = (file: string, set: string, seed: number): string => `${file}.${set}-${seed}.network`;

/** The float network that every method starts from; kept beside the results, so that a later run need not train it again. */
async function baseline(file: string, set: string, seed: number, data: Dataset): Promise<Network> {
  const path = networkFile(file, set, seed);
  if (existsSync(path)) return loadNetwork(path);
  const { architecture: build, training } = settings[set];
  const architecture = build(data);
  const model = toLayersModel(architecture, { seed });
  await train(model, { train: data.train }, { ...training, architecture, seed });
  const network = networkOf(model, architecture);
  model.dispose();
  saveNetwork(network, `${path}.${process.pid}`);
  renameSync(`${path}.${process.pid}`, path);
  return network;
}

interface Task {
  readonly set: string;
  readonly seed: number;
  readonly method: string;
}

const keyOf = ({ set, seed, method }: Task): string => `${set}/${seed}/${method}`;

/** The cells that the command line asks for, a whole table of one seed first, set by set. A shard's are those of all with its number. */
function tasks(): Task[] {
  const seeds = argument('seed', '') !== '' ? [Number(argument('seed', ''))] : Array.from({ length: Number(argument('seeds', '3')) }, (_, i) => i + 1);
  const chosen = Object.keys(settings).filter((name) => argument('set', name) === name);
  const only = argument('only', '');
  const [, shard, shards] = (/^(\d+)\/(\d+)$/.exec(argument('shard', '1/1')) ?? []).map(Number);
  if (!(shard >= 1 && shard <= shards)) throw new Error(`--shard ${argument('shard', '')}: give K/N with K from 1 to N`);
  return seeds
    .flatMap((seed) => chosen.flatMap((set) => methods.map(({ name }) => ({ set, seed, method: name }))))
    .filter(({ method }) => method.includes(only))
    .filter((_, i) => i % shards === shard - 1);
}

async function run(file: string, cells: Cell[]): Promise<void> {
  const done = new Set(cells.map(keyOf));
  const open = tasks().filter((task) => !done.has(keyOf(task)));
  if (process.argv.includes('--shard')) {
    // Each shard would train them for itself.
    const missing = open.find(({ set, seed }) => !existsSync(networkFile(file, set, seed)));
    if (missing) throw new Error(`${networkFile(file, missing.set, missing.seed)} is missing: run --only float --set ${missing.set} --seed ${missing.seed} first`);
  }
  const until = performance.now() + 60_000 * Number(argument('minutes', '600'));
  await loadBackend();
  const data = new Map<string, Dataset>();
  for (const task of open) {
    if (performance.now() > until) return;
    const { set, seed, method } = task;
    const own = data.get(set) ?? (await settings[set].load());
    data.set(set, own);
    const network = await baseline(file, set, seed, own);
    const started = performance.now();
    const { evaluate: evaluateMethod } = methods.find(({ name }) => name === method) as Method;
    const result = await evaluateMethod(network, { setting: settings[set], data: own, seed });
    const cell: Cell = { ...task, ...result, seconds: Math.round((performance.now() - started) / 100) / 10 };
    appendFileSync(file, `${JSON.stringify(cell)}\n`);
    cells.push(cell);
    console.log(`${set} seed ${seed} ${method}: ${(100 * cell.accuracy).toFixed(1)} % in ${cell.seconds} s`);
  }
}

async function main(): Promise<void> {
  const [, , file] = process.argv;
  if (!file || file.startsWith('--')) throw new Error('give the results file first');
  const cells = readCells(file);
  const figure = argument('figure', '');
  if (process.argv.includes('--list')) {
    const done = new Set(cells.map(keyOf));
    for (const task of tasks().filter((one) => !done.has(keyOf(one)))) console.log(keyOf(task));
    return;
  }
  if (figure === '' && !process.argv.includes('--table')) await run(file, cells);
  if (figure !== '') saveFigure(compressionFigure(cells, heuristics.map(({ name }) => name), sparsities), figure);
  printTable(cells);
}

void main();
