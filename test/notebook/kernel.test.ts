import assert from 'node:assert/strict';
import { jupyterPython, runCells, written, type Cell, type CellResult } from '../support/kernel';

const load =
  "import * as nb from 'paretino/dist/notebook'; import * as plot from 'paretino/dist/plot'; import { breathe } from 'paretino/dist/base';";
const figure = "plot.hypervolumeHistory([{ name: 'one', runs: [[0, 0.2, 0.4]] }])";

describe('in a tslab kernel', function () {
  this.timeout(180_000);
  let python = '';

  before(function () {
    const found = jupyterPython();
    if ('missing' in found) {
      console.log(`      skipped: what needs a real kernel (${found.missing})`);
      this.skip();
    } else python = found.python;
  });

  function run(...cells: (string | Cell)[]): CellResult[] {
    return runCells(python, [load, ...cells].map((cell) => (typeof cell === 'string' ? { code: cell } : cell))).slice(1);
  }

  it('loses none of 5,000 lines, and hangs in none of 100 cells', () => {
    const cells = Array.from({ length: 100 }, (_, i) => ({ code: `console.log(${i})`, limit: 20 }));
    const [lines, ...rest] = run({ code: 'for (let i = 0; i < 5000; i++) console.log(i);', limit: 60 }, ...cells);
    assert.equal(lines.status, 'ok');
    assert.equal(written(lines), Array.from({ length: 5000 }, (_, i) => `${i}\n`).join(''));
    rest.forEach((result, i) => assert.deepEqual([result.status, written(result)], ['ok', `${i}\n`]));
  });

  it('stops an awaited loop within a second of an interrupt, and goes on with the same object', () => {
    const [declared, loop, after, sync, fresh] = run(
      'const study = { trials: 0 };',
      { code: 'const signal = nb.interruptible(); while (true) { await breathe(signal); study.trials++; }', interrupt: 1 },
      'const then = study.trials; await new Promise((r) => setTimeout(r, 300)); console.log(then > 0 && study.trials === then); study.trials = -1; void 0;',
      { code: 'while (true) {}', interrupt: 1 },
      'console.log(nb.interruptible().aborted, study.trials)',
    );
    assert.equal(declared.status, 'ok');
    assert.equal(loop.status, 'error');
    assert.ok(loop.interrupted !== null && loop.interrupted < 1, `stopped after ${String(loop.interrupted)} s`);
    assert.equal(written(loop, 'stderr'), 'Interrupted.\n');
    assert.equal(written(after), 'true\n', 'the loop has stopped for good');
    assert.equal(sync.status, 'error');
    assert.deepEqual([fresh.status, written(fresh)], ['ok', 'false -1\n']);
  });

  it('shows a figure as Plotly, SVG and text in one message, as last expression too', () => {
    const results = run(`nb.display(${figure})`, figure, `console.log({ within: ${figure} })`);
    for (const result of results.slice(0, 2)) {
      assert.equal(result.messages.length, 1);
      const { data } = result.messages[0].content;
      assert.deepEqual(Object.keys(data ?? {}).sort(), ['application/vnd.plotly.v1+json', 'image/svg+xml', 'text/plain']);
      assert.match(String(data?.['image/svg+xml']), /^<svg[^]*<\/svg>$/);
    }
    assert.equal(written(results[2]), '{ within: [figure: one] }\n');
  });

  it('updates a live figure in place, the last frame included', () => {
    const [result] = run(`const l = nb.live(); for (let i = 0; i < 30; i++) { l.update(new plot.Figure([{ type: 'scatter', y: [i] }], {})); await breathe(); }`);
    const ids = new Set(result.messages.map(({ content }) => content.transient?.display_id));
    assert.equal(ids.size, 1);
    assert.deepEqual(result.messages.map(({ type }) => type).slice(0, 2), ['display_data', 'update_display_data']);
    assert.ok(result.messages.length < 10, `${result.messages.length} drawings of 30 updates`);
    const last = result.messages[result.messages.length - 1].content.data?.['application/vnd.plotly.v1+json'] as { data: { y: number[] }[] };
    assert.deepEqual(last.data[0].y, [29]);
  });

  it('draws nested progress in one display that ends complete', () => {
    const [result] = run(`const p = nb.progress();
      for (let t = 0; t <= 3; t++) {
        p({ path: ['study'], done: t, total: 3, unit: 'trial' });
        for (let e = 0; e <= 5; e++) { p({ path: ['study', 'trial ' + t], done: e, total: 5, metrics: { loss: 1 / (1 + e) } }); await breathe(); }
      }`);
    const last = result.messages[result.messages.length - 1].content;
    assert.equal(new Set(result.messages.map(({ content }) => content.transient?.display_id)).size, 1);
    assert.match(String(last.data?.['text/plain']), /study +█{24} 3\/3 trial[^]*trial 3 +█{24} 5\/5.*loss 0\.1667/);
    assert.match(String(last.data?.['text/html']), /width:100\.0%/);
  });

  it("says what is wrong in a line or two, with the cell's own line", () => {
    const [own, other] = run('const a = 1;\nplot.confusionCounts([a], [5], 3);', 'const u: any = undefined;\nu.foo();');
    assert.equal(written(own, 'stderr'), 'ArgumentError: predictions[0]: got 5, wanted a class 0 … 2\n    in the line: plot.confusionCounts([a], [5], 3);\n');
    assert.match(written(other, 'stderr'), /^TypeError: Cannot read.*\n {4}in the line: u\.foo\(\);\n$/);
  });
});
