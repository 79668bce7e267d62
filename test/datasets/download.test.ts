import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CancelledError, createRng, DataError, type ProgressEvent } from '../../src/base';
import { downloadFile, fetchDataset, type Manifest } from '../../src/datasets';
import { tar, zip } from '../support/archives';
import { temporaryFolder } from '../support/folder';
import { loopback, serve } from '../support/server';
import { skip } from '../support/skip';

const rng = createRng(11);
const content = Buffer.from(Uint8Array.from({ length: 300_000 }, () => rng.integer(0, 255)));
const sha256 = createHash('sha256').update(content).digest('hex');
const md5 = createHash('md5').update(content).digest('hex');

describe('downloading a file', () => {
  const folder = temporaryFolder();
  const server = loopback();
  const target = (): string => join(folder.path, 'sub', 'file.bin');
  const left = (): string[] => (existsSync(join(folder.path, 'sub')) ? readdirSync(join(folder.path, 'sub')) : []);

  it('brings it, reports progress in bytes, and leaves nothing else', async () => {
    server.answer = serve(content);
    const seen: ProgressEvent[] = [];
    const done = await downloadFile({ url: server.url, target: target(), bytes: content.length, sha256, onProgress: (event) => seen.push(event) });
    assert.deepEqual(readFileSync(target()), content);
    assert.deepEqual(done, { url: server.url, bytes: content.length, sha256 });
    assert.deepEqual(left(), ['file.bin']);
    assert.ok(seen.every((event) => event.unit === 'B' && event.done <= content.length));
    assert.equal(seen.at(-1)?.done, content.length);
    await downloadFile({ url: server.url, target: target(), bytes: content.length, sha256 });
    assert.equal(server.requests.length, 1, 'what is there and right is not fetched again');
  });

  it('goes on with Range where the connection breaks', async () => {
    server.answer = serve(content, { breakAfter: 120_000 });
    await downloadFile({ url: server.url, target: target(), sha256 });
    assert.deepEqual(readFileSync(target()), content);
    assert.deepEqual(server.requests.map((request) => request.headers.range), [undefined, 'bytes=120000-', 'bytes=240000-']);
    assert.deepEqual(left(), ['file.bin']);
  });

  it('goes on with what an earlier call left, and starts over where the file has changed since', async () => {
    server.answer = serve(content, { breakAfter: 100_000 });
    await assert.rejects(downloadFile({ url: server.url, target: target(), sha256, attempts: 1 }), /stopped|terminated|gave up after 1 tries, the next call goes on from byte 100000/);
    assert.deepEqual(left(), ['file.bin.part', 'file.bin.part.etag']);
    const other = Buffer.from(content).reverse();
    server.answer = serve(other, { etag: '"v2"' });
    await downloadFile({ url: server.url, target: target(), sha256: createHash('sha256').update(other).digest('hex') });
    assert.equal(server.requests[1].headers.range, 'bytes=100000-');
    assert.deepEqual(readFileSync(target()), other);
  });

  it('starts over where the server knows no Range', async () => {
    let answers = 0;
    server.answer = (request, response) => serve(content, { ranges: false, breakAfter: answers++ === 0 ? 50_000 : Infinity })(request, response);
    await downloadFile({ url: server.url, target: target(), sha256 });
    assert.deepEqual(readFileSync(target()), content);
  });

  it('keeps nothing of the wrong bytes, and names both digests', async () => {
    const wrong = Buffer.from(content);
    wrong[1234] ^= 1;
    server.answer = serve(wrong);
    await assert.rejects(downloadFile({ url: server.url, target: target(), sha256 }), (error: Error) => {
      assert.ok(error instanceof DataError);
      assert.match(error.message, new RegExp(`SHA-256 is [0-9a-f]{64}, wanted ${sha256}.*nothing was kept`));
      return true;
    });
    assert.deepEqual(left(), []);
    await assert.rejects(downloadFile({ url: server.url, target: target(), md5 }), /MD5 is/);
    assert.deepEqual(left(), []);
  });

  it('computes and reports the digest where none is known', async () => {
    server.answer = serve(content);
    const messages: (string | undefined)[] = [];
    await downloadFile({ url: server.url, target: target(), sha256: null, onProgress: ({ message }) => messages.push(message) });
    assert.equal(messages.at(-1), `no published digest; SHA-256 is ${sha256}`);
  });

  it('refuses another size before the first byte, and an error page at once', async () => {
    server.answer = serve(content);
    await assert.rejects(downloadFile({ url: server.url, target: target(), bytes: 299_999, sha256 }), /offers 300000 bytes, wanted 299999/);
    server.answer = (_, response) => void response.writeHead(404).end('no such file');
    await assert.rejects(downloadFile({ url: server.url, target: target(), sha256 }), /answers 404/);
    assert.equal(server.requests.length, 2);
    assert.deepEqual(left(), []);
  });

  it('tries again after a passing error of the server', async () => {
    let answers = 0;
    server.answer = (request, response) => (answers++ === 0 ? void response.writeHead(503).end() : serve(content)(request, response));
    await downloadFile({ url: server.url, target: target(), sha256 });
    assert.equal(server.requests.length, 2);
  });

  it('gives up on a server that stalls, and says so', async () => {
    server.answer = (_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 1000));
    };
    await assert.rejects(downloadFile({ url: server.url, target: target(), sha256, stallMs: 100, attempts: 2 }), /sent nothing for 0\.1 s; gave up after 2 tries/);
  });

  it('stops when told to', async () => {
    server.answer = (_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 1000));
    };
    const controller = new AbortController();
    await assert.rejects(
      downloadFile({ url: server.url, target: target(), sha256, signal: controller.signal, onProgress: () => controller.abort() }),
      CancelledError,
    );
    assert.ok(!existsSync(target()));
  });

  it('says so where the disk is full, and keeps nothing', async function () {
    if (!existsSync('/dev/full')) skip(this, 'no /dev/full on this system');
    server.answer = serve(content);
    mkdirSync(join(folder.path, 'sub'));
    symlinkSync('/dev/full', `${target()}.part`);
    await assert.rejects(downloadFile({ url: server.url, target: target(), sha256 }), (error: Error) => error instanceof DataError && /the disk is full \(ENOSPC\)/.test(error.message));
    assert.deepEqual(left(), []);
  });

  it('says so where it cannot write', async () => {
    writeFileSync(join(folder.path, 'sub'), 'a file where the folder should be');
    await assert.rejects(downloadFile({ url: server.url, target: target(), sha256 }), (error: Error) => error instanceof DataError && /cannot be made/.test(error.message));
  });
});

describe('fetching a data set', () => {
  const folder = temporaryFolder();
  const server = loopback();
  const digest = (body: Buffer): string => createHash('sha256').update(body).digest('hex');
  const manifest = (body: Buffer, unpack: 'tar.gz' | 'zip', sum: string | null = digest(body)): Manifest => ({
    name: 'demo', title: 'Demo', home: 'http://127.0.0.1/', licence: 'MIT', citation: '', format: 'a.txt', folders: ['demo', 'inner', 'x'], markers: ['a.txt'],
    files: [{ url: server.url, name: `demo.${unpack}`, bytes: null, sha256: sum, unpack }],
  });
  const target = (): string => join(folder.path, 'demo');

  it('unpacks .tar.gz, with long contents, and writes where it came from', async () => {
    const body = gzipSync(tar({ 'inner/a.txt': Buffer.from('hello'), 'inner/deep/b.bin': content, 'empty': Buffer.alloc(0) }));
    server.answer = serve(body);
    await fetchDataset(manifest(body, 'tar.gz'), target());
    assert.deepEqual(readdirSync(folder.path), ['demo']);
    assert.deepEqual(readdirSync(target()).sort(), ['SOURCE.json', 'empty', 'inner']);
    assert.deepEqual(readFileSync(join(target(), 'inner', 'deep', 'b.bin')), content);
    assert.equal(JSON.parse(readFileSync(join(target(), 'SOURCE.json'), 'utf8')).files[0].sha256, digest(body));
  });

  it('takes the contents out of a single folder that holds them all', async () => {
    const body = gzipSync(tar({ 'demo-1a2b3c/a.txt': Buffer.from('hello'), 'demo-1a2b3c/DATA/b.bin': content }));
    server.answer = serve(body);
    await fetchDataset(manifest(body, 'tar.gz'), target());
    assert.deepEqual(readdirSync(target()).sort(), ['DATA', 'SOURCE.json', 'a.txt']);
    assert.deepEqual(readdirSync(folder.path), ['demo']);
  });

  it('unpacks .zip, and a .zip within it', async () => {
    const body = zip({ 'inner.zip': zip({ 'x/a.txt': Buffer.from('hello') }), 'b.bin': content });
    server.answer = serve(body);
    await fetchDataset(manifest(body, 'zip'), target());
    assert.deepEqual(readdirSync(target()).sort(), ['SOURCE.json', 'b.bin', 'x']);
    assert.equal(readFileSync(join(target(), 'x', 'a.txt'), 'utf8'), 'hello');
  });

  it('keeps nothing of a damaged archive or of one that reaches out of its folder', async () => {
    const good = gzipSync(tar({ 'a.txt': content }));
    for (const [body, unpack, pattern] of [
      [gzipSync(tar({ '../outside.txt': Buffer.from('x') })), 'tar.gz', /outside of the archive's folder/],
      [zip({ '/outside.txt': Buffer.from('x') }), 'zip', /outside of the archive's folder/],
      [good.subarray(0, good.length - 5000), 'tar.gz', /damaged gzip|cut-off/],
      [gzipSync(tar({ 'a.txt': content }).subarray(0, 200_000)), 'tar.gz', /cut-off tar/],
      [zip({ 'a.txt': content }).subarray(0, 200_000), 'zip', /no zip directory/],
    ] as const) {
      server.answer = serve(body);
      await assert.rejects(fetchDataset(manifest(body, unpack, null), target()), (error: Error) => {
        assert.ok(error instanceof DataError, String(error.stack));
        assert.match(error.message, pattern);
        return true;
      });
      assert.deepEqual(readdirSync(folder.path), []);
    }
  });

  it('leaves no data set where the digest is wrong', async () => {
    const body = gzipSync(tar({ 'a.txt': content }));
    server.answer = serve(body);
    await assert.rejects(fetchDataset(manifest(body, 'tar.gz', sha256), target()), /wanted/);
    assert.ok(!existsSync(target()));
  });

  it('lets one process at a time fetch, and takes over from one that is no more', async () => {
    const body = gzipSync(tar({ 'a.txt': content }));
    server.answer = serve(body);
    writeFileSync(`${target()}.lock`, String(process.pid));
    await assert.rejects(fetchDataset(manifest(body, 'tar.gz'), target()), new RegExp(`process ${process.pid} is fetching`));
    mkdirSync(target());
    writeFileSync(`${target()}.lock`, '999999999');
    await fetchDataset(manifest(body, 'tar.gz'), target());
    assert.ok(existsSync(join(target(), 'a.txt')));
  });
});
