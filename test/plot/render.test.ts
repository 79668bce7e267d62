import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { JSDOM } from 'jsdom';
import { Figure, paretoFront, saveFigure, toCsv, toHtml, toPng, toSvg } from '../../src/plot';
import { encodePng } from '../../src/plot/png';
import { pageBox, type SvgNode } from '../../src/plot/render/boxes';
import { CanvasContext } from '../../src/plot/render/canvas';
import { textWidth } from '../../src/plot/render/text-width';
import { sampleStudy } from './support';
import { skip } from '../support/skip';

/** Pixels of a PNG whose rows are not filtered. */
function decodePng(file: Buffer): { width: number; height: number; type: number; rows: Buffer } {
  assert.equal(file.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n');
  const length = file.readUInt32BE(33);
  return {
    width: file.readUInt32BE(16),
    height: file.readUInt32BE(20),
    type: file[25],
    rows: inflateSync(file.subarray(41, 41 + length)),
  };
}

describe('PNG', () => {
  it('holds the pixels it was given', () => {
    const picture = fc
      .tuple(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(1 as const, 3 as const, 4 as const),
      )
      .chain(([w, h, c]) =>
        fc.tuple(fc.constant([w, h, c] as const), fc.uint8Array({ minLength: w * h * c, maxLength: w * h * c })),
      );
    fc.assert(
      fc.property(picture, ([[width, height, channels], pixels]) => {
        const read = decodePng(encodePng(pixels, width, height, channels));
        assert.deepEqual([read.width, read.height, read.type], [width, height, { 1: 0, 3: 2, 4: 6 }[channels]]);
        for (let y = 0; y < height; y++) {
          const start = y * (width * channels + 1);
          assert.equal(read.rows[start], 0);
          assert.deepEqual(
            [...read.rows.subarray(start + 1, start + 1 + width * channels)],
            [...pixels.subarray(y * width * channels, (y + 1) * width * channels)],
          );
        }
      }),
      { numRuns: 50 },
    );
  });

  it('ends each chunk with its checksum', () => {
    // The last chunk of every PNG is empty, and its CRC is known: AE 42 60 82 (PNG specification, annex).
    assert.equal(encodePng(new Uint8Array(3), 1, 1, 3).subarray(-4).toString('hex'), 'ae426082');
  });

  it('is what a canvas gives back', () => {
    const canvas = new CanvasContext(3, 2);
    canvas.fillStyle = 'rgba(10,20,30,1)';
    canvas.fillRect(1, 0, 2, 1);
    const { rows } = decodePng(Buffer.from(canvas.toDataUrl().split(',')[1], 'base64'));
    assert.deepEqual([...rows], [0, 0, 0, 0, 0, 10, 20, 30, 255, 10, 20, 30, 255, 0, ...new Array<number>(12).fill(0)]);
  });
});

describe('boxes of SVG elements', () => {
  function boxOf(inner: string): number[] {
    const { document } = new JSDOM(`<svg xmlns="http://www.w3.org/2000/svg">${inner}</svg>`, {
      contentType: 'image/svg+xml',
    }).window;
    const { x0, y0, x1, y1 } = pageBox(document.querySelector('[id=it]') as unknown as SvgNode);
    return [x0, y0, x1, y1].map((v) => Math.round(v * 1000) / 1000 + 0);
  }

  it('follow transforms of their own and of what is around them', () => {
    assert.deepEqual(
      boxOf(
        '<g transform="translate(10,20)"><rect id="it" x="1" y="2" width="3" height="4" transform="scale(2)"/></g>',
      ),
      [12, 24, 18, 32],
    );
    assert.deepEqual(boxOf('<rect id="it" x="0" y="0" width="4" height="2" transform="rotate(90)"/>'), [-2, 0, 0, 4]);
    assert.deepEqual(
      boxOf('<rect id="it" x="0" y="0" width="4" height="2" transform="rotate(180,2,1)"/>'),
      [0, 0, 4, 2],
    );
  });

  it('are the hull of the parts, empty ones left out', () => {
    assert.deepEqual(boxOf('<g id="it"><circle cx="5" cy="5" r="2"/><g/><path d="M0,1h10v-4Z"/></g>'), [0, -3, 10, 7]);
  });

  it('of a text grow with its letters, and hang where its anchor says', () => {
    const [left, , right] = boxOf(
      '<text id="it" x="100" y="50" style="font-size: 10px; text-anchor: middle">label</text>',
    );
    assert.ok(Math.abs(left + right - 200) < 1e-6);
    assert.ok(Math.abs(right - left - textWidth('label', 10)) < 0.01);
    assert.equal(boxOf('<text id="it" x="100" y="50" style="font-size: 10px; text-anchor: end">label</text>')[2], 100);
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        (a, b) =>
          Math.abs(textWidth(a + b, 10) - textWidth(a, 10) - textWidth(b, 10)) < 1e-9 || /[\ud800-\udfff]/.test(a + b),
      ),
    );
  });
});

describe('toSvg', function () {
  this.timeout(60_000);

  it('draws the same text for the same figure, each time', () => {
    const figure = paretoFront(sampleStudy(20, 1, 2));
    const strip = (svg: string): string => svg.replace(/[a-z]*-?[0-9a-f]{6}(?=[a-z-]*["')])/g, '');
    assert.equal(strip(toSvg(figure)), strip(toSvg(figure)));
  });

  it('takes the size it is told', () => {
    const svg = toSvg(paretoFront(sampleStudy(5, 1, 2)), { width: 400, height: 300 });
    assert.match(svg, /^<svg[^>]*width="400"[^>]*height="300"/);
  });

  it('leaves the figure as it was', () => {
    const figure = paretoFront(sampleStudy(20, 1, 2));
    const before = structuredClone({ ...figure });
    toSvg(figure);
    assert.deepEqual({ ...figure }, before);
  });

  it('says which traces it can not draw, and what is not a figure', () => {
    assert.throws(
      () => toSvg(new Figure([{ type: 'surface', z: [[1]] }], {})),
      /figure: got 'surface', wanted traces that SVG can draw/,
    );
    assert.throws(() => toSvg({ data: 1 } as never), /wanted a Plotly figure/);
  });
});

describe('export', function () {
  this.timeout(60_000);
  const figure = paretoFront(sampleStudy(20, 1, 2), { title: 'A </script> title' });

  it('writes each form by the name of the file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'paretino-plot-'));
    try {
      const starts: Record<string, string> = {
        svg: '<svg',
        png: '\x89PNG',
        html: '<!doctype html>',
        csv: 'series,',
        json: '{"data"',
      };
      for (const [ending, start] of Object.entries(starts)) {
        const path = join(folder, `figure.${ending}`);
        saveFigure(figure, path);
        assert.equal(readFileSync(path).subarray(0, start.length).toString('latin1'), start);
      }
      assert.throws(
        () => saveFigure(figure, join(folder, 'figure.gif')),
        /path: got '.*figure\.gif', wanted a name that ends in \.svg/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('writes a PDF with its own letters', function () {
    if (spawnSync('rsvg-convert', ['--version']).status !== 0) skip(this, 'PDF export (rsvg-convert is not installed)');
    const folder = mkdtempSync(join(tmpdir(), 'paretino-plot-'));
    try {
      saveFigure(figure, join(folder, 'figure.pdf'));
      assert.match(readFileSync(join(folder, 'figure.pdf')).toString('latin1'), /^%PDF-1\.\d[^]*\/Font/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('draws pixels at the scale asked for', () => {
    const { width, height } = decodePng(toPng(figure, { width: 300, height: 200, scale: 3 }));
    assert.deepEqual([width, height], [900, 600]);
  });

  it('makes a page whose scripts a title can not end', () => {
    const page = toHtml(figure, { plotlyUrl: 'plotly.js' });
    assert.equal(page.match(/<\/script>/g)?.length, 2);
    const whole = toHtml(figure);
    assert.ok(whole.length > 3e6 && !/<script[^>]+src=/.test(whole), 'Plotly is in the page');
  });

  it('quotes what CSV must quote', () => {
    const csv = toCsv(
      new Figure([{ type: 'scatter', name: 'a "b", c', x: [1, null, 3], y: [2, null, 4] }], {
        xaxis: { title: { text: 'x, in m' } },
      }),
    );
    assert.equal(csv, 'series,x axis,y axis,x,y,z\r\n"a ""b"", c","x, in m",,1,2,\r\n"a ""b"", c","x, in m",,3,4,\r\n');
  });

  it('gives typed arrays and heat maps as numbers', () => {
    const csv = toCsv(new Figure([{ type: 'heatmap', x: ['p', 'q'], z: [Float32Array.of(1, 2), [3, 4]] }], {}));
    assert.deepEqual(csv.trim().split('\r\n').slice(1), [
      'heatmap 1,,,p,0,1',
      'heatmap 1,,,q,0,2',
      'heatmap 1,,,p,1,3',
      'heatmap 1,,,q,1,4',
    ]);
  });
});
