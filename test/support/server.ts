import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on the loopback interface whose behaviour each test sets. */
export function loopback(): { url: string; requests: IncomingMessage[]; answer: (request: IncomingMessage, response: ServerResponse) => void } {
  const state = { url: '', requests: [] as IncomingMessage[], answer: (_: IncomingMessage, response: ServerResponse): void => void response.end() };
  let server: Server;
  beforeEach((done) => {
    state.requests = [];
    server = createServer((request, response) => {
      state.requests.push(request);
      state.answer(request, response);
    }).listen(0, '127.0.0.1', () => {
      state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/file.bin`;
      done();
    });
  });
  afterEach((done) => {
    server.closeAllConnections();
    server.close(() => done());
  });
  return state;
}

/** Serves `body` with Range and an ETag, and breaks the connection after `breakAfter` bytes of each answer. */
export function serve(body: Buffer, { breakAfter = Infinity, etag = '"v1"', ranges = true } = {}) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const asked = ranges ? /^bytes=(\d+)-$/.exec(request.headers.range ?? '') : null;
    const current = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
    const from = asked && current ? Number(asked[1]) : 0;
    if (from >= body.length && body.length > 0) return void response.writeHead(416).end();
    const rest = body.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': rest.length, etag });
    if (rest.length <= breakAfter) return void response.end(rest);
    response.write(rest.subarray(0, breakAfter), () => setTimeout(() => response.destroy(), 20));
  };
}
