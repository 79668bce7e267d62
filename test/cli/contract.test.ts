/* What every command keeps: its help, JSON for scripts, the status it ends with, errors in a line on standard error. */
import assert from 'node:assert/strict';
import { existsSync, openSync, closeSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createProgram } from '../../src/cli';
import { exportTflite } from '../../src/deploy';
import { journalStorage } from '../../src/storage';
import { processOfItsOwn, startParetino, toTheEnd, type Ended } from '../support/command-line';
import { everyOperator } from '../support/mutate-tflite';
import { skip } from '../support/skip';

const source = (name: string): string => JSON.stringify(resolve(__dirname, '..', '..', 'src', name));

/** A module for `paretino run`, with what its objective does. */
const moduleOf = (journal: string, body: string): string => `
const { createStudy } = require(${source('study')});
const { defineSpace, real, sample } = require(${source('space')});
const optimizer = { name: 'random', suggest: async ({ space, rng }) => [{ params: sample(space, rng) }] };
exports.default = async () => ({
  study: await createStudy({
    name: 'bowl', space: defineSpace({ x: real(0, 2) }), objectives: [{ name: 'y', direction: 'minimize' }], optimizer,
    storage: require(${source('storage')}).journalStorage(${JSON.stringify(journal)}),
  }),
  objective: async ({ params: { x }, number }, { signal }) => { ${body} },
});
`;

describe('command line: every command', function () {
  this.timeout(120_000);
  let folder = '';
  const inside = (name: string): string => join(folder, name);
  const write = (name: string, text: string | Uint8Array): string => {
    writeFileSync(inside(name), text);
    return inside(name);
  };
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'paretino-cli-'));
    write('model.tflite', exportTflite(everyOperator()));
    write('garbage', 'nothing that anybody knows\n');
    const done = await toTheEnd('run', write('bowl.js', moduleOf(inside('study.log'), 'return x ** 2;')), '--trials', '3');
    assert.deepEqual([done.status, done.err.split('\n').length], [0, 4], done.err);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** What makes each command print JSON. `lab` hands over to Jupyter. */
  const json: Readonly<Record<string, () => string[]>> = {
    status: () => [inside('study.log')],
    front: () => [inside('study.log')],
    plot: () => [inside('study.log')],
    export: () => [inside('study.log')],
    run: () => [inside('bowl.js'), '--trials', '1'],
    boards: () => [],
    firmware: () => [inside('model.tflite')],
    doctor: () => [],
  };
  const handsOver = ['lab'];
  const commands = createProgram().commands;

  /** One line on standard error that says `what`, nothing on standard output, and the status. */
  const refused = ({ status, out, err }: Ended, expected: number, what: RegExp): void => {
    assert.match(err, what);
    assert.deepEqual([status, out, err.trimEnd().split('\n').length], [expected, '', 1], err);
  };

  it('is covered here', () => {
    assert.deepEqual([...Object.keys(json), ...handsOver].sort(), commands.map((command) => command.name()).sort());
  });

  for (const command of commands) {
    const name = command.name();
    const needed = command.registeredArguments.filter((argument) => argument.required).length;
    it(`${name} tells its usage`, async () => {
      const { status, out, err } = await toTheEnd(name, '--help');
      assert.deepEqual([status, err], [0, '']);
      assert.match(out, new RegExp(`^Usage: paretino ${name} `));
      assert.ok(out.replace(/\s+/g, ' ').includes(command.description().replace(/\s+/g, ' ')));
      if (needed > 0) refused(await toTheEnd(name), 2, /missing required argument/);
      if (handsOver.includes(name)) return;
      refused(await toTheEnd(name, ...json[name](), '--no-such-option'), 2, /unknown option '--no-such-option'/);
      refused(await toTheEnd(name, ...json[name](), 'one more'), 2, /too many arguments/);
    });

    if (needed === 0) continue;
    it(`${name} names the file that is wrong, in a line`, async () => {
      refused(await toTheEnd(name, inside('absent')), 1, /absent: no such file/);
      refused(await toTheEnd(name, folder), 1, new RegExp(folder));
      const { status, out, err } = await toTheEnd(name, inside('garbage'));
      assert.deepEqual([status, out], [1, '']);
      assert.match(err, /garbage/);
      assert.ok(!/^\s+at /m.test(err), err);
    });
  }

  for (const [name, words] of Object.entries(json)) {
    it(`${name} --json writes one JSON value and nothing else`, async () => {
      // Doctor's script writes to the terminal itself.
      const { status, out, err } = name === 'doctor' ? asEnded(processOfItsOwn(folder, name, '--json')) : await toTheEnd(name, ...words(), '--json');
      const value = JSON.parse(out) as unknown;
      assert.equal(status, name === 'doctor' ? doctorStatus(value) : 0, err);
      assert.ok(name === 'plot' ? 'data' in (value as object) : Array.isArray(value) && value.length > 0);
      if (name !== 'run') assert.equal(err, '');
    });
  }
  /** 1 where a part is missing that nothing stands in for, such as a build: here, of a checkout in any state. */
  const doctorStatus = (parts: unknown): number => Number((parts as { needed: boolean; found: boolean }[]).some(({ needed, found }) => needed && !found));
  const asEnded = ({ status, stdout, stderr }: ReturnType<typeof processOfItsOwn>): Ended => ({ status: status ?? -1, out: stdout, err: stderr });

  it('refuses words that it does not know with status 2', async () => {
    for (const [words, says] of [
      [['statsu'], /unknown command 'statsu'/],
      [['front', inside('study.log'), '--study', 'bowel'], /did you mean bowl\?/],
      [['plot', inside('study.log'), '--figure', 'pie'], /^--figure: got 'pie', wanted front, /],
      [['plot', inside('study.log'), '--out', 'figure.doc'], /^the ending of --out: got '\.doc'/],
      [['plot', inside('study.log'), '--out', 'figure.svg', '--json'], /^--json: got 'figure\.svg', wanted no --out/],
      [['export', inside('study.log'), '--format', 'xls'], /^--format: got 'xls'/],
      [['firmware', inside('model.tflite'), '--board', 'pica'], /did you mean pico\?/],
      [['firmware', inside('model.tflite'), '--run'], /^--out: got undefined/],
      ...['-1', '1.5', 'x', '', 'Infinity'].map((text) => [['run', inside('bowl.js'), `--trials=${text}`], /^--trials: got '.*', wanted a whole number from 0 on/] as [string[], RegExp]),
      [['run', inside('bowl.js'), '--workers', '0'], /^--workers: got '0'/],
      [['run', inside('bowl.js'), '--timeout', 'Infinity'], /^--timeout: got 'Infinity'/],
      [['run', inside('bowl.js'), '--memory', ''], /^--memory: got ''/],
    ] as [string[], RegExp][]) {
      const ended = await toTheEnd(...words);
      assert.match(ended.err, says);
      assert.deepEqual([ended.status, ended.out], [2, ''], words.join(' '));
    }
    const bare = await toTheEnd();
    assert.deepEqual([bare.status, bare.out], [2, '']);
    assert.match(bare.err, /^Usage: paretino/);
  });

  it('names the file that it cannot write', async () => {
    for (const words of [['plot', inside('study.log')], ['export', inside('study.log')]]) {
      refused(await toTheEnd(...words, '--out', inside('nowhere/figure.svg')), 1, /nowhere\/figure\.svg: no such file or directory \(ENOENT\)/);
    }
  });

  it('run tells an error of the module by its own lines, and why trials fail', async () => {
    const thrown = await toTheEnd('run', write('throws.js', "function mine() {\n  throw new TypeError('half written');\n}\nmine();\n"));
    assert.deepEqual([thrown.status, thrown.out], [1, '']);
    assert.match(thrown.err, /throws\.js cannot be loaded: TypeError: half written\n\s+at mine \(.*throws\.js:2:9\)\n\s+at .*throws\.js:4:1\)?\n$/);
    const broken = await toTheEnd('run', write('broken.js', 'const x = ;\n'));
    assert.match(broken.err, /broken\.js cannot be loaded: [^]*broken\.js:1\n[^]*SyntaxError: Unexpected token ';'\n$/);
    const failing = await toTheEnd('run', write('failing.js', moduleOf(inside('failing.log'), "throw new Error('no sensor ' + number);")), '--trials', '2');
    assert.equal(failing.status, 1);
    assert.equal(failing.err, 'trial 0 failed: no sensor 0\ntrial 1 failed: no sensor 1\nEach of the 2 trials failed.\n');
  });

  it('run --json keeps what the module logs out of the JSON, from workers too', async () => {
    const noisy = write('noisy.js', moduleOf(inside('noisy.log'), "console.log('noise'); return x;"));
    for (const words of [[], ['--workers', '1']]) {
      const { status, out, err } = await toTheEnd('run', noisy, '--trials', '1', '--json', ...words);
      assert.equal(status, 0, err);
      assert.equal((JSON.parse(out) as unknown[]).length, 1);
      assert.match(err, /noise/);
    }
  });

  it('ends without a word where nobody reads on, and a run ends its trials', async () => {
    for (const words of [['front', 'study.log'], ['plot', 'study.log'], ['doctor', '--json'], ['run', 'quiet.js', '--trials', '3']]) {
      write('quiet.js', moduleOf(inside('quiet.log'), 'return x;'));
      const child = startParetino(folder, ...words);
      child.stdout.destroy();
      if (words[0] === 'run') child.stderr.destroy();
      let said = '';
      child.stderr.on('data', (text) => (said += String(text)));
      const [status] = (await once(child, 'exit')) as [number];
      assert.equal(said, '', words.join(' '));
      // Of the doctor, 1 says that a part is missing.
      if (words[0] !== 'doctor') assert.equal(status, 0, words.join(' '));
    }
    assert.equal((await journalStorage(inside('quiet.log')).open('bowl'))!.trials.filter(({ state }) => state === 'complete').length, 3);
  });

  it('says so where the disk behind standard output is full', function () {
    if (!existsSync('/dev/full')) skip(this, 'no /dev/full on this system');
    const full = openSync('/dev/full', 'w');
    const root = resolve(__dirname, '..', '..');
    const { status, stderr } = spawnSync(process.execPath, ['-r', 'ts-node/register/transpile-only', join(root, 'src', 'cli', 'main.ts'), 'export', inside('study.log')], { cwd: root, stdio: ['ignore', full, 'pipe'], encoding: 'utf8' });
    closeSync(full);
    assert.equal(status, 1);
    assert.match(stderr, /^standard output: ENOSPC[^\n]*\n$/);
  });

  it('run ends cleanly when asked to by the system', async () => {
    write('slow.js', moduleOf(inside('slow.log'), "await new Promise((done, stop) => { setTimeout(done, 60_000); signal.addEventListener('abort', () => stop(signal.reason)); }); return x;"));
    const child = startParetino(folder, 'run', 'slow.js', '--trials', '2');
    let said = '';
    child.stderr.on('data', (text) => (said += String(text)));
    const ended = once(child, 'exit');
    while (!existsSync(inside('slow.log')) || (await journalStorage(inside('slow.log')).open('bowl'))?.trials.length !== 1) await new Promise((done) => setTimeout(done, 50));
    child.kill('SIGTERM');
    assert.deepEqual(await ended, [143, null]);
    assert.match(said, /Stopped; run again to go on\.\n$/);
    assert.equal((await journalStorage(inside('slow.log')).open('bowl'))!.trials[0].state, 'failed');
  });
});
