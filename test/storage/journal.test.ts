import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataError, createRng } from '../../src/base';
import { defineSpace, integer, real } from '../../src/space';
import { createStudy, type Study } from '../../src/study';
import { journalStorage } from '../../src/storage';
import { parse, stringify } from '../../src/storage/optuna-format';
import { fill, makeStudy, random } from '../support/optuna-study';
import { needShared } from '../support/shared';

describe('storage: journal file', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(join(tmpdir(), 'paretino-journal-'));
    path = join(folder, 'journal.log');
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true });
  });

  const make = (at = path): Promise<Study<any>> => makeStudy(journalStorage(at));

  it('reads what Optuna 5.0 wrote: trials, values, states, directions, constraints, attributes', async function () {
    const expected = JSON.parse(fs.readFileSync(needShared(this, 'oracle', 'optuna', 'journal.expected.json'), 'utf8'));
    const store = journalStorage(needShared(this, 'oracle', 'optuna', 'journal.log'));
    assert.deepEqual(await store.studyNames(), ['tiny', 'curve']);
    const study = (await store.open(expected.study))!;
    assert.deepEqual(study.directions.map((d) => d.toUpperCase()), expected.directions);
    assert.deepEqual(study.attributes, expected.user_attrs);
    assert.deepEqual(study.system['study:metric_names'], expected.metric_names);
    assert.equal(study.trials.length, expected.trials.length);
    const states: Record<string, string> = { COMPLETE: 'complete', FAIL: 'failed', PRUNED: 'pruned', RUNNING: 'running', WAITING: 'waiting' };
    for (const want of expected.trials) {
      const got = study.trials[want.number];
      assert.equal(got.state, states[want.state]);
      assert.deepEqual(got.params, want.params);
      if (want.state === 'COMPLETE') assert.deepEqual(got.values, want.values);
      assert.deepEqual(got.attributes, want.user_attrs);
      assert.deepEqual(got.violations ?? null, want.constraints ?? null);
    }
    const curve = (await store.open('curve'))!;
    assert.ok(curve.trials.length === 8 && curve.trials.every((trial) => trial.intermediate.length === 5));
  });

  it('goes on with a study that Optuna began, its queued parameters first', async function () {
    fs.copyFileSync(needShared(this, 'oracle', 'optuna', 'journal.log'), path);
    const theirs = defineSpace({
      width: real(0.1, 2),
      lr: real(1e-5, 0.1, { log: true }),
      blocks: integer(1, 6),
      filters: integer(4, 64, { log: true }),
      even: integer(2, 32, { step: 2 }),
    });
    const study = await createStudy({
      name: 'tiny',
      space: theirs,
      objectives: [{ name: 'accuracy', direction: 'maximize' }, { name: 'rom', direction: 'minimize' }, { name: 'ram', direction: 'minimize' }],
      optimizer: random,
      storage: journalStorage(path),
    });
    const before = study.trials.length;
    // One was queued when Optuna ended, another was running.
    assert.deepEqual(study.trials.slice(-2).map((trial) => trial.state), ['running', 'waiting']);
    const first = await study.ask();
    assert.deepEqual([first.number, first.params.width], [before - 1, 0.5]);
    await study.tell(first, [0.5, 10, 3]);
    await study.run(() => [0.4, 12, 2], { trials: 1 });
    assert.equal(study.trials.length, before + 1);
    await assert.rejects(
      createStudy({ name: 'tiny', space: theirs, objectives: [{ name: 'accuracy', direction: 'maximize' }], optimizer: random, storage: journalStorage(path) }),
      /objectives, directions/,
    );
  });

  it('is read back as it was written', async () => {
    const study = await make();
    await fill(study, 12);
    const again = await make();
    assert.deepEqual(again.trials, study.trials);
    assert.equal(again.hypervolume(), study.hypervolume());
    assert.ok(fs.readFileSync(path, 'utf8').split('\n').every((line) => line === '' || /^\{"op_code":\d,"worker_id":"[^"]+",/.test(line)));
    assert.deepEqual(fs.readdirSync(folder), ['journal.log']);
  });

  it('tolerates a last line cut off anywhere, and writes on after it', async () => {
    const study = await make();
    await fill(study, 3);
    const whole = fs.readFileSync(path);
    const last = whole.lastIndexOf(10, whole.length - 2) + 1;
    const rng = createRng(2);
    for (const cut of [last + 1, whole.length - 1, last + rng.integer(2, whole.length - last - 2)]) {
      fs.writeFileSync(path, whole.subarray(0, cut));
      const cutOff = await make();
      assert.equal(cutOff.trials.length, 3);
      assert.equal(cutOff.trials[2].state, 'running');
      await cutOff.tell(2, { accuracy: 0.5, latency: 1 });
      assert.equal((await make()).trials[2].state, 'complete');
    }
  });

  it('reports anything else with its line', async () => {
    const study = await make();
    await fill(study, 2);
    const lines = fs.readFileSync(path, 'utf8').split('\n');
    const bad: [string, RegExp][] = [
      ['{"op_code":4,"wor', /journal\.log, line 4: not JSON/],
      ['[1]', /line 4: not a record/],
      ['{"op_code":17,"worker_id":"w"}', /line 4: op_code 17/],
      ['{"op_code":6,"worker_id":"w","trial_id":99,"state":1,"values":[1]}', /line 4: trial_id 99 was never created/],
      ['{"op_code":4,"worker_id":"w","study_id":5,"datetime_start":null}', /line 4: study_id 5 was never created/],
      ['{"op_code":4,"worker_id":"w","study_id":0,"datetime_start":"yesterday"}', /line 4: 'yesterday' is not a date/],
      ['\0\0\0\0', /line 4: not JSON/],
    ];
    for (const [line, message] of bad) {
      fs.writeFileSync(path, [...lines.slice(0, 3), line, ...lines.slice(3)].join('\n'));
      await assert.rejects(make(), (error: Error) => error instanceof DataError && message.test(error.message));
    }
    fs.writeFileSync(path, lines.join('\n'));
    await study.refresh();
    fs.writeFileSync(path, lines.slice(0, 2).join('\n'));
    await assert.rejects(study.refresh(), /shorter than it was/);
  });

  it('two studies on one file see each other', async () => {
    const [one, two] = [await make(), await make()];
    const [a, b] = await Promise.all([one.ask(), two.ask()]);
    assert.notEqual(a.number, b.number);
    assert.notDeepEqual(a.params, b.params);
    await one.tell(a, { accuracy: 0.1, latency: 1 });
    await two.refresh();
    assert.equal(two.trials[a.number].state, 'complete');
    await assert.rejects(two.tell(a.number, { accuracy: 0.2, latency: 1 }), /this one is complete/);
  });

  it('clears the lock of a process that died, at once', async () => {
    const study = await make();
    // A process that takes the lock and dies with it.
    const code = `const { withFileLock } = require('./src/storage/file-lock'); void withFileLock(${JSON.stringify(path)}, 1e9, () => process.kill(process.pid, 'SIGKILL'));`;
    const died = spawnSync(process.execPath, ['-r', 'ts-node/register/transpile-only', '-e', code], { cwd: join(__dirname, '..', '..') });
    assert.equal(died.signal, 'SIGKILL');
    assert.ok(fs.lstatSync(`${path}.lock`).isSymbolicLink());
    // Optuna looks at the journal through the link.
    assert.equal(fs.statSync(`${path}.lock`).size, fs.statSync(path).size);
    await fill(study, 1);
    assert.equal(study.trials.length, 1);
    assert.ok(!fs.existsSync(`${path}.lock`));
  });

  it('takes over a lock of unknown owner after its time of grace', async () => {
    await make();
    fs.writeFileSync(`${path}.lock`, '');
    const store = journalStorage(path, { graceMs: 60 });
    await (await store.open('ours'))!.setAttribute('a', 1);
    assert.ok(!fs.existsSync(`${path}.lock`));
  });

  it('says plainly where it cannot write', async () => {
    await assert.rejects(make(join(folder, 'none', 'journal.log')), /none.journal\.log: cannot be written: the folder does not exist/);
    await assert.rejects(make(folder), /cannot be (read|written): is a folder/);
  });

  it('a full disk loses nothing that was there', async () => {
    await fill(await make(), 1);
    const before = fs.readFileSync(path);
    let room = 40;
    // A device with room for a few more bytes.
    const write = (fd: number, bytes: Buffer, from: number): number => {
      if (room <= 0) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' });
      const part = bytes.subarray(from, from + room);
      room -= part.length;
      return fs.writeSync(fd, part);
    };
    const study = (await journalStorage(path, { write }).open('ours'))!;
    await assert.rejects(study.setAttribute('big', 'x'.repeat(100)), /cannot be written: the disk is full; nothing was written/);
    assert.deepEqual(fs.readFileSync(path), before);
    room = 1e6;
    await study.setAttribute('big', 'x'.repeat(100));
    assert.equal((await make()).trials.length, 1);
  });

  it('writes and reads NaN and infinities as Python does', () => {
    const value = { a: [NaN, 1, Infinity], b: -Infinity, c: 'NaN, Infinity "number:NaN"' };
    const text = stringify(value);
    assert.equal(text, '{"a":[NaN,1,Infinity],"b":-Infinity,"c":"NaN, Infinity \\"number:NaN\\""}');
    assert.deepEqual(parse(text), value);
  });
});
