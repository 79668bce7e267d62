/**
 * How long the long functions keep the event loop, beside a training step, which is one call of TensorFlow and can't be cut.
 * Run: node -r ts-node/register/transpile-only bench/blocks.ts [part of a network's name]. On a machine that does other things
 * besides, the ratios are what to trust: `over step` is the longest block over a plain step of the same batch.
 *
 * What blocks for longer than a step is a step that becomes a graph: recorded (forward, backward and update run once, operation
 * by operation), then optimised by TensorFlow at its first run. Both are inside one native or one tidy scope: TensorFlow.js keeps
 * its tape and its scopes in global state, so that a turn of the event loop in between would record what others compute, and
 * its binding has no call that runs a session in another thread.
 */
import { performance } from 'node:perf_hooks';
import { createRng } from '../src/base';
import { calibrate, deepLift, evaluateQuantized, l1, quantize, taylor, trainQuantized, trainWithPruning } from '../src/compress';
import { evaluate, inputShapeOf, loadBackend, mobilenetV3Small1d, modelOf, networkOf, resnet18, sizeOf, toLayersModel, train, type Architecture } from '../src/nn';

const batchSize = 16;
const steps = 40;
const networks: [string, Architecture][] = [
  ['mobilenetV3Small1d × 0.5, 128×12', mobilenetV3Small1d({ inputShape: [128, 12], classes: 5, width: 0.5 })],
  ['mobilenetV3Small1d × 1.25, 1024×24', mobilenetV3Small1d({ inputShape: [1024, 24], classes: 13, width: 1.25 })],
  ['resnet18 × 1, 32×32×3', resnet18({ inputShape: [32, 32, 3], classes: 10 })],
];

/** Times in ms between one turn of the event loop and the next, longest first, while the work runs. */
async function blocksOf(work: () => Promise<unknown>): Promise<number[]> {
  const blocks: number[] = [];
  let last = performance.now();
  let isOn = true;
  const turn = (): void => {
    const now = performance.now();
    blocks.push(now - last);
    last = now;
    if (isOn) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  await new Promise((resolve) => setImmediate(resolve));
  blocks.push(performance.now() - last);
  isOn = false;
  return blocks.sort((a, b) => b - a);
}

async function main(): Promise<void> {
  await loadBackend();
  for (const [name, architecture] of networks.filter(([name]) => name.includes(process.argv[2] ?? ''))) {
    const size = sizeOf(inputShapeOf(architecture));
    const rng = createRng(1);
    const n = batchSize * steps;
    const samples = { x: Float32Array.from({ length: n * size }, () => rng.next() - 0.5), y: Int32Array.from({ length: n }, () => rng.integer(0, 4)), n };
    const data = { train: samples };
    const model = toLayersModel(architecture);
    const network = networkOf(model, architecture);
    const training = { epochs: 1, batchSize, architecture };
    const pruning = { epochs: 1, batchSize, sparsity: 0.5 };
    const plain = await blocksOf(() => train(model, data, training));
    // Steps of the same kind are most of the turns; the median of the longest forty is one of them.
    const step = plain[steps >> 1];
    const quantized = quantize(network, await calibrate(network, samples, { most: 64 }), 'int8');
    console.log(`\n${name}: a step of ${batchSize} ${step.toFixed(0)} ms\n| work | longest block (ms) | over step |\n|---|---|---|`);
    const row = (work: string, [longest]: number[]): void => console.log(`| ${work} | ${longest.toFixed(0)} | ${(longest / step).toFixed(1)} |`);
    row('train', plain);
    row('tf.LayersModel made', await blocksOf(async () => modelOf(network).dispose()));
    row('evaluate', await blocksOf(() => evaluate(model, samples, { architecture, batchSize })));
    row('calibrate', await blocksOf(() => calibrate(network, samples, { most: 64 })));
    row('evaluateQuantized', await blocksOf(() => evaluateQuantized(quantized, samples, { batchSize })));
    row('trainQuantized', await blocksOf(() => trainQuantized(network, data, { epochs: 1, batchSize })));
    row('trainWithPruning, l1', await blocksOf(() => trainWithPruning(network, data, { ...pruning, heuristic: l1 })));
    row('trainWithPruning, taylor', await blocksOf(() => trainWithPruning(network, data, { ...pruning, heuristic: taylor })));
    row('trainWithPruning, deepLift, weights', await blocksOf(() => trainWithPruning(network, data, { ...pruning, structured: false, heuristic: deepLift })));
    model.dispose();
  }
}

void main();
