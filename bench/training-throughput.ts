/**
 * Training throughput: samples a second here and in Keras, on the same TensorFlow, the same network, batch and
 * number of threads. Run: PARETINO_KERAS_PYTHON=<python with tensorflow-cpu> node -r ts-node/register/transpile-only
 * bench/training-throughput.ts. Prints one line a network with the ratio (ours over Keras').
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

const cases: [string, Architecture, number, number][] = [
  ['resnet18 × 0.5, 32×32×3', resnet18({ inputShape: [32, 32, 3], classes: 10, width: 0.5 }), 32, 12],
  ['mobilenetV3Small1d × 0.5, 128×12', mobilenetV3Small1d({ inputShape: [128, 12], classes: 5, width: 0.5 }), 32, 20],
  ['mobilenetV3Small1d × 1.25, 1024×24', mobilenetV3Small1d({ inputShape: [1024, 24], classes: 13, width: 1.25 }), 32, 6],
  ['cnn1d, 128×12', cnn1d({ inputShape: [128, 12], classes: 5 }), 32, 100],
];

async function ours(architecture: Architecture, batch: number, steps: number): Promise<number> {
  const rng = createRng(1);
  const n = batch * steps;
  const x = Float32Array.from({ length: n * sizeOf(inputShapeOf(architecture)) }, () => rng.next() - 0.5);
  const y = Int32Array.from({ length: n }, () => rng.integer(0, 4));
  const model = toLayersModel(architecture);
  await train(model, { train: { x, y, n } }, { epochs: 1, batchSize: batch });
  const started = performance.now();
  await train(model, { train: { x, y, n } }, { epochs: 1, batchSize: batch });
  return (1000 * n) / (performance.now() - started);
}

function keras(python: string, architecture: Architecture, batch: number, steps: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'paretino-bench-'));
  try {
    const file = join(folder, 'architecture.json');
    writeFileSync(file, JSON.stringify(architecture));
    const output = execFileSync(python, [join(__dirname, 'keras_throughput.py'), file, String(batch), String(steps)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', CUDA_VISIBLE_DEVICES: '' },
    });
    return (JSON.parse(output.trim().split('\n').pop() as string) as { samplesPerSecond: number }).samplesPerSecond;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const info = await loadBackend();
  const python = process.env.PARETINO_KERAS_PYTHON;
  console.log(`${info.name} ${info.version}, threads: ${process.env.TF_NUM_INTRAOP_THREADS ?? 'all'}`);
  for (const [name, architecture, batch, steps] of cases) {
    const here = await ours(architecture, batch, steps);
    const there = python ? keras(python, architecture, batch, steps) : undefined;
    const ratio = there === undefined ? 'no Keras (set PARETINO_KERAS_PYTHON)' : `Keras ${there.toFixed(0)}, ratio ${(here / there).toFixed(2)}`;
    console.log(`${name}: ${here.toFixed(0)} samples/s, ${ratio}`);
  }
}

void main();
