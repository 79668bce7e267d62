/**
 * What pruning and quantisation cost in accuracy on real data: the 1-D MobileNetV3 on GeoTec's activities (split by
 * person) and the residual network on CIFAR-10, scaled to what two cores train in minutes. Each cell of the table
 * (set × seed × method) is one line of a results file; a run goes on where the last one stopped.
 *
 *   node -r ts-node/register/transpile-only bench/compression.ts RESULTS.jsonl [--set har|cifar10] [--seeds 3]
 *     [--minutes 60] [--methods quantisation|pruning|all] [--table]
 *
 * --table prints the means of what the file holds and runs nothing.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import {
  agp,
  apoz,
  calibrate,
  correctBiases,
  deepLift,
  integratedGradients,
  l1,
  l2,
  lrp,
  minMax,
  mse,
  obd,
  oneShot,
  percentile,
  quantize,
  random,
  simulate,
  taylor,
  trainQuantized,
  trainWithPruning,
  type QuantizedModel,
} from '../src/compress';
import { cifar10, geotecHar, type Dataset } from '../src/datasets';
import {
  augmentations,
  evaluate,
  loadBackend,
  loadNetwork,
  mobilenetV3Small1d,
  modelOf,
  networkOf,
  randomCrop,
  randomFlip,
  resnet18,
  saveNetwork,
  score,
  toLayersModel,
  train,
  type Architecture,
  type Network,
  type TrainOptions,
} from '../src/nn';

interface Setting {
  readonly load: () => Promise<Dataset>;
  readonly architecture: (data: Dataset) => Architecture;
  readonly training: TrainOptions;
  /** Epochs of fine-tuning after pruning has been switched on, and of quantisation-aware training. */
  readonly fineTuning: { pruning: number; quantisation: number };
}

const settings: Record<string, Setting> = {
  har: {
    load: () => geotecHar(),
    architecture: ({ inputShape, classes }) => mobilenetV3Small1d({ inputShape, classes: classes.length, width: 0.5 }),
    training: { epochs: 12, batchSize: 64, learningRate: 3e-3 },
    fineTuning: { pruning: 10, quantisation: 2 },
  },
  cifar10: {
    load: () => cifar10(),
    architecture: ({ inputShape, classes }) => resnet18({ inputShape, classes: classes.length, width: 0.25 }),
    training: { epochs: 20, batchSize: 64, learningRate: 3e-3, augment: augmentations(randomCrop(), randomFlip()) },
    fineTuning: { pruning: 10, quantisation: 2 },
  },
};

const heuristics = [l1, l2, taylor, apoz, deepLift, integratedGradients({ steps: 4 }), lrp, obd, random];
const schedules = [agp({ begin: 0, end: 0.5 }), oneShot({ at: 0 })];

interface Cell {
  readonly set: string;
  readonly seed: number;
  readonly method: string;
  /** On the test split. */
  readonly accuracy: number;
  readonly seconds: number;
}

function argument(name: string, otherwise: string): string {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
}

function table(cells: readonly Cell[]): void {
  const rows = new Map<string, number[]>();
  for (const { set, method, accuracy } of cells)
    rows.set(`${set.padEnd(8)} ${method}`, [...(rows.get(`${set.padEnd(8)} ${method}`) ?? []), accuracy]);
  for (const [name, values] of [...rows].sort(([a], [b]) => a.localeCompare(b))) {
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / Math.max(1, values.length - 1));
    console.log(
      `${name.padEnd(60)} ${(100 * mean).toFixed(1)} % ± ${(100 * deviation).toFixed(1)}  (${values.length} seeds)`,
    );
  }
}

async function accuracyOf(network: Network, data: Dataset): Promise<number> {
  const model = modelOf(network);
  const { accuracy } = await evaluate(model, data.test, { architecture: network.architecture });
  model.dispose();
  return accuracy;
}

async function integerAccuracy(model: QuantizedModel, { test }: Dataset): Promise<number> {
  return score(await simulate(model, test.x, test.n), test.y).accuracy;
}

function calibrationSamples({ train: { x, n } }: Dataset): { x: Float32Array; n: number } {
  const count = Math.min(128, n);
  return { x: x.slice(0, (count * x.length) / n), n: count };
}

/** The float network that every method starts from; kept beside the results, so that a later run need not train it again. */
async function baseline(
  file: string,
  set: string,
  seed: number,
  architecture: Architecture,
  data: Dataset,
): Promise<Network> {
  const path = `${file}.${set}-${seed}.network`;
  if (existsSync(path)) return loadNetwork(path);
  const model = toLayersModel(architecture, { seed });
  await train(model, data, { ...settings[set].training, architecture, seed });
  const network = networkOf(model, architecture);
  model.dispose();
  saveNetwork(network, path);
  return network;
}

async function main(): Promise<void> {
  const [, , file] = process.argv;
  if (!file || file.startsWith('--')) throw new Error('give the results file first');
  const cells = existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Cell)
    : [];
  if (process.argv.includes('--table')) return table(cells);
  const done = new Set(cells.map(({ set, seed, method }) => `${set}/${seed}/${method}`));
  const until = performance.now() + 60_000 * Number(argument('minutes', '60'));
  const wanted = argument('methods', 'all');
  await loadBackend();
  for (const set of Object.keys(settings).filter((name) => argument('set', name) === name)) {
    const setting = settings[set];
    const data = await setting.load();
    const architecture = setting.architecture(data);
    const samples = calibrationSamples(data);
    for (let seed = 1; seed <= Number(argument('seeds', '3')); seed++) {
      let trained: Network | undefined;
      const cell = async (method: string, run: (network: Network) => Promise<number>): Promise<void> => {
        if (done.has(`${set}/${seed}/${method}`) || performance.now() > until) return;
        trained ??= await baseline(file, set, seed, architecture, data);
        const started = performance.now();
        const result: Cell = { set, seed, method, accuracy: await run(trained), seconds: 0 };
        const timed = { ...result, seconds: (performance.now() - started) / 1000 };
        appendFileSync(file, `${JSON.stringify(timed)}\n`);
        cells.push(timed);
        console.log(
          `${set} seed ${seed} ${method}: ${(100 * timed.accuracy).toFixed(1)} % in ${timed.seconds.toFixed(0)} s`,
        );
      };
      await cell('float', (network) => accuracyOf(network, data));
      if (wanted !== 'pruning') {
        for (const scheme of ['int8', 'uint8'] as const) {
          for (const observer of [minMax(), percentile(), mse()]) {
            await cell(`PTQ ${scheme} ${observer.name}`, async (network) =>
              integerAccuracy(
                quantize(network, await calibrate(network, samples.x, samples.n, { observer }), scheme),
                data,
              ),
            );
          }
          await cell(`PTQ ${scheme} minMax, biases corrected`, async (network) => {
            const ranges = await calibrate(network, samples.x, samples.n);
            return integerAccuracy(
              quantize(await correctBiases(network, ranges, scheme, samples.x, samples.n), ranges, scheme),
              data,
            );
          });
          await cell(`QAT ${scheme}`, async (network) => {
            const epochs = setting.fineTuning.quantisation;
            const { model } = await trainQuantized(network, data, {
              ...setting.training,
              epochs,
              learningRate: 3e-4,
              scheme,
              seed,
            });
            return integerAccuracy(model, data);
          });
        }
      }
      if (wanted !== 'quantisation') {
        for (const sparsity of [0.5, 0.8]) {
          for (const structured of [true, false]) {
            for (const pruningSchedule of schedules) {
              for (const heuristic of heuristics) {
                const kind = structured ? 'channels' : 'weights';
                await cell(
                  `${(100 * sparsity).toFixed(0)} % of ${kind} ${pruningSchedule.name} ${heuristic.name}`,
                  async (network) => {
                    const options = {
                      ...setting.training,
                      epochs: setting.fineTuning.pruning,
                      learningRate: 3e-3,
                      heuristic,
                      pruningSchedule,
                      sparsity,
                      structured,
                      seed,
                    };
                    return accuracyOf((await trainWithPruning(network, data, options)).network, data);
                  },
                );
              }
            }
          }
        }
      }
    }
  }
  table(cells);
}

void main();
