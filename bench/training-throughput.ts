/**
 * Training throughput here and in Keras: the same TensorFlow, network, batch and number of threads. Epochs of the two
 * alternate, and the median of each counts. Run: PARETINO_KERAS_PYTHON=<python with tensorflow-cpu and keras>
 * node -r ts-node/register/transpile-only bench/training-throughput.ts [part of a network's name] [rounds].
 * PARETINO_THREADS: threads of both, 1 where it is not set. `ratio` is ours over Keras', by the clock and by CPU time; on
 * a machine that does other things besides, the latter is the one to trust.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createRng } from '../src/base';
import {
  cnn1d,
  inputShapeOf,
  loadBackend,
  mobilenetV3Small1d,
  resnet18,
  sizeOf,
  toLayersModel,
  train,
  type Architecture,
} from '../src/nn';
import { cpuSeconds, median } from './support/statistics';

const batch = 32;
const cases: [string, Architecture, steps: number][] = [
  ['resnet18 × 0.5, 32×32×3', resnet18({ inputShape: [32, 32, 3], classes: 10, width: 0.5 }), 10],
  ['resnet18 × 1, 32×32×3', resnet18({ inputShape: [32, 32, 3], classes: 10 }), 4],
  ['mobilenetV3Small1d × 0.5, 128×12', mobilenetV3Small1d({ inputShape: [128, 12], classes: 5, width: 0.5 }), 60],
  ['mobilenetV3Small1d × 1.25, 1024×24', mobilenetV3Small1d({ inputShape: [1024, 24], classes: 13, width: 1.25 }), 4],
  ['cnn1d, 128×12', cnn1d({ inputShape: [128, 12], classes: 5 }), 400],
];

interface Cost {
  /** Seconds an epoch. */
  readonly wall: number;
  readonly cpu: number;
}

/** Epochs of one training, each run when it is asked for: the graph is made in the first, which does not count. */
function ours(architecture: Architecture, steps: number): { next(): Promise<Cost>; end(): Promise<void> } {
  const rng = createRng(1);
  const n = batch * steps;
  const x = Float32Array.from({ length: n * sizeOf(inputShapeOf(architecture)) }, () => rng.next() - 0.5);
  const y = Int32Array.from({ length: n }, () => rng.integer(0, 4));
  const model = toLayersModel(architecture);
  let wake: (go: boolean) => void = () => undefined;
  let done: (cost: Cost) => void = () => undefined;
  let started = { wall: 0, cpu: process.cpuUsage() };
  const training = train(model, { train: { x, y, n } }, {
    epochs: 1000,
    batchSize: batch,
    onEpoch: async () => {
      done({ wall: (performance.now() - started.wall) / 1000, cpu: cpuSeconds(started.cpu) });
      const go = await new Promise<boolean>((resolve) => (wake = resolve));
      started = { wall: performance.now(), cpu: process.cpuUsage() };
      return go ? undefined : 'stop';
    },
  });
  return {
    next: () =>
      new Promise((resolve) => {
        done = resolve;
        wake(true);
      }),
    async end() {
      wake(false);
      await training;
      model.dispose();
    },
  };
}

function keras(python: string, architecture: Architecture, steps: number): { next(): Promise<Cost>; end(): Promise<void> } {
  const folder = mkdtempSync(join(tmpdir(), 'paretino-bench-'));
  const file = join(folder, 'architecture.json');
  writeFileSync(file, JSON.stringify(architecture));
  const child = spawn(python, [join(__dirname, 'keras_throughput.py'), file, String(batch), String(steps)], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', CUDA_VISIBLE_DEVICES: '' },
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ready = lines.next();
  return {
    async next() {
      if ((await ready).done) throw new Error('Keras did not start: PARETINO_KERAS_PYTHON must have tensorflow-cpu and keras');
      child.stdin.write('\n');
      return JSON.parse((await lines.next()).value as string) as Cost;
    },
    async end() {
      child.stdin.end();
      await new Promise((resolve) => child.once('close', resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function main(): Promise<void> {
  const [wanted = '', rounds = '5'] = process.argv.slice(2);
  const info = await loadBackend();
  const python = process.env.PARETINO_KERAS_PYTHON;
  console.log(`${info.name} ${info.version}, threads: ${process.env.TF_NUM_INTRAOP_THREADS}, batch ${batch}, medians of ${rounds}`);
  if (!python) console.log('no Keras: set PARETINO_KERAS_PYTHON');
  console.log('| network | samples/s | CPU ms/step | Keras | CPU ms/step | ratio | by CPU time |\n|---|---|---|---|---|---|---|');
  for (const [name, architecture, steps] of cases.filter(([n]) => n.includes(wanted))) {
    const peers = [ours(architecture, steps), ...(python ? [keras(python, architecture, steps)] : [])];
    const costs: Cost[][] = peers.map(() => []);
    for (const peer of peers) await peer.next();
    for (let round = 0; round < Number(rounds); round++) for (const [i, peer] of peers.entries()) costs[i].push(await peer.next());
    for (const peer of peers) await peer.end();
    const medians = costs.map((own) => ({ wall: median(own.map((c) => c.wall)), cpu: median(own.map((c) => c.cpu)) }));
    const figures = medians.flatMap(({ wall, cpu }) => [((batch * steps) / wall).toFixed(0), ((1000 * cpu) / steps).toFixed(2)]);
    const [here, there] = medians;
    const ratios = there ? [there.wall / here.wall, there.cpu / here.cpu].map((ratio) => ratio.toFixed(2)) : ['', '', '', ''];
    console.log(`| ${[name, ...figures, ...ratios].join(' | ')} |`);
  }
}

void main();
