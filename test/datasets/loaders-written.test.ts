import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { createRng, DataError } from '../../src/base';
import { basicMotions, cifar10, cifar100, daliac, fashionMnist, geotecHar, leakageCheck, mnist, pamap2, uciHar } from '../../src/datasets';
import { temporaryFolder } from '../support/folder';

const isDataError = (pattern: RegExp) => (error: Error): boolean => {
  assert.ok(error instanceof DataError, String(error.stack));
  assert.match(error.message, pattern);
  return true;
};

/** `n` CIFAR records whose pixels tell their record, plane, row and column. */
function cifarBytes(n: number, labels: (i: number) => number[]): Buffer {
  return Buffer.concat(Array.from({ length: n }, (_, i) => {
    const pixels = Buffer.alloc(3072);
    for (let p = 0; p < 3072; p++) pixels[p] = (i * 31 + Math.floor(p / 1024) * 80 + (p % 1024)) % 256;
    return Buffer.concat([Buffer.from(labels(i)), pixels]);
  }));
}

describe('CIFAR files', () => {
  const folder = temporaryFolder();

  it('reads labels and turns planes into channels', async () => {
    for (const k of [1, 2, 3, 4, 5]) folder.write(`cifar-10-batches-bin/data_batch_${k}.bin`, cifarBytes(20, (i) => [i % 10]));
    folder.write('cifar-10-batches-bin/test_batch.bin', cifarBytes(10, (i) => [i]));
    const set = await cifar10({ folder: folder.path, normalise: false });
    assert.deepEqual([set.train.n, set.validation.n, set.test.n], [90, 10, 10]);
    assert.deepEqual([...set.test.y], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const [record, row, column] = [7, 5, 9];
    for (let c = 0; c < 3; c++) {
      assert.equal(set.test.x[record * 3072 + (row * 32 + column) * 3 + c], (record * 31 + c * 80 + row * 32 + column) % 256);
    }
    assert.match(set.notes?.[0] ?? '', /100 of 50,000/);
    assert.match(set.source, /cifar-10-batches-bin$/);
  });

  it('normalises all splits with the training split alone', async () => {
    folder.write('data_batch_1.bin', cifarBytes(50, (i) => [i % 10]));
    folder.write('test_batch.bin', Buffer.concat([Buffer.of(0), Buffer.alloc(3072, 255)]));
    const set = await cifar10({ folder: folder.path });
    assert.deepEqual(leakageCheck(set), []);
    const { mean, deviation } = set.normalisation as { mean: number[]; deviation: number[] };
    for (let c = 0; c < 3; c++) assert.ok(Math.abs(set.test.x[c] - (255 - mean[c]) / deviation[c]) < 1e-5);
  });

  it('names a cut-off file with its size, and a label out of range with its record', async () => {
    folder.write('data_batch_1.bin', cifarBytes(3, () => [1]).subarray(0, 3073 * 2 + 100));
    folder.write('test_batch.bin', cifarBytes(1, () => [1]));
    await assert.rejects(cifar10({ folder: folder.path }), isDataError(/data_batch_1\.bin: 6246 bytes, wanted a multiple of 3073 \(record 2 is cut off after 100 bytes\)/));
    folder.write('data_batch_1.bin', cifarBytes(3, (i) => [i === 2 ? 10 : 1]));
    await assert.rejects(cifar10({ folder: folder.path }), isDataError(/data_batch_1\.bin, record 2: label 10, wanted 0 to 9/));
    folder.write('data_batch_1.bin', '');
    await assert.rejects(cifar10({ folder: folder.path }), isDataError(/0 bytes/));
    assert.deepEqual(readdirSync(folder.path).sort(), ['data_batch_1.bin', 'test_batch.bin']);
  });

  it('reads both labels of CIFAR-100', async () => {
    folder.write('train.bin', cifarBytes(40, (i) => [i % 20, 99 - (i % 4)]));
    folder.write('test.bin', cifarBytes(4, (i) => [i, i + 50]));
    const fine = await cifar100({ folder: folder.path });
    assert.deepEqual([...fine.test.y], [50, 51, 52, 53]);
    assert.equal(fine.classes.length, 100);
    const coarse = await cifar100({ folder: folder.path, labels: 'coarse' });
    assert.deepEqual([...coarse.test.y], [0, 1, 2, 3]);
    assert.equal(coarse.classes.length, 20);
    folder.write('test.bin', cifarBytes(1, () => [0, 100]));
    await assert.rejects(cifar100({ folder: folder.path }), isDataError(/test\.bin, record 0: label 100/));
  });
});

describe('idx files of MNIST and Fashion-MNIST', () => {
  const folder = temporaryFolder();
  const idx = (shape: number[], data: Uint8Array): Buffer => {
    const head = Buffer.alloc(4 + 4 * shape.length);
    head.writeUInt32BE(0x800 | shape.length);
    shape.forEach((size, d) => head.writeUInt32BE(size, 4 + 4 * d));
    return Buffer.concat([head, data]);
  };
  const pictures = (n: number): Buffer => idx([n, 28, 28], Uint8Array.from({ length: n * 784 }, (_, i) => i % 251));
  const labels = (n: number): Buffer => idx([n], Uint8Array.from({ length: n }, (_, i) => i % 10));

  it('reads plain and gzip files alike', async () => {
    folder.write('train-images-idx3-ubyte.gz', gzipSync(pictures(60)));
    folder.write('train-labels-idx1-ubyte', labels(60));
    folder.write('t10k-images.idx3-ubyte', pictures(10));
    folder.write('t10k-labels-idx1-ubyte.gz', gzipSync(labels(10)));
    for (const load of [mnist, fashionMnist]) {
      const set = await load({ folder: folder.path, normalise: false, validationFraction: 0.5 });
      assert.deepEqual([set.train.n, set.validation.n, set.test.n], [30, 30, 10]);
      assert.deepEqual(set.inputShape, [28, 28, 1]);
      assert.equal(set.test.x[784 * 3 + 5], (784 * 3 + 5) % 251);
    }
  });

  it('names the file that does not fit', async () => {
    folder.write('train-images-idx3-ubyte', pictures(5));
    folder.write('train-labels-idx1-ubyte', labels(4));
    folder.write('t10k-images-idx3-ubyte', pictures(2));
    folder.write('t10k-labels-idx1-ubyte', labels(2));
    await assert.rejects(mnist({ folder: folder.path }), isDataError(/train-labels-idx1-ubyte: 4 labels for 5 pictures/));
    folder.write('train-labels-idx1-ubyte', pictures(5));
    await assert.rejects(mnist({ folder: folder.path }), isDataError(/train-labels-idx1-ubyte, byte 0: magic number 2051, wanted 2049/));
    folder.write('train-labels-idx1-ubyte', idx([5], Uint8Array.of(0, 1, 2, 11, 4)));
    await assert.rejects(mnist({ folder: folder.path }), isDataError(/record 3: label 11, wanted 0 to 9/));
    folder.write('train-labels-idx1-ubyte', gzipSync(labels(5)).subarray(0, 20));
    await assert.rejects(mnist({ folder: folder.path }), isDataError(/damaged gzip/));
  });
});

describe('DaLiAc files', () => {
  const folder = temporaryFolder();
  const row = (t: number, label: number, columns = 24): string =>
    `${Array.from({ length: columns }, (_, c) => (c + t / 100).toPrecision(5)).join(',')},${label}`;
  const person = (labels: number[]): string => labels.map((label, t) => row(t, label)).join('\n') + '\n';

  it('cuts windows of one label and splits people 1–14, 15–17, 18–19', async () => {
    const labels = [...new Array(32).fill(1), ...new Array(32).fill(13)];
    for (let k = 1; k <= 19; k++) folder.write(`dataset_${k}.txt`, person(labels));
    const set = await daliac({ folder: folder.path, windows: { length: 16 }, normalise: false });
    // Starts 0, 8, … 48 but for 24, which spans both activities.
    assert.deepEqual([set.train.n, set.validation.n, set.test.n], [14 * 6, 3 * 6, 2 * 6]);
    assert.deepEqual([...new Set(set.test.subjects)], [18, 19]);
    assert.deepEqual([...set.test.y.subarray(0, 6)], [0, 0, 0, 12, 12, 12]);
    assert.equal(set.test.x[24 * 16 + 5], Math.fround(5.08));
    assert.equal(set.channels?.length, 24);
    assert.equal(set.sampleRate, 204.8);
  });

  it('names file and line of a row with 23 channels, of a bad number and of a label out of range', async () => {
    const good = person(new Array(40).fill(2));
    for (const [bad, pattern] of [
      [row(3, 2, 23), /dataset_2\.txt, line 41: 24 columns, wanted 25/],
      [row(3, 14), /dataset_2\.txt, line 41, column 25: "14", wanted a whole number from 1 to 13/],
      [row(3, 0), /line 41, column 25: "0"/],
      [row(3, 2).replace('4.0300', '4.O3'), /line 41, column 5: "4\.O3", wanted a number/],
    ] as const) {
      folder.write('dataset_1.txt', good);
      folder.write('dataset_2.txt', `${good}${bad}\n`);
      await assert.rejects(daliac({ folder: folder.path, windows: { length: 8 } }), isDataError(pattern));
    }
  });

  it('loads those people who are there, and says so', async () => {
    for (const k of [2, 5, 9, 11]) folder.write(`dataset_${k}.txt`, person(new Array(40).fill(k)));
    const set = await daliac({ folder: folder.path, windows: { length: 8 } });
    assert.match(set.notes?.[0] ?? '', /4 of 19 people: 2, 5, 9, 11/);
    assert.equal(set.notes?.[1], '4 of 4 files have another number of rows than published: dataset_2.txt 40 (301901), dataset_5.txt 40 (254178), dataset_9.txt 40 (248855) …');
    assert.deepEqual(leakageCheck(set).filter((leak) => leak.kind === 'person'), []);
  });
});

describe('GeoTec files', () => {
  const folder = temporaryFolder();
  const header = 'x_acc,y_acc,z_acc,x_gyro,y_gyro,z_gyro,timestamp,label';
  const device = (seed: number, steps: number, label: string): string => {
    const rng = createRng(seed);
    return [header, ...Array.from({ length: steps }, (_, t) => `${t},1,2,3,4,${seed},${(1e12 + t * 10 + Math.round(4 * rng.next()))},${label}`)].join('\n');
  };

  it('stacks phone and watch to 12 channels on one clock', async () => {
    for (const k of [1, 2, 3]) {
      folder.write(`s0${k}/s0${k}_01_sp.csv.gz`, gzipSync(device(k, 200, 'WALKING')));
      folder.write(`s0${k}/s0${k}_01_sw.csv`, device(k + 50, 200, 'SEATED'));
    }
    const set = await geotecHar({ folder: folder.path, windows: { length: 50, overlap: 0 }, normalise: false });
    assert.deepEqual(set.inputShape, [50, 12]);
    assert.deepEqual([set.train.n, set.validation.n, set.test.n], [3, 3, 3]);
    assert.ok([...set.train.y].every((y) => set.classes[y] === 'walking'), 'the phone has the label');
    assert.ok(Math.abs(set.train.x[5] - (set.train.subjects as Int32Array)[0]) < 1e-6);
    assert.ok(Math.abs(set.train.x[11] - (set.train.subjects as Int32Array)[0] - 50) < 1e-6);
    // x_acc counts the rows, 10 ms each: one step of the 100 Hz clock, but for the jitter of the stamps.
    assert.ok(Math.abs(set.train.x[12 * 40] - set.train.x[0] - 40) < 1);
  });

  it('names what is missing or wrong', async () => {
    folder.write('s01/s01_01_sp.csv', device(1, 100, 'WALKING'));
    await assert.rejects(geotecHar({ folder: folder.path }), isDataError(/s01_01_sp\.csv: has no watch file/));
    folder.write('s01/s01_01_sw.csv', device(1, 100, 'FLYING'));
    await assert.rejects(geotecHar({ folder: folder.path }), isDataError(/s01_01_sw\.csv, line 2, column 8: "FLYING", wanted one of SEATED/));
    folder.write('s01/s01_01_sw.csv', 'x,y\n1,2\n');
    await assert.rejects(geotecHar({ folder: folder.path }), isDataError(/line 1: header is/));
  });
});

describe('UCI HAR files', () => {
  const folder = temporaryFolder();
  const signals = ['body_acc', 'body_gyro', 'total_acc'].flatMap((s) => ['x', 'y', 'z'].map((a) => `${s}_${a}`));
  const write = (part: string, people: number[]): void => {
    folder.write(`${part}/y_${part}.txt`, people.map((_, i) => (i % 6) + 1).join('\n') + '\n');
    folder.write(`${part}/subject_${part}.txt`, people.join('\n') + '\n');
    signals.forEach((signal, c) => folder.write(`${part}/Inertial Signals/${signal}_${part}.txt`,
      people.map((_, i) => Array.from({ length: 128 }, (_, t) => `  ${(i * 1000 + c * 128 + t).toExponential(7)}`).join('')).join('\n')));
  };

  it('interleaves the nine signals and keeps people apart', async () => {
    write('train', Array.from({ length: 42 }, (_, i) => Math.floor(i / 2) + 1));
    write('test', [22, 22, 23, 23, 24, 24]);
    const set = await uciHar({ folder: folder.path, normalise: false });
    assert.deepEqual([set.train.n, set.validation.n, set.test.n], [36, 6, 6]);
    assert.equal(set.test.x[3 * 128 * 9 + 17 * 9 + 4], 3000 + 4 * 128 + 17);
    assert.deepEqual(leakageCheck(set).filter((leak) => leak.kind === 'person'), []);
    const own = await uciHar({ folder: folder.path, validationSubjects: [4] });
    assert.deepEqual([...new Set(own.validation.subjects)], [4]);
    await assert.rejects(uciHar({ folder: folder.path, validationSubjects: [22] }), /validationSubjects: got 22/);
  });

  it('names files that do not fit together', async () => {
    write('train', [1, 2, 3, 4]);
    write('test', [5]);
    folder.write('train/subject_train.txt', '1\n2\n3\n');
    await assert.rejects(uciHar({ folder: folder.path }), isDataError(/subject_train\.txt: 3 people for 4 labels/));
    folder.write('train/y_train.txt', '1\n7\n3\n4\n');
    await assert.rejects(uciHar({ folder: folder.path }), isDataError(/y_train\.txt, line 2, column 1: "7"/));
  });
});

describe('PAMAP2 files', () => {
  const folder = temporaryFolder();
  const row = (t: number, activity: number, lost: boolean): string => Array.from({ length: 54 }, (_, c) => {
    if (c === 0) return (t / 100).toFixed(2);
    if (c === 1) return activity;
    return c === 2 || lost ? 'NaN' : (c + t / 1000).toFixed(4);
  }).join(' ');

  it('takes 18 channels, fills short gaps, leaves out long ones and transitions', async () => {
    const rows = Array.from({ length: 300 }, (_, t) => row(t, t < 100 ? 0 : t < 200 ? 4 : 24, (t >= 110 && t < 120) || (t >= 240 && t < 290)));
    for (const k of [101, 102, 103]) folder.write(`Protocol/subject${k}.dat`, rows.join('\n'));
    const set = await pamap2({ folder: folder.path, windows: { length: 20, overlap: 0 }, normalise: false });
    // 5 windows of walking; of rope jumping only 200–239 are whole.
    assert.deepEqual([...set.test.y], [3, 3, 3, 3, 3, 11, 11]);
    assert.equal(set.inputShape[1], 18);
    const filled = 15 * 18;
    assert.ok(Math.abs(set.test.x[filled] - (4 + 0.115)) < 1e-3, 'linear over the gap: hand acc x is column 5');
    assert.ok(Math.abs(set.test.x[filled + 3] - (10 + 0.115)) < 1e-3, 'hand gyro x is column 11');
    assert.ok(Math.abs(set.test.x[filled + 17] - (4 + 34 + 8 + 0.115)) < 1e-3, 'ankle gyro z is column 47');
  });

  it('names the line of a row that is cut off', async () => {
    folder.write('subject101.dat', `${row(0, 1, false)}\n1 2 3\n`);
    await assert.rejects(pamap2({ folder: folder.path }), isDataError(/subject101\.dat, line 2: 3 columns, wanted 54/));
  });
});

describe('BasicMotions files', () => {
  const folder = temporaryFolder();

  it('reads both parts and refuses parts that differ', async () => {
    const text = (length: number): string => '@classLabel true A B\n@data\n' + Array.from({ length: 8 }, (_, i) =>
      Array.from({ length: 6 }, (_, d) => Array.from({ length }, (_, t) => i + d / 10 + t / 100).join(',')).join(':') + `:${'AB'[i % 2]}`).join('\n');
    folder.write('BasicMotions_TRAIN.ts', text(12));
    folder.write('BasicMotions_TEST.ts', text(12));
    const set = await basicMotions({ folder: folder.path, normalise: false });
    assert.deepEqual(set.inputShape, [12, 6]);
    assert.deepEqual([set.train.n, set.validation.n, set.test.n], [6, 2, 8]);
    assert.ok(Math.abs(set.test.x[2 * 72 + 3 * 6 + 4] - (2 + 0.4 + 0.03)) < 1e-6);
    assert.deepEqual(leakageCheck(set).map((leak) => leak.kind), ['sample', 'sample'], 'the same series in both files is found');
    folder.write('BasicMotions_TEST.ts', text(11));
    await assert.rejects(basicMotions({ folder: folder.path }), isDataError(/differ/));
  });
});
