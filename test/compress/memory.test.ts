/** Memory over many trials in one process; bench/memory.ts does the same with 50 of another size each. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { trainQuantized, trainWithPruning } from '../../src/compress';
import { boards, lower, plan } from '../../src/deploy';
import { cnn1d, loadBackend } from '../../src/nn';
import { toySignals } from './toy-data';

const MIB = 2 ** 20;

describe('memory', () => {
  before(() => loadBackend());

  it('stays flat over trials: no tensor, no session of TensorFlow, no more than a few MiB', async () => {
    const data = { train: toySignals(64, 1), validation: toySignals(32, 2) };
    const sessions = (): number => (tf.backend() as unknown as { getNumOfSavedModels?(): number }).getNumOfSavedModels?.() ?? 0;
    const tensors = tf.memory().numTensors;
    let warm = 0;
    for (let trial = 1; trial <= 6; trial++) {
      const architecture = cnn1d({ inputShape: [16, 2], classes: 3, filters: 4 + (trial % 4), depth: 2 });
      const options = { epochs: 8, batchSize: 16, seed: trial };
      const { network } = await trainWithPruning(architecture, data, { ...options, sparsity: 0.3 });
      const { model } = await trainQuantized(network, data, options);
      plan(lower(model), boards.pico);
      assert.deepEqual([tf.memory().numTensors, sessions()], [tensors, 0], `after trial ${trial}`);
      if (trial === 3) warm = process.memoryUsage().rss;
    }
    // Allocators keep what they have for a while: three trials' graphs and buffers would be far more than this.
    assert.ok(process.memoryUsage().rss - warm < 100 * MIB, `${((process.memoryUsage().rss - warm) / MIB).toFixed(0)} MiB more`);
  });
});
