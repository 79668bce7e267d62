import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/base';
import * as datasets from '../../src/datasets';
import { sharedPath } from '../support/shared';
import { skip } from '../support/skip';

/** Every loader of the catalogue, small; those without files on this machine are reported as skipped. */
const catalogue: readonly { name: string; manifest?: string; load: () => Promise<datasets.Dataset> }[] = [
  { name: 'generatedImu', load: () => datasets.generatedImu({ people: 3, windowsEach: 2, length: 64 }) },
  { name: 'generatedImages', load: () => datasets.generatedImages({ count: 100 }) },
  { name: 'cifar10', manifest: 'cifar10', load: () => datasets.cifar10({ limit: 300 }) },
  { name: 'cifar100', manifest: 'cifar100', load: () => datasets.cifar100({ limit: 300 }) },
  { name: 'mnist', manifest: 'mnist', load: () => datasets.mnist({ limit: 300 }) },
  { name: 'fashionMnist', manifest: 'fashion-mnist', load: () => datasets.fashionMnist({ limit: 300 }) },
  { name: 'geotecHar', manifest: 'geotec-har', load: () => datasets.geotecHar() },
  { name: 'basicMotions', manifest: 'basic-motions', load: () => datasets.basicMotions() },
  { name: 'daliac', manifest: 'daliac', load: () => datasets.daliac({ fraction: 0.05 }) },
  { name: 'uciHar', manifest: 'uci-har', load: () => datasets.uciHar() },
  { name: 'pamap2', manifest: 'pamap2', load: () => datasets.pamap2({ fraction: 0.2 }) },
  { name: 'speechCommands', manifest: 'speech-commands', load: () => datasets.speechCommands({ limit: 100 }) },
];

describe('every data set keeps the contract', () => {
  for (const { name, manifest, load } of catalogue) {
    it(name, async function () {
      this.timeout(120_000);
      if (manifest !== undefined && datasets.findDataset(datasets.readManifest(manifest)) === undefined) skip(this, `the files of ${name} are not on this machine`);
      const set = datasets.checkDataset(await load());
      assert.deepEqual(datasets.leakageCheck(set).filter((leak) => leak.kind !== 'sample'), []);
      assert.equal(datasets.describe(set)[set.classes.length].train, set.train.n);
      assert.ok(datasets.memoryBytes(set) >= set.train.x.byteLength);
    });
  }

  it('is run on every manifest', () => {
    const manifests = readdirSync(join(packageRoot, 'datasets')).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));
    assert.deepEqual(catalogue.map((entry) => entry.manifest).filter((name) => name !== undefined).sort(), manifests.sort());
  });

  it('takes the real set to start with where it is there, and says which', async () => {
    for (const [kind, generated, real] of [['signals', 'generated IMU', 'GeoTec HAR'], ['pictures', 'generated pictures', 'CIFAR-10']] as const) {
      const set = await datasets.quickstartDataset(kind, { limit: 50 });
      const here = sharedPath('data', kind === 'signals' ? 'geotec-sp-sw-har' : 'cifar10-lossless') !== undefined;
      if (process.env.PARETINO_DATA === undefined) assert.equal(set.name, here ? real : generated);
      assert.deepEqual(datasets.contractBreaches(set), []);
    }
  });

  it('reports what a bad set breaks', async () => {
    const good = await datasets.generatedImages({ count: 40 });
    const breaches = datasets.contractBreaches({ ...good, train: { ...good.train, y: good.train.y.map(() => 10) }, test: { ...good.test, x: good.test.x.subarray(1) } });
    assert.equal(breaches.length, 2);
    assert.throws(() => datasets.checkDataset({ ...good, classes: ['a', 'a'] }), /each named once/);
  });
});
