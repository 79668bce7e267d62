/**
 * What two cores are best used for: two trials side by side, in processes of one thread each, or one trial after the
 * other in one process of two threads. Each trial is a whole training, its graph's making included. The defaults of
 * loadBackend (threads) and processPool (workers) follow what this prints.
 * Run: node -r ts-node/register/transpile-only bench/parallel-trials.ts [part of a network's name]
 */
import { fork, type ChildProcess } from 'node:child_process';
import { createRng } from '../src/base';
import { cnn1d, inputShapeOf, loadBackend, mobilenetV3Small1d, resnet18, sizeOf, toLayersModel, train, type Architecture } from '../src/nn';
import { median } from './support/statistics';

const batch = 32;
const cases: [string, () => Architecture, steps: number, epochs: number][] = [
  ['cnn1d, 128×12', () => cnn1d({ inputShape: [128, 12], classes: 5 }), 100, 8],
  ['mobilenetV3Small1d × 0.5, 128×12', () => mobilenetV3Small1d({ inputShape: [128, 12], classes: 5, width: 0.5 }), 30, 6],
  ['resnet18 × 0.5, 32×32×3', () => resnet18({ inputShape: [32, 32, 3], classes: 10, width: 0.5 }), 8, 4],
];
const rounds = 5;

/** In the worker: one training for each message. */
async function work(index: number): Promise<void> {
  await loadBackend();
  const [, make, steps, epochs] = cases[index];
  const architecture = make();
  const rng = createRng(1);
  const n = batch * steps;
  const x = Float32Array.from({ length: n * sizeOf(inputShapeOf(architecture)) }, () => rng.next() - 0.5);
  const y = Int32Array.from({ length: n }, () => rng.integer(0, 4));
  const trial = async (): Promise<void> => {
    const model = toLayersModel(architecture);
    await train(model, { train: { x, y, n } }, { epochs, batchSize: batch });
    model.dispose();
  };
  process.on('message', () => {
    const before = process.cpuUsage();
    void trial().then(() => process.send?.(process.cpuUsage(before).user / 1e6));
  });
  process.send?.('ready');
}

const answer = (child: ChildProcess): Promise<number> => new Promise((resolve) => child.once('message', (message) => resolve(Number(message))));

async function started(index: number, threads: number): Promise<ChildProcess> {
  const child = fork(__filename, ['--worker', String(index)], { env: { ...process.env, PARETINO_THREADS: String(threads) } });
  await answer(child);
  return child;
}

/** @returns seconds of CPU. */
async function trialOn(child: ChildProcess): Promise<number> {
  const done = answer(child);
  child.send('go');
  return done;
}

async function main(): Promise<void> {
  const wanted = process.argv[2] ?? '';
  console.log('| network | side by side, samples/s | CPU s/trial | one after the other | CPU s/trial | ratio |\n|---|---|---|---|---|---|');
  for (const [index, [name, , steps, epochs]] of cases.entries()) {
    if (!name.includes(wanted)) continue;
    const pair = [await started(index, 1), await started(index, 1)];
    const single = await started(index, 2);
    await Promise.all([...pair, single].map(trialOn));
    const seconds: [number[], number[]] = [[], []];
    const cpu: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      let from = performance.now();
      cpu[0].push(...(await Promise.all(pair.map(trialOn))));
      seconds[0].push((performance.now() - from) / 1000);
      from = performance.now();
      for (let trial = 0; trial < 2; trial++) cpu[1].push(await trialOn(single));
      seconds[1].push((performance.now() - from) / 1000);
    }
    [...pair, single].forEach((child) => child.kill());
    const [beside, after] = seconds.map((all) => (2 * batch * steps * epochs) / median(all));
    const used = cpu.map((all) => median(all).toFixed(2));
    console.log(`| ${name} | ${beside.toFixed(0)} | ${used[0]} | ${after.toFixed(0)} | ${used[1]} | ${(beside / after).toFixed(2)} |`);
  }
}

void (process.argv[2] === '--worker' ? work(Number(process.argv[3])) : main());
