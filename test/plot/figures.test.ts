import assert from 'node:assert/strict';
import { JSDOM } from 'jsdom';
import { graphPicture, isFigure, layerRoofline, toCsv, toSvg } from '../../src/plot';
import { pageBox, type Box, type SvgNode } from '../../src/plot/render/boxes';
import { catalogue } from './catalogue';

interface TextElement extends SvgNode {
  closest(selector: string): unknown;
}

function textsOf(svg: string): { text: string; box: Box; legend: boolean; tick: boolean }[] {
  const { document } = new JSDOM(svg, { contentType: 'image/svg+xml' }).window;
  return [...document.querySelectorAll('text')]
    .filter((node) => (node.textContent ?? '').trim() !== '')
    .map((node) => {
      const element = node as unknown as TextElement;
      return {
        text: node.textContent ?? '',
        box: pageBox(element),
        legend: element.closest('.legend') !== null,
        tick: element.closest('.xtick, .ytick') !== null,
      };
    });
}

function overlap(a: Box, b: Box): boolean {
  return Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0) > 1 && Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0) > 1;
}

describe('every figure', function () {
  this.timeout(120_000);

  for (const [name, make] of Object.entries(catalogue)) {
    for (const size of ['screen', 'column'] as const) {
      it(`${name}, ${size}: drawn, no label cut off, legend clear of titles`, () => {
        const figure = make({ size, theme: size === 'column' ? 'dark' : 'light', title: 'A title' });
        assert.ok(isFigure(figure));
        assert.deepEqual(structuredClone({ ...figure }), { ...figure }, 'plain data');
        const svg = toSvg(figure);
        const [, width, height] = /^<svg[^>]*width="([\d.]+)"[^>]*height="([\d.]+)"/.exec(svg) ?? [];
        const texts = textsOf(svg);
        assert.ok(texts.length > 0);
        for (const { text, box } of texts) {
          const inside =
            box.x0 >= -1.5 && box.y0 >= -1.5 && box.x1 <= Number(width) + 1.5 && box.y1 <= Number(height) + 1.5;
          assert.ok(inside, `'${text}' at ${JSON.stringify(box)} leaves ${width} × ${height}`);
        }
        const legend = texts.filter((one) => one.legend);
        const others = texts.filter((one) => !one.legend);
        legend.forEach((one, i) => {
          for (const other of [...legend.slice(i + 1), ...others])
            assert.ok(!overlap(one.box, other.box), `'${one.text}' covers '${other.text}'`);
        });
        if (size === 'column') {
          assert.equal(Number(width), 317, '3.3 inches');
          const sizes = [...svg.matchAll(/font-size: ([\d.]+)px/g)].map(([, px]) => Number(px));
          assert.ok(Math.min(...sizes) >= 4.75, `letters of ${Math.min(...sizes)} px`);
        }
      });
    }
  }

  it('gives the data behind it as CSV: a row a point, or the rows that it was drawn from', () => {
    for (const [name, make] of Object.entries(catalogue)) {
      const figure = make({});
      const lines = toCsv(figure).trimEnd().split('\r\n');
      assert.equal(lines.length > 1, name !== 'live study without a trial', name);
      const own = (figure.layout.meta as { rows?: object[] } | undefined)?.rows;
      if (own === undefined) assert.match(lines[0], /^series,x axis,y axis,x,y,z(,error [xy])*$/);
      else assert.deepEqual([lines[0], lines.length], [Object.keys(own[0]).join(','), own.length + 1], name);
      assert.ok(!/\[object|undefined|NaN/.test(lines.join('\n')), name);
    }
    const pruned = toCsv(catalogue.pruning({}));
    assert.match(pruned, /^kept,filters,,\d+,block0\/depthwise,\r$/m, 'layers by name, not by position');
    assert.match(toCsv(catalogue['confusion matrix']({})), /predicted,true,lying,sitting,0\.0\d+/);
  });

  it('a roofline without MACs and a graph that reads ahead are errors that say so', () => {
    assert.throws(() => layerRoofline([{ name: 'add', cycles: 5 }]), /at least one with MACs/);
    assert.throws(() => layerRoofline([{ name: 'dense', cycles: 0, macs: 5 }]), /cycles of dense/);
    assert.throws(() => graphPicture([{ name: 'loop', kind: 'add', inputs: [0], shape: [1] }]), /inputs of loop/);
  });
});
