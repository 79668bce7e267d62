import assert from 'node:assert/strict';
import fc from 'fast-check';
import { advance, caption, clock, share, timeLeft, type Bar } from '../../src/notebook/progress-state';
import { barsHtml, barsText } from '../../src/notebook/progress-view';

function run(events: [string[], number, number?][]): Bar[] {
  return events.reduce<Bar[]>((bars, [path, done, total], i) => advance(bars, { path, done, total }, i * 1000), []);
}

const paths = (bars: readonly Bar[]): string[] => bars.map((bar) => bar.path.join('/'));

describe('nested progress', () => {
  it('keeps the bars above a report, ends those beside and below it', () => {
    assert.deepEqual(
      paths(
        run([
          [['s'], 0],
          [['s', 't1'], 0],
          [['s', 't1', 'e'], 3],
        ]),
      ),
      ['s', 's/t1', 's/t1/e'],
    );
    assert.deepEqual(
      paths(
        run([
          [['s'], 0],
          [['s', 't1'], 0],
          [['s', 't1', 'e'], 3],
          [['s', 't2'], 0],
        ]),
      ),
      ['s', 's/t2'],
    );
    assert.deepEqual(
      paths(
        run([
          [['s'], 0],
          [['s', 't1'], 0],
          [['s'], 0],
        ]),
      ),
      ['s', 's/t1'],
      'the same count again ends nothing',
    );
    assert.deepEqual(
      paths(
        run([
          [['s'], 0],
          [['s', 't1'], 0],
          [['s'], 1],
        ]),
      ),
      ['s'],
    );
  });

  it('names each bar by what its path adds to the bar above', () => {
    const bars = run([
      [['study'], 1, 4],
      [['study', 'trial 1', 'train'], 3, 6],
    ]);
    assert.match(barsText(bars, 0), /^study +█{6}░{18} 1\/4[^]*\n {2}trial 1 › train █{12}░{12} 3\/6/);
    assert.match(barsHtml(bars, 0), />study<[^]*>trial 1 › train</);
  });

  it('always holds one chain of paths, each the beginning of the next', () => {
    const event = fc.tuple(fc.array(fc.constantFrom('a', 'b'), { maxLength: 3 }), fc.integer({ min: 0, max: 5 }));
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 30 }), (events) => {
        const bars = run(events.map(([path, done]): [string[], number] => [path, done]));
        bars.slice(1).forEach((bar, i) => {
          assert.ok(bar.path.length > bars[i].path.length);
          assert.deepEqual(bar.path.slice(0, bars[i].path.length), bars[i].path);
        });
        const [path, done] = events[events.length - 1];
        assert.ok(bars.some((bar) => bar.path.join('/') === path.join('/') && bar.done === done));
      }),
    );
  });

  it('reckons the time left from the rate since it was first seen, not from what was done before', () => {
    const bars = run([
      [['s'], 10, 20],
      [['s'], 12, 20],
    ]);
    assert.equal(timeLeft(bars[0]), 4000);
    assert.equal(timeLeft(run([[['s'], 10, 20]])[0]), undefined);
    assert.equal(share(bars[0]), 0.6);
    assert.equal(share(run([[['s'], 3]])[0]), undefined);
  });

  it('starts anew where the count falls back', () => {
    const [bar] = run([
      [['e'], 5, 5],
      [['e'], 0, 5],
      [['e'], 1, 5],
    ]);
    assert.equal(timeLeft(bar), 4000);
  });

  it('says times and bytes as people do', () => {
    assert.deepEqual([0, 59_400, 60_000, 3_725_000].map(clock), ['0 s', '59 s', '1:00', '1:02:05']);
    const [bar] = advance([], { path: ['d'], done: 1.5e6, total: 3e9, unit: 'B' }, 0);
    assert.equal(caption(bar, 0), '1.5 MB/3 GB · 0 s');
    const counted = (unit: string, done: number, total?: number): string => caption(advance([], { path: ['d'], done, total, unit }, 0)[0], 0).split(' · ')[0];
    assert.deepEqual(
      [counted('trial', 1, 4), counted('trial', 1, 1), counted('trial', 1), counted('batch', 0), counted('person', 2, 19), counted('MACs', 5, 9)],
      ['1/4 trials', '1/1 trial', '1 trial', '0 batches', '2/19 people', '5/9 MACs'],
    );
  });

  it('draws text and HTML that let no name become markup', () => {
    const bars = advance([], { path: ['<i>'], done: 1, total: 2, message: '<b>' }, 0);
    assert.equal(barsText(bars, 0), `<i> ${'█'.repeat(12)}${'░'.repeat(12)} 1/2 · 0 s · <b>`);
    assert.ok(!/<[ib]>/.test(barsHtml(bars, 0)));
    assert.match(barsHtml(bars, 0), /width:50\.0%/);
  });
});
