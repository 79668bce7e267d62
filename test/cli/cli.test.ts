import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { paretino, processOfItsOwn, startParetino, toTheEnd } from '../support/command-line';

const root = path.resolve(__dirname, '..', '..');
/** A small study with two objectives and a constraint; `wait` is the length of a trial in ms. */
const task = (journal: string, wait: number): string => `
const { createStudy } = require(${JSON.stringify(path.join(root, 'src', 'study'))});
const { journalStorage } = require(${JSON.stringify(path.join(root, 'src', 'storage'))});
const { defineSpace, real, sample } = require(${JSON.stringify(path.join(root, 'src', 'space'))});
exports.default = async () => ({
  study: await createStudy({
    name: 'bowls', space: defineSpace({ x: real(0, 2) }), storage: journalStorage(${JSON.stringify(journal)}),
    objectives: [{ name: 'near', direction: 'minimize', reference: 4 }, { name: 'far', direction: 'maximize', reference: -4 }],
    constraints: [{ name: 'near', upper: 3 }],
    optimizer: { name: 'random', suggest: async ({ space, rng }) => [{ params: sample(space, rng) }] },
  }),
  objective: async (trial, { signal }) => {
    await new Promise((done, stop) => {
      const timer = setTimeout(done, ${wait});
      signal?.addEventListener('abort', () => { clearTimeout(timer); stop(signal.reason); });
    });
    return { near: trial.params.x ** 2, far: -((trial.params.x - 2) ** 2) };
  },
});
`;

/** A study of tiny networks on generated signals. */
const candidates = (journal: string): string => `
const from = (name) => require(${JSON.stringify(path.join(root, 'src'))} + '/' + name);
const { categorical, defineSpace, sample } = from('space');
exports.default = async () => {
  const space = defineSpace({ width: categorical([4, 6]) });
  const task = from('experiment').defineTask(space, {
    dataset: await from('datasets').generatedImu({ people: 3, windowsEach: 1, length: 16 }),
    board: from('deploy').boards.pico,
    architecture: ({ width }) => from('nn').mlp({ inputShape: [16, 24], classes: 13, hidden: [width] }),
    training: () => ({ epochs: 1 }),
  });
  const optimizer = { name: 'random', suggest: async ({ space, rng }) => [{ params: sample(space, rng) }] };
  const objectives = [{ name: 'accuracy', direction: 'maximize' }];
  return { study: await from('study').createStudy({ name: 'candidates', space, objectives, optimizer, storage: from('storage').journalStorage(${JSON.stringify(journal)}) }), task };
};
`;

describe('command line', function () {
  this.timeout(120_000);
  let folder = '';
  const journal = (): string => path.join(folder, 'study.log');
  const inProcessOfItsOwn = (...words: string[]): ReturnType<typeof processOfItsOwn> => processOfItsOwn(folder, ...words);
  const json = async (...words: string[]): Promise<Array<Record<string, unknown>>> =>
    JSON.parse(await paretino(...words, '--json')) as Array<Record<string, unknown>>;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'paretino-cli-'));
    writeFileSync(path.join(folder, 'task.js'), task(journal(), 1));
    const result = inProcessOfItsOwn('run', 'task.js', '--trials', '12');
    assert.equal(result.status, 0, result.stderr);
    assert.match(result.stderr, /trial 11 complete: near \S+, far \S+/);
    assert.match(result.stdout, /12 trials in all/);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('tells the state of a study', async () => {
    const [status] = await json('status', journal());
    assert.equal(status.study, 'bowls');
    assert.equal(status.complete, 12);
    assert.deepEqual(status.objectives, [{ name: 'near', direction: 'minimize' }, { name: 'far', direction: 'maximize' }]);
    assert.ok((status.front as number) > 0);
    assert.ok((status.hypervolume as number) > 0 && (status.hypervolume as number) <= 1);
  });

  it('lists a front that no trial dominates and that is feasible', async () => {
    const rows = (await json('export', journal())) as Array<{
      near: number;
      far: number;
      feasible: boolean;
      trial: number;
    }>;
    const front = (await json('front', journal())) as typeof rows;
    assert.equal(rows.length, 12);
    const feasible = rows.filter((row) => row.near <= 3);
    assert.deepEqual(
      rows.filter((row) => row.feasible),
      feasible,
    );
    const best = feasible.filter(
      (a) => !feasible.some((b) => b.near <= a.near && b.far >= a.far && (b.near < a.near || b.far > a.far)),
    );
    assert.deepEqual(
      front.map((row) => row.trial),
      best.map((row) => row.trial),
    );
  });

  it('exports CSV with a line a trial', async () => {
    const file = path.join(folder, 'trials.csv');
    assert.equal((await paretino('export', journal(), '--out', file)).trim(), file);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    assert.equal(lines[0], 'trial,state,near,far,feasible,seconds,x');
    assert.equal(lines.length, 13);
  });

  for (const figure of ['front', 'hypervolume', 'study', 'parallel', 'timeline']) {
    it(`draws ${figure}`, async () => {
      const file = path.join(folder, `${figure}.svg`);
      await paretino('plot', journal(), '--figure', figure, '--out', file);
      assert.match(readFileSync(file, 'utf8'), /<svg[\s\S]*<\/svg>\s*$/);
    });
  }

  it('draws for a dark page, a paper column, with a title', async () => {
    const figure = await json('plot', journal(), '--theme', 'dark', '--size', 'column', '--title', 'Bowls');
    const { layout } = figure as unknown as { layout: { width: number; title: { text: string } } };
    assert.deepEqual([layout.width, layout.title.text], [317, 'Bowls']);
    assert.match(JSON.stringify(layout), /#14181d/);
  });

  it('lists the boards', async () => {
    const boards = await json('boards');
    const pico = boards.find((board) => board.name === 'pico');
    assert.equal(pico?.ramBytes, 264 * 1024);
    const table = await paretino('boards');
    for (const { name } of boards) assert.match(table, new RegExp(`^\\s*${name as string} `, 'm'));
  });

  it('names what is wrong', async () => {
    const cases: Array<[string[], string]> = [
      [['front', journal(), '--study', 'other'], "--study: got 'other', wanted bowls"],
      [
        ['plot', journal(), '--figure', 'pie'],
        "--figure: got 'pie', wanted front, hypervolume, study, parallel, timeline",
      ],
      [['plot', journal(), '--theme', 'drak'], "--theme: got 'drak', wanted light, dark (did you mean dark?)"],
      [['plot', journal(), '--size', 'big'], "--size: got 'big', wanted screen, column, page"],
      [['front', journal(), '--study', 'bwols'], "--study: got 'bwols', wanted bowls (did you mean bowls?)"],
      [
        ['plot', journal(), '--figure', 'hypervolum'],
        "--figure: got 'hypervolum', wanted front, hypervolume, study, parallel, timeline (did you mean hypervolume?)",
      ],
      [
        ['run', path.join(folder, 'task.js'), '--artifacts', 'kept'],
        `--artifacts: got 'kept', wanted a module that exports {study, task}: ${path.join(folder, 'task.js')} keeps what its own objective attaches`,
      ],
      [['export', journal(), '--format', 'xml'], "--format: got 'xml', wanted csv, json"],
      [['run', path.join(folder, 'task.js'), '--workers', 'two'], "--workers: got 'two', wanted a whole number from 1 on"],
      [['run', path.join(folder, 'task.js'), '--stop-at', 'near'], "--stop-at: got 'near', wanted NAME=NUMBER, several of them with commas between"],
      [['run', path.join(folder, 'task.js'), '--stop-at', 'naer=1'], "--stop-at: got 'naer', wanted near, far (did you mean near?)"],
      [['run', path.join(folder, 'task.js'), '--stop-stalled', '0'], "--stop-stalled: got '0', wanted a whole number from 1 on"],
      [['run', 'absent.js'], 'absent.js: no such file'],
      [['run', path.join(folder, 'task.js'), '--trials', 'many'], "--trials: got 'many', wanted a whole number from 0 on"],
    ];
    for (const [words, message] of cases) await assert.rejects(paretino(...words), { message });
  });

  it('ends with status 1 and one line about a file that is not there, and makes none', () => {
    const { status, stdout, stderr } = inProcessOfItsOwn('status', 'absent.log');
    assert.deepEqual([status, stdout, stderr], [1, '', 'absent.log: no such file\n']);
    assert.ok(!existsSync(path.join(folder, 'absent.log')));
  });

  it('runs TypeScript, in worker processes too, and contains what hangs', async () => {
    const file = path.join(folder, 'workers.log');
    const source = task(file, 1).replace('near: trial', 'pid: process.pid, near: trial').replace('async (trial,', 'async (trial: { number: number; params: { x: number } },');
    writeFileSync(path.join(folder, 'workers.ts'), source.replace('await new Promise', 'if (trial.number === 1) for (;;); await new Promise').replace('signal }', 'signal }: { signal?: AbortSignal }'));
    const result = inProcessOfItsOwn('run', 'workers.ts', '--trials', '5', '--workers', '2', '--timeout', '10', '--memory', '900', '--json');
    assert.equal(result.status, 0, result.stderr);
    assert.match(result.stderr, /trial 1 failed/);
    const { trials } = (await (await import('../../src/storage')).journalStorage(file).open('bowls'))!;
    assert.deepEqual(trials.map(({ state }) => state), ['complete', 'failed', 'complete', 'complete', 'complete']);
    assert.equal(trials[1].attributes.reason, 'took longer than 10000 ms');
    assert.ok(trials.every(({ attributes }) => attributes.pid !== process.pid));
    assert.ok((JSON.parse(result.stdout) as unknown[]).length > 0);
  });

  it('keeps what became of each candidate as its artifacts, in worker processes too', async () => {
    const [file, kept] = [path.join(folder, 'kept.log'), path.join(folder, 'kept')];
    writeFileSync(path.join(folder, 'candidates.js'), candidates(file));
    const words = ['run', path.join(folder, 'candidates.js'), '--trials', '1', '--artifacts', kept];
    await paretino(...words);
    await paretino(...words, '--workers', '1');
    const [{ artifactStore, journalStorage }, { artifactsOf }] = [await import('../../src/storage'), await import('../../src/study')];
    const { trials } = (await journalStorage(file).open('candidates'))!;
    assert.equal(trials.length, 2);
    for (const trial of trials) {
      const artifacts = artifactsOf(trial);
      assert.ok(artifacts.some(({ filename }) => filename.endsWith('.c')), artifacts.map(({ filename }) => filename).join());
      for (const { id } of artifacts) assert.ok(artifactStore(kept).get(id).length > 0);
    }
  });

  it('runs until a criterion says why to stop, with or without a number of trials', async () => {
    const file = path.join(folder, 'until.js');
    writeFileSync(file, task(path.join(folder, 'until.log'), 1));
    const until = await toTheEnd('run', file, '--stop-at', 'near=0.5, far=-2.5');
    assert.equal(until.status, 0, until.err);
    assert.match(until.err, /\nStopped: trial \d+ reaches near 0\.5, far -2\.5\.\n$/);
    const again = await toTheEnd('run', file, '--trials', '5', '--stop-at', 'near=0.5,far=-2.5');
    assert.match(again.err, /^Stopped: /, 'what was reached before counts');
    const stalled = await toTheEnd('run', file, '--stop-stalled', '4', '--stop-hypervolume', '1e9');
    assert.match(stalled.err, /\nStopped: hypervolume gained \S+ % in 4 trials/);
    const few = await toTheEnd('run', file, '--trials', '2', '--stop-after', '60', '--stop-budget', '60', '--stop-improvement', '0.1');
    assert.equal(few.status, 0, few.err);
    assert.match(few.err, /^(trial \d+ complete: .*\n){2}$/);
  });

  it('looks into an SQLite file as well', async () => {
    const { journalStorage, sqliteStorage } = await import('../../src/storage');
    const from = (await journalStorage(journal()).open('bowls'))!;
    const file = path.join(folder, 'studies.db');
    await sqliteStorage(file).open('bowls', { directions: from.directions, system: from.system });
    assert.deepEqual((await json('status', file)).map(({ study, front }) => [study, front]), [['bowls', 0]]);
    assert.match(await paretino('status', file), /near ↓, far ↑/);
  });

  it('suggests the command that was meant', () => {
    const { status, stderr } = inProcessOfItsOwn('statsu', journal());
    assert.equal(status, 2);
    assert.match(stderr, /unknown command 'statsu'\s+\(Did you mean status\?\)/);
  });

  it('stops at an interrupt and goes on with the same study', async () => {
    const slow = path.join(folder, 'slow.log');
    writeFileSync(path.join(folder, 'slow.js'), task(slow, 400));
    const child = startParetino(folder, 'run', 'slow.js', '--trials', '1000');
    child.stdout.resume();
    let said = '';
    let interrupted = false;
    const status = await new Promise<number | null>((resolve) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (interrupted || !said.includes('trial 1 complete')) return;
        interrupted = true;
        child.kill('SIGINT');
      });
      child.on('close', resolve);
    });
    assert.equal(status, 130, said);
    assert.match(said, /Stopped; run again to go on\./);
    const before = (await json('export', slow)).filter((row) => row.state === 'complete').length;
    assert.ok(before >= 2);
    assert.equal(inProcessOfItsOwn('run', 'slow.js', '--trials', '1').status, 0);
    assert.equal((await json('export', slow)).filter((row) => row.state === 'complete').length, before + 1);
  });
});
