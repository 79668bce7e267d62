import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
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
