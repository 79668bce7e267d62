import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DataError } from '../../src/base';
import { artifactStore } from '../../src/storage';
import { temporaryFolder } from '../support/folder';
import { endDisk, smallDisk } from '../support/hostile';

describe('storage: artifacts', () => {
  afterEach(() => endDisk(folder.path));
  const folder = temporaryFolder();

  it('are kept once, by the hash of their content', () => {
    const store = artifactStore(join(folder.path, 'artifacts'));
    const one = store.put('a/model.bin', new Uint8Array([1, 2, 3]));
    assert.deepEqual(one, { id: createHash('sha256').update(Buffer.from([1, 2, 3])).digest('hex'), filename: 'a/model.bin', mimetype: 'application/octet-stream' });
    assert.equal(store.put('main.c', Buffer.from([1, 2, 3])).id, one.id);
    assert.deepEqual(fs.readdirSync(store.path), [one.id]);
    assert.deepEqual([...store.get(one)], [1, 2, 3]);
    assert.equal(store.put('figure.svg', '').mimetype, 'image/svg+xml');
  });

  it('come from a folder and go back to one', () => {
    folder.write('trial/pico/main.c', 'int main(void) {}');
    folder.write('trial/report.json', '{}');
    const store = artifactStore(join(folder.path, 'artifacts'));
    const all = store.putFolder(join(folder.path, 'trial'));
    assert.deepEqual(all.map(({ filename }) => filename), ['pico/main.c', 'report.json']);
    store.restore(all, join(folder.path, 'back'));
    assert.equal(fs.readFileSync(join(folder.path, 'back', 'pico', 'main.c'), 'utf8'), 'int main(void) {}');
    assert.throws(() => store.restore([{ ...all[0], filename: '../outside.c' }], join(folder.path, 'back')), /a name inside of/);
    assert.ok(!fs.existsSync(join(folder.path, 'outside.c')));
  });

  it('that are missing or damaged are named', () => {
    const store = artifactStore(folder.path);
    const one = store.put('log.txt', 'all went well');
    fs.writeFileSync(join(folder.path, one.id), 'all went wrong');
    assert.throws(() => store.get(one), (error: Error) => error instanceof DataError && /is damaged/.test(error.message));
    // Of another length: put again, it is mended.
    store.put('log.txt', 'all went well');
    assert.equal(store.get(one).toString(), 'all went well');
    assert.throws(() => store.get('0'.repeat(64)), /there is no such artifact/);
    assert.throws(() => store.get('../secret'), /artifact: got '\.\.\/secret'/);
  });

  it('leave nothing behind on a full disk', function () {
    const disk = smallDisk(this, folder.path, 256);
    const store = artifactStore(join(disk.path, 'artifacts'));
    const small = store.put('small.txt', 'small');
    disk.fill(16_384);
    assert.throws(() => store.put('large.bin', Buffer.alloc(100_000, 7)), (error: Error) => error instanceof DataError && /cannot be written: the disk is full/.test(error.message));
    assert.deepEqual(fs.readdirSync(store.path), [small.id]);
    disk.free();
    assert.equal(store.get(store.put('large.bin', Buffer.alloc(100_000, 7))).length, 100_000);
  });
});
