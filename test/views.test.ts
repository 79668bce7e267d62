import assert from 'node:assert/strict';
import { generatedImu } from '../src/datasets';
import { createRng } from '../src/base';
import { boards, plan } from '../src/deploy';
import { skeleton } from '../src/compress';
import type { Firmware } from '../src/emulate';
import { cnn1d, initialNetwork } from '../src/nn';
import { toBundle } from '../src/notebook';
import { defineSpace, integer, ordinal, when } from '../src/space';
import { registerViews } from '../src/views';
import { randomGraph } from './support/random-graph';

describe('views of the toolkit\'s objects', () => {
  before(registerViews);
  const html = (value: unknown): string => String(toBundle(value)['text/html']);
  const text = (value: unknown): string => toBundle(value)['text/plain'];
  const architecture = cnn1d({ inputShape: [32, 6], classes: 4, filters: 4, depth: 1 });

  it('a network: its layers with shapes, parameters and MACs', () => {
    for (const value of [architecture, initialNetwork(architecture, 1)]) {
      assert.match(html(value), /parameters, [\d,]+ MACs<\/b>.*<th[^>]*>output<\/th>.*1 × 16 × 4/);
      assert.match(text(value), /^cnn1d: [\d,]+ parameters[^]*softmax/);
    }
    assert.match(html(skeleton(architecture, 'int8')), /int8<\/b>.*weights, B/);
  });

  it('a graph, its plan, firmware and a run', () => {
    const graph = randomGraph(createRng(1), 6, 'int8');
    const memory = plan(graph, boards.pico);
    assert.match(html(graph), new RegExp(`int8 at the boundary, ${memory.macs.toLocaleString('en-US')} MACs.*fullyConnected`));
    assert.match(text(graph), /\[figure/, 'and a picture');
    const map = toBundle(memory);
    assert.match(map['text/plain'], /^\[figure 'Arena [\d,]+ B \(bound [\d,]+ B at .*flash .*RAM/);
    assert.ok('application/vnd.plotly.v1+json' in map);
    const firmware: Firmware = { board: boards.pico, graph, memory, folder: 'f', image: 'f/image.elf', inputs: [], romBytes: 20_000, ramBytes: 13_000 };
    assert.match(text(firmware), /^Firmware for Raspberry Pi Pico[^]*20,000 B of 2,096,896 \(1\.0 %\)/);
    const report = { outputs: [new Int8Array(2)], cycles: 123_456, stackBytes: 400, romBytes: 20_000, ramBytes: 13_000, perStep: [{ name: 'first', kernel: 'conv2d', cost: 99 }] };
    assert.match(text(report), /cycles +123,456[^]*first +conv2d +99/);
    assert.doesNotMatch(text({ ...report, cycles: undefined }), /cycles +\w/);
    assert.match(text(boards.pico), /133 MHz/);
    assert.doesNotMatch(text(boards.host), /Infinity/);
  });

  it('a data set and a search space', async () => {
    const data = await generatedImu({ people: 3, windowsEach: 2, length: 32 });
    assert.match(html(data), new RegExp(`<td[^>]*>${data.classes[0]}</td>.*people.*source`));
    const space = defineSpace({ n: integer(1, 9), kernel: when(({ n }) => (n as number) > 2, ordinal([3, 5])) });
    assert.match(text(space), /^Search space of 2 dimensions[^]*kernel +ordinal/);
  });

  it('everything else stays as it was', () => {
    for (const value of [{ name: 'x', layers: [] }, { dimensions: { a: 1 } }, { rows: [1] }, null, 'text', [1, 2]]) {
      assert.equal(toBundle(value)['text/html'], undefined);
    }
  });
});
