import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { ArgumentError } from '../../src/base';
import {
  display,
  frame,
  image,
  interruptible,
  live,
  makeRich,
  progress,
  table,
  terminalProgress,
  toBundle,
  addRenderer,
  inKernel,
} from '../../src/notebook';
import { cellText, escapeHtml, tableHtml, tableText } from '../../src/notebook/table-format';
import { shortError } from '../../src/notebook/errors';
import { throttled } from '../../src/notebook/throttle';
import { Figure } from '../../src/plot';
import { createStudy } from '../../src/study';
import { defineSpace, real } from '../../src/space';
import { skip } from '../support/skip';

/** What `work` writes to the standard output. */
function captured(work: () => void): string {
  const { write } = process.stdout;
  let text = '';
  process.stdout.write = ((chunk: string) => {
    text += chunk;
    return true;
  }) as typeof write;
  try {
    work();
  } finally {
    process.stdout.write = write;
  }
  return text;
}

const figure = new Figure([{ type: 'scatter', name: 'one', y: [1, 2] }], { title: { text: 'A <b>title</b>' } });

describe('outside a notebook', function () {
  this.timeout(60_000);

  it('everything is text on the standard output, and nothing throws', () => {
    assert.equal(inKernel(), false);
    assert.equal(
      captured(() => display(figure)),
      "[figure 'A  title ': one]\n",
    );
    assert.equal(
      captured(() => display('plain', [{ a: 1 }])),
      'plain\na\n─\n1\n',
    );
    assert.equal(
      captured(() => display(table([{ a: 1, b: 'x' }], ['b', 'a']))),
      'b  a\n─  ─\nx  1\n',
    );
    assert.equal(
      captured(() => live(figure).done()),
      "[figure 'A  title ': one]\n",
    );
    assert.equal(
      captured(() => display(image({ pixels: new Uint8Array(12), width: 2, height: 2, channels: 3, label: 'cat' }))),
      '[picture 2 × 2 cat]\n',
    );
    assert.equal(
      captured(() => display(undefined, null, Symbol('s'))),
      'undefined\nnull\nSymbol(s)\n',
    );
    const report = progress();
    assert.match(
      captured(() => report({ path: ['study'], done: 1, total: 4, unit: 'trial' })),
      /^study █{6}░{18} 1\/4 trials · 0 s\n$/,
    );
  });

  it('leaves errors and console as they were', () => {
    assert.match(inspect(new Error('whole')), /Error: whole\n +at /);
    assert.match(inspect(figure), /^Figure \{/);
  });

  it('gives a signal that is fired by nobody yet', () => {
    const before = process.listenerCount('SIGINT');
    const signal = interruptible();
    assert.equal(signal.aborted, false);
    assert.equal(interruptible(), signal, 'one signal for what runs together');
    process.emit('SIGINT', 'SIGINT');
    assert.equal(signal.aborted, true);
    assert.equal(interruptible().aborted, false, 'the next work has a fresh one');
    // That one listens again; a second Ctrl-C must find nobody, and end the process.
    process.emit('SIGINT', 'SIGINT');
    assert.equal(process.listenerCount('SIGINT'), before);
  });
});

describe('bundles', function () {
  this.timeout(60_000);

  it('of a figure hold Plotly, SVG and text, all plain', () => {
    const bundle = toBundle(new Figure([{ type: 'scatter', y: Float32Array.of(1, 2) }], {}));
    const plotly = bundle['application/vnd.plotly.v1+json'] as { data: { y: number[] }[]; config: Record<string, unknown> };
    assert.deepEqual(plotly.data[0].y, [1, 2]);
    assert.equal(plotly.config.showSendToCloud, false, 'no button sends the data anywhere');
    assert.match(String(bundle['image/svg+xml']), /^<svg/);
  });

  it('of a figure that needs WebGL do without a still picture', () => {
    assert.deepEqual(Object.keys(toBundle(new Figure([{ type: 'surface', z: [[1]] }], {}))).sort(), [
      'application/vnd.plotly.v1+json',
      'text/plain',
    ]);
  });

  it('follow what a caller teaches', () => {
    class Board {
      name = 'pico';
    }
    assert.match(toBundle(new Board())['text/plain'], /Board \{/);
    addRenderer(
      (value): value is Board => value instanceof Board,
      (board) => table([{ board: board.name }]),
    );
    assert.equal(toBundle(new Board())['text/plain'], 'board\n─────\npico');
    makeRich<Board>(Board.prototype, (board) => table([{ board: board.name }]));
    assert.equal(inspect(new Board()), 'board\n─────\npico');
  });

  it('of a study, its trials and its front are tables', async () => {
    const study = await createStudy({
      name: 'tables',
      space: defineSpace({ x: real(0, 1) }),
      objectives: [{ name: 'loss', direction: 'minimize' }],
      optimizer: {
        name: 'half',
        suggest: async ({ history }) => [{ params: { x: 1 / (2 + history.length) }, explanation: { why: 'because', predictions: [{ mean: 0.25, deviation: 0.5 }] } }],
      },
      seed: 1,
    });
    assert.match(String(toBundle(study)['text/html']), /no trials yet/);
    await study.run((trial) => ({ loss: trial.params.x }), { trials: 12 });
    const html = String(toBundle(study)['text/html']);
    assert.equal(html.match(/<tr>/g)?.length, 11);
    assert.match(html, /the last 10 of 12 trials/);
    assert.match(String(toBundle(study.front())['text/html']), /<th[^>]*>value 1<\/th>/);
    const trial = await study.ask();
    assert.match(String(toBundle(trial)['text/html']), /Trial 12[^]*suggested because[^]*because[^]*predictions[^]*<th[^>]*>mean<[^]*0\.25/);
  });
});

describe('tables', () => {
  it('let no text become markup', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.ok(!/<(?!\/?(table|thead|tbody|tr|th|td)\b)/.test(tableHtml([{ [text]: text }])));
        assert.ok(!/[<>"]/.test(escapeHtml(text)));
      }),
    );
    assert.match(tableHtml([{ '<b>': '<script>' }]), /&lt;b&gt;[^]*&lt;script&gt;/);
  });

  it('show the first and the last of many rows, and say how many are left out', () => {
    const rows = Array.from({ length: 500 }, (_, i) => ({ i }));
    assert.match(tableHtml(rows), /… 440 more rows …/);
    assert.equal(tableText(rows).split('\n').length, 2 + 60 + 1);
  });

  it('hold whatever occurs in any row, aligned', () => {
    assert.equal(
      tableText([
        { name: 'a', n: 1 },
        { n: 22, more: true },
      ]),
      'name   n  more\n────  ──  ────\na      1\n      22  true',
    );
    assert.deepEqual([0.1 + 0.2, 123456.789, NaN, null, undefined, new Date(0), { a: 1 }].map(cellText), [
      '0.3',
      '123457',
      'NaN',
      '',
      '',
      '1970-01-01 00:00:00',
      '{"a":1}',
    ]);
  });
});

describe('frames of danfojs', () => {
  it('become tables with their index', function () {
    this.timeout(60_000);
    let danfo;
    try {
      danfo = require('danfojs-node');
    } catch {
      skip(this, 'danfojs-node is not installed');
    }
    const df = new danfo.DataFrame(
      [
        [1, 'a'],
        [2, 'b'],
      ],
      { columns: ['n', 's'] },
    );
    assert.equal(frame(df).bundle['text/plain'], '   n  s\n─  ─  ─\n0  1  a\n1  2  b');
    assert.equal(inspect(df), '   n  s\n─  ─  ─\n0  1  a\n1  2  b');
    assert.match(String(toBundle(df.n)['text/plain']), /^ +n\n/);
  });
});

describe('throttled', () => {
  it('draws the first at once, the last when told to, and none between', () => {
    const drawn: number[] = [];
    const { push, flush } = throttled<number>((value) => drawn.push(value), 1e9);
    for (let i = 0; i < 1000; i++) push(i);
    assert.deepEqual(drawn, [0]);
    flush();
    flush();
    assert.deepEqual(drawn, [0, 999], 'and nothing twice');
  });

  it('is not held up by a slow first drawing, which loads what draws', async () => {
    const drawn: number[] = [];
    const busy = (): void => {
      const until = performance.now() + 60;
      while (performance.now() < until);
    };
    const { push } = throttled<number>((value) => {
      drawn.push(value);
      if (value === 0) busy();
    }, 5);
    push(0);
    await new Promise((done) => setTimeout(done, 10));
    push(1);
    assert.deepEqual(drawn, [0, 1], 'not after five times as long');
  });

  it('draws the last by itself when the interval is over', async () => {
    const last = await new Promise<number>((resolve) => {
      const { push } = throttled<number>((value) => (value === 999 ? resolve(value) : undefined), 5);
      for (let i = 0; i < 1000; i++) push(i);
      // The waiting keeps no process alive; this does.
      setTimeout(() => resolve(-1), 10_000).unref();
      setImmediate(function turn() {
        setImmediate(turn).unref();
      });
    });
    assert.equal(last, 999);
  });
});

describe('progress on a stream that is no terminal', () => {
  it('is a line now and then, and the last state at the end', () => {
    const stream = new PassThrough();
    const report = terminalProgress(stream as unknown as NodeJS.WriteStream);
    for (let done = 0; done <= 50; done++) report({ path: ['download'], done: done * 1e6, total: 5e7, unit: 'B' });
    report.done();
    const lines = String(stream.read()).trimEnd().split('\n');
    assert.equal(lines.length, 2);
    assert.match(lines[0], /0 B\/50 MB/);
    assert.match(lines[1], /50 MB\/50 MB/);
  });
});

describe('errors, short', () => {
  it('say what the toolkit meant in one line, and where others came from', () => {
    assert.equal(shortError(new ArgumentError('low', 5, 'at most 3')), 'ArgumentError: low: got 5, wanted at most 3');
    assert.match(shortError(new TypeError('odd')), /^TypeError: odd\n +at .*outside\.test\.ts/);
    assert.match(
      shortError(new Error('outer', { cause: new Error('inner') })),
      /^Error: outer[^]*caused by Error: inner/,
    );
    assert.equal(shortError(new Error('Interrupted asynchronously')), 'Interrupted.');
  });
});
