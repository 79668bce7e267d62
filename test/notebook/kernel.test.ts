import assert from 'node:assert/strict';
import { jupyterPython, runCells, written, type Cell, type CellResult } from '../support/kernel';
import { skip } from '../support/skip';

const load =
  "import * as nb from 'paretino/dist/notebook'; import * as plot from 'paretino/dist/plot'; import { breathe } from 'paretino/dist/base';";
const figure = "plot.hypervolumeHistory([{ name: 'one', runs: [[0, 0.2, 0.4]] }])";

/** All that runs in the one kernel, in order. */
const script: Readonly<Record<string, readonly Cell[]>> = {
  load: [{ code: load }],
  lines: [{ code: 'for (let i = 0; i < 5000; i++) console.log(i);' }],
  trivial: Array.from({ length: 100 }, (_, i) => ({ code: `console.log(${i})`, limit: 20 })),
  interrupt: [
    { code: 'const study = { trials: 0 };' },
    {
      code: 'const signal = nb.interruptible(); while (true) { await breathe(signal); study.trials++; }',
      interrupt: 1,
    },
    {
      code: 'const then = study.trials; await new Promise((r) => setTimeout(r, 300)); console.log(then > 0 && study.trials === then);',
    },
    { code: 'while (true) {}', interrupt: 1 },
    { code: 'console.log(nb.interruptible().aborted, study.trials === then)' },
  ],
  figure: [{ code: `nb.display(${figure})` }, { code: figure }, { code: `console.log({ within: ${figure} })` }],
  live: [
    {
      code: "const l = nb.live(); for (let i = 0; i < 30; i++) { l.update(new plot.Figure([{ type: 'scatter', y: [i] }], {})); await breathe(); }",
    },
  ],
  progress: [
    {
      code: `const p = nb.progress();
        for (let t = 0; t <= 3; t++) {
          p({ path: ['study'], done: t, total: 3, unit: 'trial' });
          for (let e = 0; e <= 5; e++) { p({ path: ['study', 'trial ' + t], done: e, total: 5, metrics: { loss: 1 / (1 + e) } }); await breathe(); }
        }`,
    },
  ],
  errors: [
    { code: 'const a = 1;\nplot.confusionCounts([a], [5], 3);' },
    { code: 'const u: any = undefined;\nu.foo();' },
    { code: 'await Promise.reject(new Error("late"))' },
  ],
  study: [
    {
      code: `import { createStudy } from 'paretino/dist/study'; import { defineSpace, real } from 'paretino/dist/space';
        const optimizer = { name: 'half', suggest: async ({ history }) => [{ params: { x: 1 / (2 + history.length) } }] };
        const objectives = [{ name: 'loss', direction: 'minimize' as const }];
        const found = await createStudy({ name: 'shown', space: defineSpace({ x: real(0, 1) }), objectives, optimizer, seed: 1 });
        await found.run((trial) => ({ loss: trial.params.x }), { trials: 3 });`,
    },
    { code: 'found' },
    { code: 'found.front()' },
    { code: 'found.trials[1]' },
    { code: 'found.toRows()' },
    { code: 'found.toDataFrame()' },
  ],
  views: [
    { code: "import * as paretino from 'paretino'; const network = paretino.nn.mlp({ inputShape: [16, 2], classes: 3 });" },
    { code: 'network' },
    { code: 'console.log({ network: network.name })' },
    {
      code: `const { study, space, optimize } = paretino; const oneSpace = space.defineSpace({ x: space.real(0, 1) });
        const asking = await study.createStudy({ name: 'asking', space: oneSpace, objectives: [{ name: 'loss', direction: 'minimize' }], optimizer: optimize.randomSearch() });
        await asking.ask()`,
    },
  ],
  install: [
    { code: "import { mkdirSync, writeFileSync, rmSync } from 'fs'; const [own, wait] = ['node_modules/zz-installed-meanwhile', () => new Promise((r) => setTimeout(r, 1000))];" },
    { code: "mkdirSync(own); writeFileSync(own + '/package.json', '{}'); writeFileSync(own + '/index.d.ts', 'export const zz: number;'); writeFileSync(own + '/index.js', 'exports.zz = 5;'); await wait();" },
    { code: "import { zz } from 'zz-installed-meanwhile'; console.log(zz, network.name)" },
    { code: 'rmSync(own, { recursive: true }); await wait();' },
    { code: 'console.log(zz + 1)' },
  ],
  help: [
    { code: 'paretino.plot.paretoF', ask: 'complete' },
    { code: 'paretino.plot.paretoFront', ask: 'inspect' },
    { code: "paretino.optimize.nsga2({ popul", ask: 'complete' },
  ],
};

describe('in a tslab kernel', function () {
  this.timeout(240_000);
  const results: Record<string, CellResult[]> = {};

  before(async function () {
    const found = jupyterPython();
    if ('missing' in found) {
      skip(this, `what needs a real kernel (${found.missing})`);
      return;
    }
    const all = await runCells(found.python, Object.values(script).flat());
    for (const [name, cells] of Object.entries(script)) results[name] = all.splice(0, cells.length);
  });

  it('loads without a word', () => {
    assert.deepEqual(
      results.load.map(({ status, messages }) => [status, messages]),
      [['ok', []]],
    );
  });

  it('loses none of 5,000 lines', () => {
    assert.equal(results.lines[0].status, 'ok');
    assert.equal(written(results.lines[0]), Array.from({ length: 5000 }, (_, i) => `${i}\n`).join(''));
  });

  it('hangs in none of 100 cells', () => {
    results.trivial.forEach((result, i) => assert.deepEqual([result.status, written(result)], ['ok', `${i}\n`]));
  });

  it('stops a loop on an interrupt, awaited or not, and goes on with the same objects', () => {
    const [declared, loop, after, synchronous, fresh] = results.interrupt;
    assert.equal(declared.status, 'ok');
    assert.deepEqual([loop.status, written(loop, 'stderr')], ['error', 'Interrupted.\n']);
    assert.deepEqual([after.status, written(after)], ['ok', 'true\n'], 'the loop has stopped for good');
    assert.deepEqual([synchronous.status, written(synchronous, 'stderr')], ['error', 'Interrupted.\n']);
    assert.deepEqual([fresh.status, written(fresh)], ['ok', 'false true\n']);
    console.log(`      stopped ${loop.interrupted?.toFixed(2)} s after the interrupt`);
  });

  it('shows a figure as Plotly, SVG and text in one message, as last expression too', () => {
    for (const result of results.figure.slice(0, 2)) {
      assert.equal(result.messages.length, 1);
      const { data } = result.messages[0].content;
      assert.deepEqual(Object.keys(data ?? {}).sort(), [
        'application/vnd.plotly.v1+json',
        'image/svg+xml',
        'text/plain',
      ]);
      assert.match(String(data?.['image/svg+xml']), /^<svg[^]*<\/svg>$/);
    }
    assert.equal(written(results.figure[2]), '{ within: [figure: one] }\n');
  });

  it('updates a live figure in place, the last frame included', () => {
    const { messages } = results.live[0];
    assert.equal(new Set(messages.map(({ content }) => content.transient?.display_id)).size, 1);
    assert.equal(messages[0].type, 'display_data');
    assert.ok(messages.length > 1 && messages.slice(1).every(({ type }) => type === 'update_display_data'));
    const last = messages[messages.length - 1].content.data?.['application/vnd.plotly.v1+json'] as {
      data: { y: number[] }[];
    };
    assert.deepEqual(last.data[0].y, [29]);
    // JupyterLab draws a Plotly graph once and for all: what is to change is a picture.
    for (const { content } of messages.slice(0, -1)) assert.deepEqual(Object.keys(content.data ?? {}).sort(), ['image/svg+xml', 'text/plain']);
  });

  it('draws nested progress in one display that ends complete', () => {
    const { messages } = results.progress[0];
    const last = messages[messages.length - 1].content;
    assert.equal(new Set(messages.map(({ content }) => content.transient?.display_id)).size, 1);
    assert.match(String(last.data?.['text/plain']), /study +█{24} 3\/3 trials[^]*trial 3 +█{24} 5\/5.*loss 0\.1667/);
    assert.match(String(last.data?.['text/html']), /width:100\.0%/);
  });

  it("says what is wrong in a line or two, with the cell's own line", () => {
    const [own, other, late] = results.errors.map((result) => written(result, 'stderr'));
    assert.equal(
      own,
      'ArgumentError: predictions[0]: got 5, wanted a class 0 … 2\n    in the line: plot.confusionCounts([a], [5], 3);\n',
    );
    assert.match(other, /^TypeError: Cannot read.*\n {4}in the line: u\.foo\(\);\n$/);
    assert.equal(late, 'Error: late\n    in the line: await Promise.reject(new Error("late"));\n');
  });

  it('shows a study and its front as tables, as last expressions', () => {
    const [run, study, front, ...others] = results.study;
    assert.equal(run.status, 'ok', written(run, 'stderr'));
    assert.match(String(study.messages[0].content.data?.['text/html']), /Study 'shown'[^]*3 complete[^]*<table>/);
    assert.match(String(front.messages[0].content.data?.['text/html']), /<th[^>]*>loss<\/th>/);
    assert.deepEqual([study.messages.length, front.messages.length], [1, 1]);
    const [record, rows, frame] = others.map(({ messages }) => String(messages[0]?.content.data?.['text/html']));
    assert.match(record, /Trial 1: complete<[^]*>loss</, "a record is shown with its study's names");
    assert.match(rows, /<th[^>]*>loss<\/th>/);
    if (results.study[5].status === 'ok') assert.match(frame, /<th[^>]*>loss<\/th>/);
  });

  it('shows plain objects of the toolkit as last expressions, and leaves others alone', () => {
    const [, shown, plain, trial] = results.views;
    assert.match(String(trial.messages[0]?.content.data?.['text/html']), /Trial 0[^]*<table>/, written(trial, 'stderr'));
    assert.equal(shown.messages.length, 1);
    assert.match(String(shown.messages[0].content.data?.['text/html']), /mlp: 4,291 parameters[^]*<th[^>]*>macs<\/th>/);
    assert.equal(written(plain), "{ network: 'mlp' }\n");
  });

  it('goes on where a package is installed, or removed, while it runs', () => {
    assert.deepEqual(results.install.map(({ status, messages }) => [status, messages.map(({ content }) => content.text).join('')]), [['ok', ''], ['ok', ''], ['ok', '5 mlp\n'], ['ok', ''], ['ok', '6\n']]);
  });

  it('completes names and options, and shows what a function is for', () => {
    const [name, inspected, option] = results.help;
    assert.deepEqual(name.reply?.matches, ['paretoFront']);
    assert.match(inspected.reply?.data?.['text/plain'] ?? '', /paretoFront\(study: StudyView[^]*constraints as dashed lines/);
    assert.deepEqual(option.reply?.matches, ['population']);
  });
});
