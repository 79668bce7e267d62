import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { basicMotions, cifar10, describe as table, fashionMnist, geotecHar, leakageCheck, mnist, readManifest, toRows, type Dataset } from '../../src/datasets';
import { needShared } from '../support/shared';

const counts = (dataset: Dataset, split: 'train' | 'validation' | 'test'): number[] =>
  dataset.classes.map((_, k) => dataset[split].y.filter((y) => y === k).length);
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe('real data sets', () => {
  it('CIFAR-10: short batches, with labels as published', async function () {
    const folder = needShared(this, 'data', 'cifar10-lossless');
    const set = await cifar10({ folder, validationFraction: 0, normalise: false });
    assert.deepEqual([set.train.n, set.validation.n, set.test.n], [8068, 0, 1017]);
    const labels = readFileSync(join(folder, 'labels_all_60000.u8'));
    assert.deepEqual([...set.train.y.subarray(0, 4000)], [...labels.subarray(0, 4000)]);
    assert.deepEqual([...set.train.y.subarray(4000, 5017)], [...labels.subarray(10000, 11017)]);
    assert.deepEqual([...set.test.y], [...labels.subarray(50000, 51017)]);
    // The first test picture is a cat; its first pixel and the channel means of CIFAR-10 are well known.
    assert.equal(set.classes[set.test.y[0]], 'cat');
    assert.deepEqual([...set.test.x.subarray(0, 3)], [158, 112, 49]);
    assert.deepEqual((await cifar10({ folder })).normalisation?.mean.map((mean, c) => Math.abs(mean - [125.3, 123.0, 113.9][c]) < 2), [true, true, true]);
  });

  for (const [name, load, meanPixel] of [['fashion-mnist', fashionMnist, 72.94], ['mnist', mnist, 33.32]] as const) {
    it(`${name}: digests of the manifest, sizes, classes and mean`, async function () {
      const folder = needShared(this, 'data', name);
      for (const file of readManifest(name).files) {
        const bytes = readFileSync(join(folder, file.name));
        assert.equal(bytes.length, file.bytes);
        assert.equal(createHash('sha256').update(bytes).digest('hex'), file.sha256);
        assert.equal(createHash('md5').update(bytes).digest('hex'), file.md5);
      }
      const set = await load({ folder, limit: { train: 5400 } });
      assert.deepEqual([set.train.n, set.validation.n, set.test.n], [5400, 6000, 10000]);
      assert.equal(set.inputShape.join(), '28,28,1');
      assert.ok(Math.abs((set.normalisation?.mean[0] as number) - meanPixel) < 1);
      if (name === 'fashion-mnist') {
        assert.deepEqual(counts(set, 'test'), new Array(10).fill(1000));
        assert.deepEqual(counts(set, 'train'), new Array(10).fill(540));
      } else assert.deepEqual(counts(set, 'test'), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    });
  }

  it('GeoTec HAR: 23 people, 223 recordings, 12 channels, no leak', async function () {
    const folder = needShared(this, 'data', 'geotec-sp-sw-har');
    let read = 0;
    const set = await geotecHar({ folder, onProgress: ({ path, total }) => { if (path[0] === 'read') read = total as number; } });
    assert.equal(read, 223);
    assert.deepEqual(set.inputShape, [128, 12]);
    const people = (['train', 'validation', 'test'] as const).map((name) => new Set(set[name].subjects).size);
    assert.deepEqual(people, [17, 3, 3]);
    assert.deepEqual(leakageCheck(set), []);
    // About 2,540 s of signal in windows of 1.28 s at a step of 0.64 s.
    const n = set.train.n + set.validation.n + set.test.n;
    assert.ok(n > 3400 && n < 3800, `${n} windows`);
    const share = sum([...set.train.y].map((y) => Number(set.classes[y] === 'walking'))) / set.train.n;
    assert.ok(share > 0.4 && share < 0.55, `walking ${share}`);
    const rows = table(set);
    assert.equal(rows.find((row) => row.class === 'all')?.train, set.train.n);
    assert.equal(rows.find((row) => row.class === 'bytes')?.test, set.test.x.byteLength + set.test.y.byteLength);
    assert.equal(toRows(set, { split: 'test' }).length, set.test.n);
    // Gravity: the length of the phone's mean acceleration vector while seated is near 9.81 m/s².
    const raw = await geotecHar({ folder, normalise: false, limit: 200 });
    const seated = [...raw.train.y.keys()].filter((i) => raw.classes[raw.train.y[i]] === 'seated');
    for (const i of seated) {
      const mean = [0, 1, 2].map((c) => sum(Array.from({ length: 128 }, (_, t) => raw.train.x[(i * 128 + t) * 12 + c])) / 128);
      assert.ok(Math.abs(Math.hypot(...mean) - 9.81) < 1.5, `window ${i}: ${Math.hypot(...mean)}`);
    }
  });

  it('GeoTec HAR: a person moved between splits by hand is found', async function () {
    const folder = needShared(this, 'data', 'geotec-sp-sw-har');
    const set = await geotecHar({ folder, subjects: { train: [1, 2], validation: [3], test: [4] } });
    const mixed: Dataset = { ...set, test: set.train };
    assert.deepEqual(leakageCheck(mixed).map((leak) => leak.kind).sort(), ['overlap', 'person', 'sample']);
    const shifted: Dataset = { ...set, train: { ...set.train, x: set.train.x.map((value) => value + 0.1) } };
    assert.deepEqual(leakageCheck(shifted).map((leak) => leak.kind), ['statistics']);
  });

  it('BasicMotions: 40 and 40 series', async function () {
    const folder = needShared(this, 'data', 'basicmotions');
    const set = await basicMotions({ folder });
    assert.deepEqual([set.train.n, set.validation.n, set.test.n], [30, 10, 40]);
    assert.deepEqual(set.inputShape, [100, 6]);
    assert.deepEqual(counts(set, 'test'), [10, 10, 10, 10]);
    assert.deepEqual(leakageCheck(set), []);
  });

  it('the same seed keeps the same samples, another seed others, each in the classes\' proportions', async function () {
    const folder = needShared(this, 'data', 'fashion-mnist');
    const [a, b, c] = await Promise.all([1, 1, 2].map((seed) => fashionMnist({ folder, limit: 100, seed })));
    assert.deepEqual(a.train.x, b.train.x);
    assert.notDeepEqual(a.train.x, c.train.x);
    assert.deepEqual(counts(c, 'train'), new Array(10).fill(10));
    const share = await fashionMnist({ folder, fraction: 0.01 });
    assert.deepEqual([share.train.n, share.validation.n, share.test.n], [540, 60, 100]);
  });

  it('stops loading when told to', async function () {
    const folder = needShared(this, 'data', 'geotec-sp-sw-har');
    const controller = new AbortController();
    let seen = 0;
    await assert.rejects(geotecHar({ folder, signal: controller.signal, onProgress: () => { if (++seen === 5) controller.abort(); } }), /cancelled/);
    assert.equal(seen, 5);
  });
});
