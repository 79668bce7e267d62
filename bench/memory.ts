/**
 * Memory over 50 trials in one process: each trains, prunes, quantises (QAT), lowers and plans a network of another
 * size. Prints resident memory, V8's heap, and TensorFlow.js's tensors after every ten.
 * Run: node --expose-gc -r ts-node/register/transpile-only bench/memory.ts [trials]
 */
import * as tf from '@tensorflow/tfjs';
import { createRng } from '../src/base';
import { l1, simulate, taylor, trainQuantized, trainWithPruning } from '../src/compress';
import { generatedImu } from '../src/datasets';
import { boards, lower, plan } from '../src/deploy';
import { cnn1d, evaluate, loadBackend, mobilenetV3Small1d, modelOf } from '../src/nn';

const MIB = 2 ** 20;

async function main(): Promise<void> {
  const trials = Number(process.argv[2] ?? 50);
  await loadBackend();
  const data = await generatedImu({ people: 6, windowsEach: 6, length: 64 });
  const rng = createRng(1);
  const common = { inputShape: data.inputShape, classes: data.classes.length };
  const row = (trial: number): void => {
    (globalThis as { gc?: () => void }).gc?.();
    const { rss, heapUsed, external } = process.memoryUsage();
    const figures = [rss, heapUsed, external].map((bytes) => (bytes / MIB).toFixed(0));
    console.log(`| ${[trial, ...figures, tf.memory().numTensors].join(' | ')} |`);
  };
  console.log('| trials | resident, MiB | heap | external | tensors |\n|---|---|---|---|---|');
  row(0);
  for (let trial = 1; trial <= trials; trial++) {
    const architecture =
      trial % 5 === 0
        ? mobilenetV3Small1d({ ...common, width: 0.25 + 0.25 * rng.next() })
        : cnn1d({ ...common, filters: rng.integer(4, 24), depth: rng.integer(1, 3) });
    const pruned = await trainWithPruning(architecture, data, { epochs: 4, batchSize: 16, sparsity: 0.4, heuristic: trial % 2 ? l1 : taylor, seed: trial });
    const { model, network } = await trainQuantized(pruned.network, data, { epochs: 2, batchSize: 16, seed: trial });
    plan(lower(model), boards.pico);
    await simulate(model, data.test);
    const float = modelOf(network);
    await evaluate(float, data.test);
    float.dispose();
    if (trial % 10 === 0 || trial === trials) row(trial);
  }
}

void main();
