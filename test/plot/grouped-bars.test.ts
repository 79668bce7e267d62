import assert from 'node:assert/strict';
import { groupedBars } from '../../src/plot';

describe('grouped bars', () => {
  it('one trace a series, one bar a category, in order', () => {
    const figure = groupedBars(['a', 'a', '<b>'], [{ name: 'one', values: [1, 2, 3] }, { name: 'two', values: [4, NaN, 6] }]);
    assert.deepEqual(figure.data.map((trace) => trace.y), [[1, 2, 3], [4, null, 6]]);
    assert.deepEqual(figure.data[0].x, [0, 1, 2], 'categories of one name stay apart');
    assert.deepEqual((figure.layout.xaxis as { ticktext: string[] }).ticktext, ['a', 'a', '&lt;b&gt;']);
  });

  it('says which series does not fit', () => {
    assert.throws(() => groupedBars(['a', 'b'], [{ name: 'short', values: [1] }]), /series 'short'.*got 1.*2 values/s);
    assert.throws(() => groupedBars([], []), /categories/);
    assert.throws(() => groupedBars(['a'], []), /1 to 7 series/);
  });
});
