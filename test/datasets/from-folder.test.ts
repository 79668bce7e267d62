import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { createRng, DataError } from '../../src/base';
import { fromFolder, leakageCheck } from '../../src/datasets';
import { parsePicture } from '../../src/datasets/formats/picture';
import { temporaryFolder } from '../support/folder';
import { wavBytes } from '../support/wav';

/** A PNG whose rows use the five filters in turn. Checksums are left 0: readers of pixels do not need them. */
function png(width: number, height: number, type: number, pixel: (x: number, y: number) => number[], palette?: number[]): Buffer {
  const step = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[type] as number;
  const at = (x: number, y: number, c: number): number => (x < 0 || y < 0 ? 0 : pixel(x, y)[c]);
  const rows = Array.from({ length: height }, (_, y) => Buffer.from([y % 5, ...Array.from({ length: width * step }, (_, i) => {
    const [x, c] = [Math.floor(i / step), i % step];
    const [left, up, corner] = [at(x - 1, y, c), at(x, y - 1, c), at(x - 1, y - 1, c)];
    const p = left + up - corner;
    const near = [left, up, corner].reduce((best, v) => (Math.abs(p - v) < Math.abs(p - best) ? v : best));
    return (at(x, y, c) - [0, left, up, Math.floor((left + up) / 2), near][y % 5]) & 255;
  })]));
  const chunk = (name: string, body: Buffer): Buffer => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(body.length);
    head.write(name, 4, 'latin1');
    return Buffer.concat([head, body, Buffer.alloc(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = type;
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', header),
    ...(palette ? [chunk('PLTE', Buffer.from(palette))] : []),
    chunk('IDAT', deflateSync(Buffer.concat(rows))), chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('pictures', () => {
  const value = (x: number, y: number, c: number): number => (x * 37 + y * 91 + c * 53 + x * y) & 255;

  it('reads PNG of each colour type, with each filter', () => {
    for (const [type, samples, channels] of [[0, 1, 1], [2, 3, 3], [4, 2, 1], [6, 4, 3]] as const) {
      const picture = parsePicture(png(7, 11, type, (x, y) => Array.from({ length: samples }, (_, c) => value(x, y, c))), 'f');
      assert.deepEqual([picture.height, picture.width, picture.channels], [11, 7, channels]);
      for (let y = 0; y < 11; y++) for (let x = 0; x < 7; x++) for (let c = 0; c < channels; c++) assert.equal(picture.pixels[(y * 7 + x) * channels + c], value(x, y, c));
    }
    const palette = parsePicture(png(2, 1, 3, (x) => [x], [9, 8, 7, 6, 5, 4]), 'f');
    assert.deepEqual([...palette.pixels], [9, 8, 7, 6, 5, 4]);
  });

  it('reads PPM and PGM with comments', () => {
    assert.deepEqual([...parsePicture(Buffer.concat([Buffer.from('P6\n# about\n2 1\n255\n'), Buffer.from([1, 2, 3, 4, 5, 6])]), 'f').pixels], [1, 2, 3, 4, 5, 6]);
    assert.equal(parsePicture(Buffer.concat([Buffer.from('P5 1 2 255 '), Buffer.from([1, 2])]), 'f').channels, 1);
  });

  it('refuses what it cannot read', () => {
    assert.throws(() => parsePicture(Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'a.png'), /a\.png: neither PNG/);
    assert.throws(() => parsePicture(png(4, 4, 2, () => [1, 2, 3]).subarray(0, 50), 'a.png'), /cut off|damaged/);
    assert.throws(() => parsePicture(Buffer.concat([Buffer.from('P6 2 2 255\n'), Buffer.alloc(5)]), 'a.ppm'), /5 bytes of pixels, wanted 12/);
  });
});

describe('a folder of one\'s own', () => {
  const folder = temporaryFolder();
  const csv = (rng: ReturnType<typeof createRng>, rows: number, header = 'ax,ay'): string =>
    [header, ...Array.from({ length: rows }, () => [rng.normal().toFixed(4), rng.normal().toFixed(4)].join())].filter(Boolean).join('\n');

  it('cuts CSV files into windows and holds out whole files', async () => {
    const rng = createRng(1);
    for (const name of ['run', 'walk']) for (let k = 0; k < 10; k++) folder.write(`${name}/rec${k}.csv`, csv(rng, 30 + k));
    const set = await fromFolder({ folder: folder.path, windows: { length: 10 }, sampleRate: 50, testFraction: 0.2, validationFraction: 0.25 });
    assert.deepEqual(set.classes, ['run', 'walk']);
    assert.deepEqual(set.channels, ['ax', 'ay']);
    assert.deepEqual(set.inputShape, [10, 2]);
    assert.equal(set.sampleRate, 50);
    assert.deepEqual((['train', 'validation', 'test'] as const).map((name) => new Set(set[name].recordings).size), [12, 4, 4]);
    assert.deepEqual(leakageCheck(set), []);
    assert.equal(set.train.subjects, undefined);
  });

  it('splits by person where told whose files they are', async () => {
    const rng = createRng(1);
    for (const name of ['run', 'walk']) for (let k = 0; k < 6; k++) folder.write(`${name}/p${k % 3}_${k}.csv`, csv(rng, 20, ''));
    const subjectOf = (path: string): number => Number(/p(\d)_/.exec(path)?.[1]);
    const set = await fromFolder({ folder: folder.path, subjectOf, subjects: { train: [0], validation: [1], test: [2] } });
    assert.deepEqual([...set.test.subjects as Int32Array], [2, 2, 2, 2]);
    assert.deepEqual(set.inputShape, [20, 2]);
    const unasked = await fromFolder({ folder: folder.path, subjectOf });
    assert.deepEqual((['train', 'validation', 'test'] as const).map((name) => [...new Set(unasked[name].subjects)]), [[0], [1], [2]]);
    assert.deepEqual(leakageCheck(unasked), []);
    await assert.rejects(fromFolder({ folder: folder.path, subjects: { train: [0], validation: [], test: [] } }), /subjectOf/);
  });

  it('uses train and test folders as they are', async () => {
    const picture = (seed: number): Buffer => png(4, 5, 2, (x, y) => [seed, x * 10, y * 10]);
    for (const name of ['cat', 'dog']) {
      for (let k = 0; k < 5; k++) folder.write(`train/${name}/${k}.png`, picture(k + (name === 'cat' ? 0 : 100)));
      folder.write(`test/${name}/0.png`, picture(200));
    }
    const set = await fromFolder({ folder: folder.path, validationFraction: 0.2, normalise: false });
    assert.deepEqual([set.train.n, set.validation.n, set.test.n], [8, 2, 2]);
    assert.deepEqual(set.inputShape, [5, 4, 3]);
    assert.deepEqual([...set.test.x.subarray(0, 6)], [200, 0, 0, 200, 10, 0]);
    assert.deepEqual([...set.test.y], [0, 1]);
  });

  it('turns WAV files into log-mel pictures, or takes them as they are', async () => {
    for (const name of ['a', 'b']) for (let k = 0; k < 5; k++) folder.write(`${name}/${k}.wav`, wavBytes(new Array(800).fill(k / 10), { rate: 8000 }));
    assert.deepEqual((await fromFolder({ folder: folder.path })).inputShape, [800, 1]);
    const set = await fromFolder({ folder: folder.path, features: { bands: 8, frameMs: 32, stepMs: 16 } });
    assert.deepEqual(set.inputShape, [5, 8, 1]);
  });

  it('names the file that does not fit', async () => {
    const isDataError = (pattern: RegExp) => (error: Error): boolean => {
      assert.ok(error instanceof DataError, String(error.stack));
      assert.match(error.message, pattern);
      return true;
    };
    const rng = createRng(1);
    await assert.rejects(fromFolder({ folder: `${folder.path}/none` }), isDataError(/none: cannot be read \(ENOENT\)/));
    await assert.rejects(fromFolder({ folder: folder.path }), isDataError(/0 sub-folders/));
    folder.write('a/1.csv', csv(rng, 20));
    folder.write('b/1.csv', csv(rng, 20));
    folder.write('b/2.csv', csv(rng, 21));
    await assert.rejects(fromFolder({ folder: folder.path }), isDataError(/2\.csv: 21 × 2, wanted 20 × 2 as in .*1\.csv/));
    folder.write('b/2.csv', 'ax,ay\n1,2\n3,x\n');
    await assert.rejects(fromFolder({ folder: folder.path }), isDataError(/2\.csv, line 3, column 2: "x"/));
    folder.write('b/2.jpg', 'x');
    await assert.rejects(fromFolder({ folder: folder.path }), isDataError(/2\.jpg: wanted files of \.csv/));
  });
});
