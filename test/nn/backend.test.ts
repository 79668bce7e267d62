import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { loadBackend } from '../../src/nn';

describe('nn/backend', () => {
  it('starts a backend, the same one each time', async () => {
    const info = await loadBackend();
    assert.equal(tf.getBackend(), info.name);
    assert.equal(await loadBackend(), info);
    assert.equal(info.slow, info.name === 'wasm');
    assert.equal(tf.add(1, 2).dataSync()[0], 3);
  });

  it('says nothing where a model is made before it is started', () => {
    const script = `
      const { cnn1d, initialNetwork, loadBackend, modelOf } = require('./src/nn');
      const tf = require('@tensorflow/tfjs');
      const model = modelOf(initialNetwork(cnn1d({ inputShape: [32, 6], classes: 4, filters: 4, depth: 1 }), 1));
      const early = model.predict(tf.ones([1, 1, 32, 6])).dataSync();
      loadBackend().then(({ name }) => {
        const late = model.predict(tf.ones([1, 1, 32, 6])).dataSync();
        console.log(name === tf.getBackend() && early.every((value, i) => Math.abs(value - late[i]) < 1e-5));
      });`;
    // A file, as a kernel has: Node's own pipes are sockets, where TensorFlow's C++ cannot be kept quiet.
    const folder = mkdtempSync(join(tmpdir(), 'paretino-backend-'));
    const errors = openSync(join(folder, 'stderr'), 'w');
    try {
      const { stdout } = spawnSync(process.execPath, ['-r', 'ts-node/register/transpile-only', '-e', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', errors] });
      assert.equal(readFileSync(join(folder, 'stderr'), 'utf8'), '');
      assert.equal(stdout.trim(), 'true');
    } finally {
      closeSync(errors);
      rmSync(folder, { recursive: true });
    }
  });

  it('falls back to wasm with a line for the user, in a process of its own', () => {
    const script = `
      const { loadBackend } = require('./src/nn/backend');
      loadBackend('wasm').then((info) => console.log(JSON.stringify(info)));`;
    const { stdout, stderr, status } = spawnSync(process.execPath, ['-r', 'ts-node/register/transpile-only', '-e', script], {
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    const info = JSON.parse(stdout);
    assert.equal(info.name, 'wasm');
    assert.equal(info.slow, true);
    assert.match(info.note, /15 times slower.*npm run doctor/);
    assert.equal(stderr, '');
  });
});
