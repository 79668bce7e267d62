import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataError } from '../../src/base';
import { initialNetwork, loadNetwork, saveNetwork } from '../../src/nn';
import { smallNet } from './support';

describe('nn/network-file', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'paretino-network-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('gives back what was saved, every bit, and leaves one file', () => {
    const network = initialNetwork(smallNet(), 3);
    const path = join(folder, 'deep', 'er', 'a.net');
    saveNetwork(network, path);
    assert.deepEqual(loadNetwork(path), network);
    assert.deepEqual(readdirSync(join(folder, 'deep', 'er')), ['a.net']);
  });

  it('says what is wrong with a file', () => {
    const path = join(folder, 'b.net');
    saveNetwork(initialNetwork(smallNet(), 3), path);
    const bytes = readFileSync(path);
    const refused = (content: Uint8Array, wanted: RegExp): void => {
      writeFileSync(path, content);
      assert.throws(() => loadNetwork(path), (error: unknown) => error instanceof DataError && wanted.test(error.message));
    };
    refused(bytes.subarray(0, bytes.length - 10), /byte \d+: ends in '.*': 10 bytes are missing/);
    refused(bytes.subarray(0, 200), /byte 12: its header can't be read/);
    refused(Buffer.from('a picture of a cat'), /byte 0: not a file that saveNetwork/);
    refused(new Uint8Array(0), /byte 0/);
  });
});
