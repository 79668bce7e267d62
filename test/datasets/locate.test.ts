import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataError, packageRoot } from '../../src/base';
import { cifar10, findDataset, firstAvailable, generatedImages, locateDataset, readManifest } from '../../src/datasets';
import { emptyDataFolders } from '../support/data-folders';

describe('finding data sets', () => {
  const folder = emptyDataFolders();

  it('takes the folder that the user names, at either depth, and no other', async () => {
    const manifest = readManifest('cifar100');
    folder.write('data/cifar100/train.bin', 'x');
    folder.write('mine/cifar-100-binary/train.bin', 'x');
    assert.equal(await locateDataset(manifest, { folder: join(folder.path, 'mine') }), join(folder.path, 'mine', 'cifar-100-binary'));
    await assert.rejects(locateDataset(manifest, { folder: join(folder.path, 'empty') }), /empty: no such folder: CIFAR-100 needs train\.bin/);
    await assert.rejects(locateDataset(manifest, { folder: folder.path }), /holds no train\.bin/);
  });

  it('looks through PARETINO_DATA before the cache', () => {
    const manifest = readManifest('cifar100');
    assert.equal(findDataset(manifest), undefined);
    folder.write('cache/datasets/cifar-100-binary/train.bin', 'x');
    assert.equal(findDataset(manifest), join(folder.path, 'cache', 'datasets', 'cifar-100-binary'));
    folder.write('data/cifar-100/train.bin.gz', 'x');
    assert.equal(findDataset(manifest), join(folder.path, 'data', 'cifar-100'));
  });

  it('says where it looked and how to get what is missing', async () => {
    await assert.rejects(locateDataset(readManifest('cifar100'), {}), (error: Error) => {
      assert.ok(error instanceof DataError);
      for (const part of ['PARETINO_DATA', join(folder.path, 'data'), join(folder.path, 'cache'), '{download: true} (169 MB)', 'www.cs.toronto.edu']) {
        assert.ok(error.message.includes(part), `${part} in ${error.message}`);
      }
      return true;
    });
    const byHand = { ...readManifest('daliac'), files: [], manual: 'ask its authors' };
    await assert.rejects(locateDataset(byHand, { download: true }), /ask its authors/);
    assert.deepEqual(readdirSync(folder.path), []);
  });

  it('takes the first set that is there; a damaged one is an error', async () => {
    const generated = { name: 'generated', load: () => generatedImages({ count: 40 }) };
    const real = { name: 'CIFAR-10', present: () => findDataset(readManifest('cifar10'), join(folder.path, 'c')) !== undefined, load: () => cifar10({ folder: join(folder.path, 'c') }) };
    assert.equal((await firstAvailable([real, generated])).source, 'generated');
    folder.write('c/data_batch_1.bin', 'short');
    await assert.rejects(firstAvailable([real, generated]), /multiple of 3073/);
  });

  it('refuses options that make no sense, by name', async () => {
    await assert.rejects(cifar10({ fraction: 0 }), /fraction: got 0/);
    await assert.rejects(cifar10({ limit: -1 }), /limit: got -1/);
    await assert.rejects(cifar10({ limit: { test: 0.5 } }), /limit: got 0\.5/);
    await assert.rejects(cifar10({ validationFraction: 1 }), /validationFraction: got 1/);
    await assert.rejects(cifar10({ folder: '' }), /folder: got ''/);
  });
});

describe('manifests', () => {
  for (const file of readdirSync(join(packageRoot, 'datasets')).filter((name) => name.endsWith('.json'))) {
    it(`${file} is complete`, () => {
      const manifest = JSON.parse(readFileSync(join(packageRoot, 'datasets', file), 'utf8'));
      assert.equal(`${manifest.name}.json`, file);
      for (const field of ['title', 'home', 'licence', 'citation', 'format']) assert.ok(manifest[field], field);
      assert.ok(manifest.folders.length > 0 && manifest.markers.length > 0);
      assert.ok(manifest.files.length > 0 || manifest.manual);
      for (const remote of manifest.files) {
        assert.ok(new URL(remote.url).protocol.startsWith('http'));
        if (remote.sha256 !== null) assert.match(remote.sha256, /^[0-9a-f]{64}$/);
        if (remote.md5 != null) assert.match(remote.md5, /^[0-9a-f]{32}$/);
        if (remote.bytes !== null) assert.ok(Number.isInteger(remote.bytes));
      }
    });
  }
});
