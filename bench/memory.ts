/**
 * Memory over many trials in one process: each trains, prunes, quantises (QAT), lowers and plans a network. After every
 * five trials prints resident memory; the same once the C library's allocator has handed back the whole pages that it kept
 * for later; what that allocator has given out; V8's heap; and TensorFlow.js's tensors. Then what a trial adds in the second
 * half (slope of a straight line, with its standard error).
 *
 * Three processes, since they tell what grows. Networks all of another size: oneDNN, which TensorFlow computes with, keeps
 * code that it generated for the shapes it met, and memory in use rises over the first trials until that is bounded. The
 * same network each time: there is nothing new to keep. Other sizes again, without oneDNN. What resident memory gains
 * where memory in use does not is in pieces between what is in use.
 * Run: npx ts-node -T bench/memory.ts [trials, default 50]
 */
import { spawnSync } from 'node:child_process';
import * as tf from '@tensorflow/tfjs';
import { createRng } from '../src/base';
import { l1, simulate, taylor, trainQuantized, trainWithPruning } from '../src/compress';
import { generatedImu } from '../src/datasets';
import { boards, lower, plan } from '../src/deploy';
import { cnn1d, evaluate, loadBackend, mobilenetV3Small1d, modelOf } from '../src/nn';
import { memoryInUse } from './support/memory-in-use';
import { mean } from './support/statistics';

const MIB = 2 ** 20;
const EVERY = 5;

/** Slope of a straight line through the points, and its standard error. */
function slope(points: readonly (readonly [x: number, y: number])[]): string {
  const [mx, my] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const xx = points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
  const b = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) / xx;
  const rest = points.reduce((sum, [x, y]) => sum + (y - my - b * (x - mx)) ** 2, 0);
  return `${(1024 * b).toFixed(0)} ± ${(1024 * Math.sqrt(rest / (points.length - 2) / xx)).toFixed(0)} KiB`;
}

async function series(trials: number, isOneSize: boolean): Promise<void> {
  await loadBackend();
  const data = await generatedImu({ people: 6, windowsEach: 6, length: 64 });
  const rng = createRng(1);
  const common = { inputShape: data.inputShape, classes: data.classes.length };
  const inUse = memoryInUse() ?? (() => NaN);
  const rows: { trial: number; resident: number; trimmed: number; inUse: number; heap: number }[] = [];
  const row = (trial: number): void => {
    (globalThis as { gc?: () => void }).gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    const used = inUse() / MIB;
    const own = { trial, resident: rss / MIB, trimmed: process.memoryUsage.rss() / MIB, inUse: used, heap: heapUsed / MIB };
    rows.push(own);
    console.log(`| ${trial} | ${own.resident.toFixed(0)} | ${own.trimmed.toFixed(0)} | ${own.inUse.toFixed(1)} | ${own.heap.toFixed(1)} | ${tf.memory().numTensors} |`);
  };
  console.log('| trials | resident, MiB | trimmed, MiB | in use, MiB | heap, MiB | tensors |\n|---|---|---|---|---|---|');
  row(0);
  for (let trial = 1; trial <= trials; trial++) {
    const [width, filters, depth] = isOneSize ? [0.4, 12, 2] : [0.25 + 0.25 * rng.next(), rng.integer(4, 24), rng.integer(1, 3)];
    const architecture = trial % 5 === 0 ? mobilenetV3Small1d({ ...common, width }) : cnn1d({ ...common, filters, depth });
    const pruned = await trainWithPruning(architecture, data, { epochs: 4, batchSize: 16, sparsity: 0.4, heuristic: trial % 2 ? l1 : taylor, seed: trial });
    const { model, network } = await trainQuantized(pruned.network, data, { epochs: 2, batchSize: 16, seed: trial });
    plan(lower(model), boards.pico);
    await simulate(model, data.test);
    const float = modelOf(network);
    await evaluate(float, data.test);
    float.dispose();
    if (trial % EVERY === 0 || trial === trials) row(trial);
  }
  const late = rows.filter(({ trial }) => trial >= trials / 2);
  const [resident, trimmed, used, heap] = (['resident', 'trimmed', 'inUse', 'heap'] as const).map((which) => slope(late.map((own) => [own.trial, own[which]])));
  console.log(`\nA trial of the second half adds ${resident} of resident memory (${trimmed} trimmed), ${used} of memory in use, ${heap} of heap.`);
}

const [first = '50', kind] = process.argv.slice(2);
if (kind !== undefined) void series(Number(first), kind === 'one');
else {
  const processes: [title: string, kind: string, env: Record<string, string>][] = [
    ['Each network of another size', 'sizes', {}],
    ['The same network each time', 'one', {}],
    ['Each of another size, without oneDNN', 'sizes', { TF_ENABLE_ONEDNN_OPTS: '0' }],
  ];
  for (const [title, own, env] of processes) {
    console.log(`\n## ${title}\n`);
    const { status } = spawnSync(process.execPath, ['--expose-gc', '-r', 'ts-node/register/transpile-only', __filename, first, own], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (status !== 0) process.exitCode = 1;
  }
}
