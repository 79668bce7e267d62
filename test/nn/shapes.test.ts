import assert from 'node:assert/strict';
import fc from 'fast-check';
import { samePadding } from '../../src/base';
import { ArchitectureBuilder, inferShapes, toShape, windowedSize, type Architecture, type Layer } from '../../src/nn';

const input: Layer = { kind: 'input', name: 'input', inputs: [], shape: [4, 6, 3] };
const conv = (name: string, from: string, filters = 2): Layer => ({
  kind: 'conv2d',
  name,
  inputs: [from],
  filters,
  kernel: [3, 3],
  strides: [1, 1],
  padding: 'same',
  useBias: true,
});
const net = (...layers: Layer[]): Architecture => ({ name: 'net', layers: [input, ...layers] });

describe('nn/shapes', () => {
  it('puts data of one to three axes into [height, width, channels]', () => {
    assert.deepEqual(toShape([28, 28, 1]), [28, 28, 1]);
    assert.deepEqual(toShape([128, 6]), [1, 128, 6]);
    assert.deepEqual(toShape([9]), [1, 1, 9]);
    assert.throws(() => toShape([2, 2, 2, 2]), /inputShape: got \[ 2, 2, 2, 2 \]/);
  });

  it('pads so that the windows of "same" just cover the padded input', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 4 }), (size, window, stride) => {
        const [before, after] = samePadding(size, window, stride);
        assert.ok(after === before || after === before + 1);
        const out = windowedSize(size, window, stride, 'same');
        assert.equal(out, Math.ceil(size / stride));
        const covered = (out - 1) * stride + window;
        if (before + after > 0) assert.equal(covered, size + before + after);
        else assert.ok(covered <= size);
      }),
    );
  });

  it('infers every kind of layer', () => {
    const b = new ArchitectureBuilder('all', [8, 10, 3]);
    const trunk = b.convBnAct(b.input, 6, 'relu', { kernel: [3, 5], strides: [1, 2], padding: 'valid' });
    const gated = b.squeezeExcite(trunk, 6, 2, 'se');
    const depthwise = b.add({ kind: 'depthwiseConv2d', depthMultiplier: 2, kernel: [3, 3], strides: [1, 1], padding: 'same', useBias: true }, [gated], 'dw');
    const padded = b.add({ kind: 'zeroPad', padding: [1, 0, 2, 1] }, [depthwise], 'pad');
    const pooled = b.maxPool(padded, 2, { name: 'max' });
    const both = b.concat([pooled, b.averagePool(padded, 2, { name: 'average' })], 'both');
    const reshaped = b.add({ kind: 'reshape', shape: [1, 9, 24] }, [both], 'reshaped');
    const shapes = inferShapes(b.build(b.classifier(b.flatten(reshaped, 'flat'), 4)));
    assert.deepEqual(shapes.get(trunk), [6, 3, 6]);
    assert.deepEqual(shapes.get('se_gate'), [1, 1, 6]);
    assert.deepEqual(shapes.get('se_scale'), [6, 3, 6]);
    assert.deepEqual(shapes.get('dw'), [6, 3, 12]);
    assert.deepEqual(shapes.get('pad'), [7, 6, 12]);
    assert.deepEqual(shapes.get('both'), [3, 3, 24]);
    assert.deepEqual(shapes.get('flat'), [1, 1, 216]);
    assert.deepEqual(shapes.get('softmax'), [1, 1, 4]);
  });

  it('names the layer that is wrong', () => {
    assert.throws(() => inferShapes({ name: 'net', layers: [conv('c', 'input')] }), /begin with an 'input'/);
    assert.throws(() => inferShapes(net(conv('a', 'nowhere'))), /layer 'a' \(conv2d\): got 'nowhere'/);
    assert.throws(() => inferShapes(net(conv('a', 'input'), conv('a', 'input'))), /layer 'a' \(conv2d\): got 'a', wanted a name/);
    const sum: Layer = { kind: 'add', name: 'sum', inputs: ['a', 'b'] };
    assert.throws(() => inferShapes(net(conv('a', 'input', 2), conv('b', 'input', 3), sum)), /layer 'sum' \(add\)/);
    assert.throws(() => inferShapes(net({ kind: 'add', name: 'sum', inputs: ['input'] })), /two or more inputs/);
    assert.throws(() => inferShapes(net({ kind: 'dense', name: 'd', inputs: ['input'], units: 3, useBias: true })), /layer 'd' \(dense\).*flatten/);
    const pool: Layer = { kind: 'maxPool', name: 'p', inputs: ['input'], size: [5, 5], strides: [1, 1], padding: 'valid' };
    assert.throws(() => inferShapes(net(pool)), /layer 'p' \(maxPool\).*at least 5×5/);
    assert.throws(() => inferShapes(net({ kind: 'reshape', name: 'r', inputs: ['input'], shape: [1, 1, 71] })), /72 elements/);
  });
});
