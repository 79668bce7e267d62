import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { createRng, DataError } from '../../src/base';
import {
  channelStatistics, cifar10, daliac, fashionMnist, shuffled, streamCifar10, streamCsvWindows, streamDaliac, streamFashionMnist, streamMnist, streamStatistics,
  type Batch,
} from '../../src/datasets';
import { temporaryFolder } from '../support/folder';
import { needShared } from '../support/shared';

async function collect(stream: AsyncIterable<Batch>): Promise<{ x: number[]; y: number[]; sizes: number[] }> {
  const all = { x: [] as number[], y: [] as number[], sizes: [] as number[] };
  for await (const batch of stream) {
    assert.equal(batch.y.length, batch.n);
    for (const value of batch.x) all.x.push(value);
    all.y.push(...batch.y);
    all.sizes.push(batch.n);
  }
  return all;
}

describe('streams', () => {
  const folder = temporaryFolder();

  it('DaLiAc: the windows of the loader, also where they lie across the pieces read', async () => {
    const rng = createRng(4);
    for (const person of [1, 2]) {
      const rows = Array.from({ length: 12_000 }, (_, t) =>
        [...Array.from({ length: 24 }, () => rng.normal().toPrecision(5)), 1 + (Math.floor(t / 777) % 13)].join(','));
      const text = rows.join('\n') + (person === 1 ? '\n' : '');
      assert.ok(text.length > 2 << 20, 'more than one piece of a megabyte');
      folder.write(`dataset_${person}.txt${person === 1 ? '' : '.gz'}`, person === 1 ? text : gzipSync(text));
    }
    const windows = { length: 200 };
    const whole = await daliac({ folder: folder.path, windows, normalise: false, subjects: { train: [1, 2], validation: [], test: [] } });
    const streamed = await collect(streamDaliac({ folder: folder.path, people: [1, 2], windows, batchSize: 50 }));
    assert.deepEqual(streamed.y, [...whole.train.y]);
    assert.equal(Buffer.compare(Buffer.from(Float32Array.from(streamed.x).buffer), Buffer.from(whole.train.x.buffer)), 0);
    assert.ok(streamed.sizes.slice(0, -1).every((n) => n === 50));
  });

  it('CSV: names the line, counted from the start of the file, of a fault in a later piece', async () => {
    const rows = Array.from({ length: 300_000 }, (_, t) => `${t},${t % 7},1`);
    rows[250_000] = '1,2';
    const file = folder.write('a.csv', `a,b,y\n${rows.join('\n')}`);
    const stream = streamCsvWindows({ files: [file], table: { columns: ['number', 'number', 'number'], header: ['a', 'b', 'y'] }, windows: { length: 1000 } });
    await assert.rejects(collect(stream), (error: Error) => error instanceof DataError && /a\.csv, line 250002: 2 columns, wanted 3/.test(error.message));
  });

  it('CIFAR-10: records in order; a cut-off file and a wrong label are named', async () => {
    const records = (n: number, label: (i: number) => number): Buffer =>
      Buffer.concat(Array.from({ length: n }, (_, i) => Buffer.concat([Buffer.of(label(i)), Buffer.alloc(3072, i)])));
    folder.write('data_batch_1.bin', records(400, (i) => i % 10));
    folder.write('data_batch_2.bin', records(5, (i) => i));
    folder.write('test_batch.bin', records(3, (i) => i).subarray(0, 7000));
    const { y, x, sizes } = await collect(streamCifar10({ folder: folder.path, batchSize: 100 }));
    assert.deepEqual(sizes, [100, 100, 100, 100, 5]);
    assert.deepEqual(y, [...Array.from({ length: 400 }, (_, i) => i % 10), 0, 1, 2, 3, 4]);
    assert.equal(x[3072 * 199], 199);
    await assert.rejects(collect(streamCifar10({ folder: folder.path, part: 'test' })), /test_batch\.bin: 7000 bytes, wanted a multiple of 3073/);
    folder.write('data_batch_2.bin', records(5, () => 12));
    await assert.rejects(collect(streamCifar10({ folder: folder.path })), /data_batch_2\.bin, record 0: label 12/);
  });

  it('real CIFAR-10 and Fashion-MNIST: the same samples as the loaders, statistics in one pass', async function () {
    const [cifarFolder, fashionFolder] = [needShared(this, 'data', 'cifar10-lossless'), needShared(this, 'data', 'fashion-mnist')];
    const cifar = await cifar10({ folder: cifarFolder, normalise: false, validationFraction: 0 });
    const statistics = await streamStatistics(streamCifar10({ folder: cifarFolder, batchSize: 256 }), 3);
    const wanted = channelStatistics(cifar.train.x, 3);
    assert.equal(statistics.n, 8068);
    for (let c = 0; c < 3; c++) {
      assert.ok(Math.abs(statistics.mean[c] - wanted.mean[c]) < 1e-6);
      assert.ok(Math.abs(statistics.deviation[c] - wanted.deviation[c]) < 1e-6);
    }
    const test = await fashionMnist({ folder: fashionFolder, normalise: false });
    const normal = { mean: [72.9], deviation: [90] };
    let at = 0;
    for await (const batch of streamFashionMnist({ folder: fashionFolder, part: 'test', batchSize: 300, normalisation: normal })) {
      assert.deepEqual(batch.y, test.test.y.subarray(at, at + batch.n));
      assert.ok(Math.abs(batch.x[400] - (test.test.x[at * 784 + 400] - 72.9) / 90) < 1e-5);
      at += batch.n;
    }
    assert.equal(at, 10_000);
  });

  it('MNIST: names a file that is cut off, and pictures without labels', async () => {
    const idx = (shape: number[], bytes: number): Buffer => {
      const head = Buffer.alloc(4 + 4 * shape.length);
      head.writeUInt32BE(0x800 | shape.length);
      shape.forEach((size, d) => head.writeUInt32BE(size, 4 + 4 * d));
      return Buffer.concat([head, Buffer.alloc(bytes)]);
    };
    folder.write('train-images-idx3-ubyte', idx([100, 28, 28], 784 * 100));
    folder.write('train-labels-idx1-ubyte', idx([100], 100));
    assert.deepEqual((await collect(streamMnist({ folder: folder.path, batchSize: 30 }))).sizes, [30, 30, 30, 10]);
    folder.write('train-labels-idx1-ubyte', idx([100], 70));
    await assert.rejects(collect(streamMnist({ folder: folder.path, batchSize: 30 })), /train-labels-idx1-ubyte: labels end at 70/);
    folder.write('train-labels-idx1-ubyte', idx([100], 100));
    folder.write('train-images-idx3-ubyte', idx([100, 28, 28], 784 * 50 + 1));
    await assert.rejects(collect(streamMnist({ folder: folder.path, batchSize: 30 })), /train-images-idx3-ubyte: 39217 bytes, wanted 16 and a multiple of 784/);
    folder.write('train-images-idx3-ubyte', idx([100, 28, 28], 784 * 50));
    await assert.rejects(collect(streamMnist({ folder: folder.path, batchSize: 25 })), /50 pictures, its header says 100/);
    folder.write('train-images-idx3-ubyte', idx([100], 784 * 50));
    await assert.rejects(collect(streamMnist({ folder: folder.path })), /magic number 2049, wanted 2051/);
  });

  it('mixes with a seed and loses nothing', async () => {
    async function* counting(): AsyncGenerator<Batch> {
      for (let b = 0; b < 10; b++) yield { x: Float32Array.from({ length: 8 }, (_, i) => b * 8 + i), y: Int32Array.from({ length: 8 }, (_, i) => b * 8 + i), n: 8 };
    }
    const [a, b, c] = [await collect(shuffled(counting(), 20, 1)), await collect(shuffled(counting(), 20, 1)), await collect(shuffled(counting(), 20, 2))];
    assert.deepEqual(a, b);
    assert.notDeepEqual(a.y, c.y);
    assert.deepEqual(a.x, a.y);
    assert.deepEqual([...a.y].sort((p, q) => p - q), Array.from({ length: 80 }, (_, i) => i));
  });

  it('stops when told to', async () => {
    folder.write('data_batch_1.bin', Buffer.alloc(3073 * 2000));
    const controller = new AbortController();
    let batches = 0;
    await assert.rejects(async () => {
      for await (const batch of streamCifar10({ folder: folder.path, batchSize: 10, signal: controller.signal })) {
        batches += Math.sign(batch.n);
        controller.abort();
      }
    }, /cancelled/);
    assert.ok(batches < 200);
  });
});
