import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CancelledError, isAlive, type ProgressEvent } from '../../src/base';
// Not the whole folder: TensorFlow.js would take longer to load than these tests.
import { ExecutorError, inProcess, processPool, runParallel, type Executor, type ProcessPoolOptions } from '../../src/experiment/executors';
import { bayesian } from '../../src/optimize';
import { categorical, defineSpace, real } from '../../src/space';
import { createStudy, type Evaluation, type Optimizer, type Study } from '../../src/study';
import { temporaryFolder } from '../support/folder';
import { objective, type Params } from './objectives';
import { skip } from '../support/skip';

const kinds = ['good', 'slow', 'exit', 'abort', 'killed', 'late', 'hang', 'wait', 'hog', 'nan', 'throw', 'prune', 'unsendable', 'child'] as const;
const space = defineSpace({ x: real(0, 1), kind: categorical(kinds) });
const objectives = join(__dirname, 'objectives.ts');

/** Its suggestion follows from which trials have ended, with what, and which still run. */
function sensitive(kind: Params['kind']): Optimizer {
  return {
    name: 'sensitive',
    suggest: async ({ history, pending, rng }) => {
      const told = history.reduce((sum, { values, number }) => sum + (values?.[0] ?? 0.31) * (number + 1), 0);
      const open = pending.reduce((sum, { number, params }) => sum + (number + 1) * (params.x as number), 0);
      return [{ params: { x: (told * 0.618 + open * 0.377 + rng.next()) % 1, kind } }];
    },
  };
}

function makeStudy(kind: Params['kind'] = 'good'): Promise<Study<Params>> {
  const objectives = [{ name: 'y', direction: 'minimize' as const }];
  return createStudy<Params>({ name: 's', space: space as never, objectives, optimizer: sensitive(kind), seed: 3 });
}

const summary = (study: Study<Params>): unknown[] => study.trials.map(({ number, state, params, values }) => [number, state, params.x, values]);
const reasons = (study: Study<Params>): unknown[] => study.trials.map(({ attributes }) => attributes.reason);

/** Lets trials end in a given order, whatever their objective. */
function inOrder(order: readonly number[], slots: number): Executor<Params> {
  const open = new Map<number, () => void>();
  let next = 0;
  // One a turn of the event loop, so that each has arrived before the next.
  const release = (): void => {
    const done = open.get(order[next]);
    if (done === undefined) return;
    open.delete(order[next++]);
    done();
    setImmediate(release);
  };
  return {
    name: 'in order',
    slots,
    evaluate: (trial) =>
      new Promise<Evaluation>((resolve) => {
        open.set(trial.number, () => resolve(trial.params.x));
        setImmediate(release);
      }),
    close: async () => {},
  };
}

async function until(done: () => boolean, what: string): Promise<void> {
  for (let i = 0; i < 1200 && !done(); i++) await new Promise((resolve) => setTimeout(resolve, 25));
  assert.ok(done(), what);
}

describe('parallel trials', function () {
  this.timeout(120_000);
  const pools: Executor[] = [];
  const pool = (options: Partial<ProcessPoolOptions> = {}): Executor => {
    pools.push(processPool({ module: objectives, workers: 2, ...options }));
    return pools[pools.length - 1];
  };
  afterEach(async () => {
    for (const one of pools.splice(0)) await one.close();
  });

  it('with one slot are what study.run does', async () => {
    const [serial, parallel] = [await makeStudy('slow'), await makeStudy('slow')];
    await serial.run(objective as never, { trials: 5 });
    await runParallel(parallel, inProcess(objective as never), { trials: 5 });
    assert.deepEqual(summary(parallel), summary(serial));
    await runParallel(parallel, inProcess(objective as never), { total: 7 });
    assert.equal(parallel.trials.length, 7);
  });

  it('in processes give what the same order of completion gives here, and overlap', async () => {
    const study = await makeStudy('slow');
    const order: number[] = [];
    const running: number[] = [];
    const onProgress = ({ path, metrics }: ProgressEvent): void => void (path.length === 1 && running.push(metrics!.running));
    await runParallel(study, pool({ workers: 3 }), { trials: 12, onTrial: ({ number }) => order.push(number), onProgress });
    assert.equal(study.trials.filter(({ state }) => state === 'complete').length, 12);
    assert.deepEqual([...order].sort((a, b) => a - b), order.map((_, i) => i));
    assert.equal(Math.max(...running), 2, 'when one is told, two more run');
    const replayed = await makeStudy('slow');
    await runParallel(replayed, inOrder(order, 3), { trials: 12 });
    assert.deepEqual(summary(replayed), summary(study));
    const backwards = await makeStudy('slow');
    await runParallel(backwards, inOrder([2, 1, 0, 5, 4, 3, 8, 7, 6, 11, 10, 9], 3), { trials: 12 });
    assert.notDeepEqual(summary(backwards), summary(study), 'the optimiser does see the order');
  });

  it('in processes that end in any order give what one process told in this order gives, the Bayesian optimiser too', async () => {
    const order = [2, 0, 4, 3, 1, 6, 7, 5, 9, 8];
    const gates = mkdtempSync(join(tmpdir(), 'paretino-gates-'));
    const open = (n: number | undefined): void => void (n !== undefined && writeFileSync(join(gates, String(n)), ''));
    const module = join(gates, 'gated.js');
    writeFileSync(module, `
      const { existsSync } = require('node:fs');
      exports.objective = async ({ number, params: { a, b } }) => {
        while (!existsSync(${JSON.stringify(gates)} + '/' + number)) await new Promise((done) => setTimeout(done, 5));
        return { near: a ** 2 + b, far: (a - 1) ** 2 + Math.sin(3 * b), pid: process.pid };
      };`);
    const make = (): Promise<Study<{ a: number; b: number }>> => createStudy({
      name: 's', space: defineSpace({ a: real(0, 1), b: real(0, 1) }), optimizer: bayesian({ firstPoints: 4 }), seed: 8,
      objectives: [{ name: 'near', direction: 'minimize' }, { name: 'far', direction: 'minimize' }],
    });
    const rows = (study: Study<any>): unknown[] => study.trials.map(({ number, state, params, values }) => [number, state, params, values]);
    try {
      const parallel = await make();
      const ended: number[] = [];
      open(order[0]);
      await runParallel(parallel, pool({ module, workers: 3 }), { trials: order.length, onTrial: ({ number }) => open(order[ended.push(number)]) });
      assert.deepEqual(ended, order);
      assert.ok(new Set(parallel.trials.map(({ attributes }) => attributes.pid)).size > 1);

      const serial = await make();
      const asked = [await serial.ask(), await serial.ask(), await serial.ask()];
      for (const n of order) {
        const { a, b } = asked[n].params;
        await serial.tell(asked[n], { near: a ** 2 + b, far: (a - 1) ** 2 + Math.sin(3 * b) });
        if (asked.length < order.length) asked.push(await serial.ask());
      }
      assert.deepEqual(rows(parallel), rows(serial));
    } finally {
      rmSync(gates, { recursive: true });
    }
  });

  it('bring reports, attributes and progress back', async () => {
    const study = await makeStudy();
    const paths: string[] = [];
    await runParallel(study, pool({ workers: 1 }), { trials: 2, onProgress: ({ path }) => paths.push(path.join('/')) });
    for (const { params, values, intermediate, attributes } of study.trials) {
      assert.deepEqual([values, intermediate, attributes.note], [[params.x], [[1, (params.x as number) / 2]], 'fine']);
      assert.notEqual(attributes.pid, process.pid);
    }
    assert.equal(study.trials[0].attributes.pid, study.trials[1].attributes.pid, 'a good worker is used again');
    assert.ok(paths.includes('study/trial 1/epoch'));
  });

  it('contain crashes, hangs and hogs: each costs one trial and one worker', async () => {
    const study = await makeStudy('good');
    const bad: Params['kind'][] = ['exit', 'abort', 'killed', 'late', 'hang', 'hog', 'nan', 'throw', 'prune', 'unsendable'];
    for (const kind of bad) {
      await study.enqueue({ x: 0.5, kind });
      await study.enqueue({ x: 0.25, kind: 'good' });
    }
    await runParallel(study, pool({ timeoutMs: 4000, memoryBytes: 200e6 }), { trials: 2 * bad.length + 2, onFailure: 'continue' });
    const failed = study.trials.filter(({ params }) => params.kind !== 'good');
    const expected: Record<string, RegExp> = {
      exit: /^its process ended: exit code 3$/,
      abort: /^its process ended: signal SIGABRT/,
      killed: /^its process ended: signal SIGKILL$/,
      late: /^its process ended: exit code 1, RangeError: nobody waits for this$/,
      hang: /^took longer than 4000 ms$/,
      hog: /^took more memory than 191 MiB$/,
      nan: /^y: got NaN, wanted a finite number$/,
      throw: /^on purpose$/,
      prune: /^no better$/,
      unsendable: /could not be cloned/,
    };
    assert.deepEqual(failed.map(({ params }) => params.kind), bad);
    for (const { params, state, attributes } of failed) {
      assert.match(String(attributes.reason), expected[params.kind as string]);
      assert.deepEqual([state, attributes.interrupted], [params.kind === 'prune' ? 'pruned' : 'failed', undefined]);
    }
    for (const { params, values, state } of study.trials.filter(({ params }) => params.kind === 'good')) assert.deepEqual([state, values], ['complete', [params.x]]);
    const lost = failed.slice(0, 6).map(({ attributes }) => attributes.pid as number);
    assert.ok(new Set(lost).size === 6 && !lost.some(isAlive), 'six workers were replaced');
  });

  it('stop at an error of the objective, though not at a lost process', async () => {
    const study = await makeStudy('good');
    await study.enqueue({ x: 0.5, kind: 'exit' });
    await study.enqueue({ x: 0.5, kind: 'throw' });
    await assert.rejects(runParallel(study, pool({ workers: 1 }), { trials: 5 }), /on purpose/);
    assert.deepEqual(reasons(study), ['its process ended: exit code 3', 'on purpose']);
    const here = await makeStudy('good');
    await here.enqueue({ x: 0.5, kind: 'throw' });
    await here.enqueue({ x: 0.5, kind: 'wait' });
    await assert.rejects(runParallel(here, inProcess(objective as never, { slots: 2 }), { trials: 5 }), /on purpose/);
    assert.deepEqual(reasons(here), ['on purpose', 'interrupted: stopped as asked']);
  });

  it('end within a second of an abort, hung ones too, and leave no process; the study goes on', async () => {
    const study = await makeStudy('good');
    await study.enqueue({ x: 0.5, kind: 'child' });
    await study.enqueue({ x: 0.5, kind: 'wait' });
    await study.enqueue({ x: 0.5, kind: 'hang' });
    const control = new AbortController();
    const executor = pool({ workers: 3 });
    const run = runParallel(study, executor, { trials: 5, signal: control.signal });
    const begun = ({ attributes, params }: (typeof study.trials)[number]): boolean => (params.kind === 'child' ? attributes.child : attributes.pid) !== undefined;
    await until(() => study.trials.length === 3 && study.trials.every(begun), 'three trials run');
    const aborted = performance.now();
    control.abort();
    await assert.rejects(run, CancelledError);
    const took = performance.now() - aborted;
    console.log(`      ended ${took.toFixed(0)} ms after the abort`);
    assert.ok(study.trials.every(({ attributes }) => attributes.interrupted === true));
    const { pid, child } = study.trials[0].attributes as { pid: number; child: number };
    for (const one of [pid, child, study.trials[2].attributes.pid as number]) await until(() => !isAlive(one), `process ${one} is gone`);
    await runParallel(study, executor, { trials: 2 });
    assert.deepEqual(study.trials.slice(3).map(({ state }) => state), ['complete', 'complete']);
    await executor.close();
    assert.ok(study.trials.every(({ attributes }) => !isAlive(attributes.pid as number)));
    await assert.rejects(executor.evaluate(await study.ask(), {}), ExecutorError);
  });

  describe('whatever happens around them', () => {
    const folder = temporaryFolder();

    it('a module that does not load ends the run, without blame for the trials', async () => {
      const broken = folder.write('broken.js', "throw new Error('half written');");
      const study = await makeStudy('good');
      await assert.rejects(runParallel(study, pool({ module: broken }), { trials: 4, onFailure: 'continue' }), /broken\.js cannot be loaded: half written/);
      assert.ok(study.trials.length <= 2 && study.trials.every(({ attributes }) => attributes.interrupted === true));
      const empty = folder.write('empty.js', 'exports.other = 1;');
      await assert.rejects(runParallel(study, pool({ module: empty }), { trials: 1 }), /wanted a module that exports `objective`/);
      const slow = folder.write('slow.js', 'for (;;);');
      await assert.rejects(runParallel(study, pool({ module: slow, startupMs: 3000 }), { trials: 1 }), /loading took longer than 3000 ms/);
      assert.throws(() => processPool({ module: folder.path + '/none.js' }), /module: got .*none\.js/);
      assert.throws(() => processPool({ module: objectives, workers: 0 }), /workers: got 0/);
      assert.throws(() => processPool({ module: objectives, memoryBytes: -1 }), /memoryBytes: got -1/);
    });

    it('loading what a module promises counts to no trial', async () => {
      const patient = folder.write('patient.js', "exports.objective = new Promise((done) => setTimeout(done, 3500, () => ({ y: 1, z: 1 })));");
      const study = await makeStudy('good');
      await runParallel(study, pool({ module: patient, workers: 1, timeoutMs: 3000 }), { trials: 1 });
      assert.equal(study.trials[0].state, 'complete');
    });

    it('a parent that is killed takes its hung workers along; one that forgets to close ends', async function () {
      const source = resolve(__dirname, '..', '..', 'src');
      const hanging = folder.write('hanging.js', "exports.objective = ({ params }) => { console.log('pid', process.pid); if (params.x > 1) for (;;); return params.x; };");
      const script = (high: number): string => `
        const { processPool, runParallel } = require(${JSON.stringify(join(source, 'experiment', 'executors'))});
        const { createStudy } = require(${JSON.stringify(join(source, 'study'))});
        const { defineSpace, real } = require(${JSON.stringify(join(source, 'space'))});
        const optimizer = { name: 'o', suggest: async () => [{ params: { x: ${high} - 0.5 } }] };
        createStudy({ name: 's', space: defineSpace({ x: real(0, ${high}) }), objectives: [{ name: 'y', direction: 'minimize' }], optimizer })
          .then((study) => runParallel(study, processPool({ module: ${JSON.stringify(hanging)}, workers: 1 }), { trials: 1 }))
          .then(() => console.log('done'));`;
      const start = (high: number): { child: ReturnType<typeof spawn>; said: () => string } => {
        const child = spawn(process.execPath, ['-r', require.resolve('ts-node/register/transpile-only'), '-e', script(high)], { cwd: resolve(source, '..') });
        let said = '';
        for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += String(text)));
        return { child, said: () => said };
      };
      const killed = start(9);
      await until(() => /pid \d+/.test(killed.said()), 'a worker runs');
      const worker = Number(/pid (\d+)/.exec(killed.said())![1]);
      assert.ok(isAlive(worker));
      killed.child.kill('SIGKILL');
      await until(() => !isAlive(worker), 'the worker is gone');
      const forgetful = start(1);
      await until(() => forgetful.child.exitCode !== null, 'it ends by itself');
      // Two processes write here: their lines come in either order, and perhaps after the exit.
      const lines = (): string[] => forgetful.said().trim().split('\n').sort();
      await until(() => lines().length >= 2, 'both have spoken');
      assert.match(lines().join('\n'), /^done\npid \d+$/);
      const idle = Number(/pid (\d+)/.exec(forgetful.said())![1]);
      await until(() => !isAlive(idle), 'its worker is gone');
    });

    it('a task runs in workers as it does here, from the built package', async function () {
      const built = resolve(__dirname, '..', '..', 'dist');
      if (!existsSync(join(built, 'experiment', 'executors', 'index.js'))) skip(this, 'dist/ is not built');
      const common = `
        const { datasets, deploy, experiment, nn, optimize, space, study } = require(${JSON.stringify(built)});
        exports.searchSpace = space.defineSpace({ filters: space.integer(2, 6) });
        exports.make = async () => {
          const data = await datasets.generatedImu({ people: 4, windowsEach: 2, length: 32 });
          const shape = { inputShape: data.inputShape, classes: data.classes.length };
          return experiment.defineTask(exports.searchSpace, {
            dataset: data, board: deploy.boards.pico,
            architecture: ({ filters }) => nn.cnn1d({ ...shape, filters, depth: 1 }),
            training: () => ({ epochs: 1 }),
          });
        };`;
      const base = folder.write('task.js', common);
      const worker = folder.write('worker.js', `
        const { experiment } = require(${JSON.stringify(built)});
        const task = require(${JSON.stringify(base)}).make();
        exports.objective = async (trial, work) => experiment.objectiveFunction(await task)(trial, work);`);
      const { experiment, optimize, study } = require(built) as typeof import('../../src');
      const { searchSpace, make } = require(base) as { searchSpace: never; make: () => Promise<any> };
      const task = await make();
      const begin = (): Promise<Study<any>> =>
        study.createStudy<any>({ name: 't', space: searchSpace, ...experiment.objectivesOf(task), optimizer: optimize.randomSearch(), seed: 5 }) as never;
      const [there, here] = [await begin(), await begin()];
      const executor = experiment.processPool({ module: worker, workers: 1, timeoutMs: 60_000 });
      await experiment.runParallel(there as never, executor, { trials: 2 });
      await executor.close();
      await here.run(experiment.objectiveFunction(task) as never, { trials: 2 });
      const rows = (one: Study<any>): unknown[] => one.trials.map(({ params, values, intermediate }) => [params, values, intermediate]);
      assert.deepEqual(rows(there), rows(here));
    });
  });
});
