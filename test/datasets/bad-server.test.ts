/* A user asks for a data set that is not here, and its server misbehaves: what is said, what is left, and the next try. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CancelledError, createRng, DataError } from '../../src/base';
import { locateDataset, type FetchOptions, type LoadOptions, type Manifest } from '../../src/datasets';
import { tar } from '../support/archives';
import { emptyDataFolders } from '../support/data-folders';
import { loopback, serve } from '../support/server';

const rng = createRng(5);
const content = Buffer.from(Uint8Array.from({ length: 200_000 }, () => rng.integer(0, 255)));
const archive = gzipSync(tar({ 'a.txt': Buffer.from('hello'), 'b.bin': content }));
const page = '<!doctype html><title>Moved</title>We have moved.';
const flipped = Buffer.from(archive);
flipped[5000] ^= 1;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** The head of a good answer, a part of its body, and then what `then` does. */
function begin(then: (response: ServerResponse) => void, announced: number | null = archive.length): Answer {
  return (_, response) => {
    response.writeHead(200, announced === null ? {} : { 'content-length': announced });
    response.write(archive.subarray(0, 30_000), () => setTimeout(() => then(response), 20));
  };
}

interface Case {
  readonly what: string;
  readonly answer: Answer;
  readonly says: RegExp;
  /** What the manifest knows; without it nothing does. */
  readonly known?: boolean;
  /** The connections made before it gives up; without it as many as allowed. */
  readonly connections?: number;
}

const nowhere = 'http://127.0.0.1:9/gone.tar.gz';
const cases: readonly Case[] = [
  { what: 'never answers', answer: () => {}, says: /sent nothing for 0\.15 s/ },
  { what: 'stalls in the middle', answer: begin(() => {}), says: /sent nothing for 0\.15 s/ },
  { what: 'resets the connection', answer: begin((response) => response.socket!.resetAndDestroy()), says: /ECONNRESET/ },
  { what: 'hangs up without an answer', answer: (_, response) => void response.socket!.destroy(), says: /other side closed/ },
  { what: 'closes before the length that it announced', answer: begin((response) => response.socket!.end()), says: /other side closed/ },
  { what: 'announces more than there is', answer: begin((response) => response.end(), archive.length + 1), says: new RegExp(`offers ${archive.length + 1} bytes, wanted ${archive.length}`), connections: 1 },
  { what: 'ends early without a length', answer: begin((response) => response.end(), null), says: new RegExp(`stopped after \\d+ of ${archive.length} bytes`) },
  { what: 'ends early where nothing is known of the size', answer: begin((response) => response.end(), null), says: /damaged gzip|cut-off/, known: false, connections: 1 },
  { what: 'sends more than there is', answer: (_, response) => (response.write(archive), void response.end(content)), says: new RegExp(`sends more than ${archive.length} bytes`), connections: 1 },
  { what: 'sends the wrong bytes', answer: serve(flipped), says: /SHA-256 is [0-9a-f]{64}, wanted [0-9a-f]{64}/, connections: 1 },
  { what: 'sends another archive, of which nothing is known', answer: serve(gzipSync(tar({ 'other.txt': content }))), says: /holds no a\.txt/, known: false, connections: 1 },
  { what: 'does not know the file', answer: (_, response) => void response.writeHead(404).end(page), says: /answers 404 Not Found/, connections: 1 },
  { what: 'has an error of its own', answer: (_, response) => void response.writeHead(500).end(page), says: /answers 500 Internal Server Error/ },
  { what: 'sends a web page for the file', answer: (_, response) => void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page), says: /answers with a web page/, known: false, connections: 1 },
  { what: 'redirects to where nobody answers', answer: (_, response) => void response.writeHead(302, { location: nowhere }).end(), says: /ECONNREFUSED 127\.0\.0\.1:9|bad port/ },
  { what: 'redirects for ever', answer: (_, response) => void response.writeHead(302, { location: '/file.bin' }).end(), says: /redirect count exceeded/, connections: 21 },
  { what: 'redirects to what is no address', answer: (_, response) => void response.writeHead(302, { location: 'ftp://127.0.0.1/x' }).end(), says: /HTTP\(S\)/, connections: 1 },
  { what: 'redirects to an error', answer: ({ url }, response) => void (url === '/file.bin' ? response.writeHead(302, { location: '/new/place' }) : response.writeHead(403)).end(), says: /answers 403 Forbidden at http:\S+\/new\/place/, connections: 2 },
];

describe('a data set whose server misbehaves', () => {
  const folder = emptyDataFolders();
  const server = loopback();
  const manifest = (known = true): Manifest => ({
    name: 'demo', title: 'Demo set', home: 'http://127.0.0.1/about', licence: 'MIT', citation: '', format: 'a.txt', folders: ['demo'], markers: ['a.txt'],
    files: [{ url: server.url, name: 'demo.tar.gz', bytes: known ? archive.length : null, sha256: known ? createHash('sha256').update(archive).digest('hex') : null, unpack: 'tar.gz' }],
  });
  const target = (): string => join(folder.path, 'cache', 'datasets', 'demo');
  const byHand = (): string => join(`${target()}.downloads`, 'demo.tar.gz');
  /** What a later call could take for the data set, or for a whole file of it. */
  const inCache = (): string[] =>
    existsSync(dirname(target())) ? readdirSync(dirname(target()), { recursive: true, encoding: 'utf8' }).filter((name) => name !== 'demo.downloads' && !/\.part(\.etag)?$/.test(name)) : [];
  const load = (known = true, options: LoadOptions & FetchOptions = {}): Promise<string> =>
    locateDataset(manifest(known), { download: true, stallMs: 150, attempts: 2, ...options });
  const whole = async (options?: LoadOptions & FetchOptions): Promise<void> => {
    assert.equal(await load(true, options), target());
    assert.deepEqual(readFileSync(join(target(), 'b.bin')), content);
    assert.deepEqual(readdirSync(dirname(target())), ['demo']);
  };

  for (const { what, answer, says, known, connections } of cases) {
    it(`that ${what}: a clear error, nothing half-written, and the next try works`, async () => {
      server.answer = answer;
      await assert.rejects(load(known), (error: Error) => {
        assert.ok(error instanceof DataError, error.stack);
        assert.match(error.message, says);
        for (const part of ['Demo set: ', server.url, `save it as ${byHand()}`]) assert.ok(error.message.includes(part), `no ${part} in: ${error.message}`);
        assert.ok(error.message.length < 600 && !error.message.includes('\n'), error.message);
        return true;
      });
      if (connections !== undefined) assert.equal(server.requests.length, connections);
      assert.deepEqual(inCache(), []);
      server.answer = serve(archive);
      await whole();
    });
  }

  it('that redirects to the file: it comes', async () => {
    server.answer = (request, response) => (request.url === '/file.bin' ? void response.writeHead(301, { location: '/mirror' }).end() : serve(archive)(request, response));
    await whole();
  });

  it('that answers from another place than asked for: no mixture', async () => {
    mkdirSync(dirname(byHand()), { recursive: true });
    writeFileSync(`${byHand()}.part`, archive.subarray(0, 50_000));
    server.answer = ({ headers }, response) => {
      if (headers.range === undefined) return void response.end(archive);
      response.writeHead(206, { 'content-range': `bytes 40000-${archive.length - 1}/${archive.length}` }).end(archive.subarray(40_000));
    };
    await whole();
  });

  for (const [what, part] of [
    ['the beginning', archive.subarray(0, 70_000)],
    ['all', archive],
    ['the beginning of something else', content.subarray(0, 70_000)],
    ['more than there is', Buffer.concat([archive, content])],
    ['nothing', Buffer.alloc(0)],
  ] as const) {
    it(`after a process that was killed with ${what} of the file in the cache: the set comes whole`, async () => {
      mkdirSync(dirname(byHand()), { recursive: true });
      writeFileSync(`${byHand()}.part`, part);
      mkdirSync(`${target()}.staging`);
      writeFileSync(join(`${target()}.staging`, 'a.txt'), 'half');
      writeFileSync(`${target()}.lock`, '999999999');
      server.answer = serve(archive);
      await whole();
    });
  }

  it('takes the file that was put where the error said, without asking the server', async () => {
    server.answer = (_, response) => void response.writeHead(503).end();
    await assert.rejects(load(), DataError);
    mkdirSync(dirname(byHand()), { recursive: true });
    writeFileSync(byHand(), archive);
    const before = server.requests.length;
    await whole();
    assert.equal(server.requests.length, before);
  });

  for (const [what, answer] of [['before the first byte', () => {}], ['in the middle', begin(() => {})]] as const) {
    it(`stops within a second when cancelled ${what}, and goes on with the next try`, async () => {
      server.answer = answer;
      const control = new AbortController();
      setTimeout(() => control.abort(), 150);
      const started = performance.now();
      await assert.rejects(load(true, { signal: control.signal, stallMs: 60_000 }), CancelledError);
      console.log(`      ${Math.round(performance.now() - started - 150)} ms after the abort`);
      assert.deepEqual(inCache(), []);
      server.answer = serve(archive);
      await whole();
      const [last] = server.requests.slice(-1);
      assert.equal(last.headers.range, what === 'in the middle' ? 'bytes=30000-' : undefined);
    });
  }

  it('cancelled between two tries stops at once', async () => {
    server.answer = (_, response) => void response.writeHead(503).end();
    const control = new AbortController();
    await assert.rejects(load(true, { signal: control.signal, attempts: 9, onProgress: ({ message }) => void (/trying again/.test(message ?? '') && control.abort()) }), CancelledError);
    assert.equal(server.requests.length, 1);
    server.answer = serve(archive);
    await whole();
  });

  it('cannot be kept where the cache cannot be written: says which folder to choose', async () => {
    folder.write('cache/datasets', 'a file where the folder should be');
    await assert.rejects(load(), (error: Error) => error instanceof DataError && /^Demo set: .*cannot be made \(E\w+\).*PARETINO_CACHE/.test(error.message));
  });
});
