import assert from 'node:assert/strict';
import { defineSpace, integer, real } from '../../src/space';
import { createStudy, stop, type Optimizer, type Study, type StudyOptions } from '../../src/study';

const space = defineSpace({ x: real(0, 1), n: integer(1, 1000) });
/** Suggests points of which the first ten improve and the others do not, and promises less and less. */
const fading: Optimizer = {
  name: 'fading',
  async suggest({ history }) {
    const k = history.length;
    return [{ params: { x: Math.min(k, 10) / 10, n: k + 1 }, explanation: { improvement: 1 / (k + 1) ** 2 } }];
  },
};
const make = (more: Partial<StudyOptions<any>> = {}): Promise<Study<any>> =>
  createStudy<any>({ name: 's', space, optimizer: fading, objectives: [{ name: 'score', direction: 'maximize', reference: -1 }], ...more });
const score = ({ params }: any): number => params.x;

describe('study: criteria to stop by', () => {
  it('time, asked before the first trial', async () => {
    const study = await make();
    assert.match((await study.run(score, { trials: 5, stop: stop.afterSeconds(0) }))!, /s have passed/);
    assert.equal(study.trials.length, 0);
    assert.equal(await study.run(score, { trials: 5, stop: stop.afterSeconds(1e6) }), undefined);
    assert.equal(study.trials.length, 5);
  });

  it('a budget of costs, over all runs', async () => {
    const study = await make();
    const spent = stop.budgetSpent(10, (trial) => (trial.params.n as number) / 2);
    assert.match((await study.run(score, { stop: spent }))!, /budget is spent: 10\.5 of 10/);
    assert.equal(study.trials.length, 6);
    await study.run(score, { stop: spent });
    assert.equal(study.trials.length, 6);
    assert.equal(await study.run(score, { trials: 1, stop: stop.budgetSpent(1e6) }), undefined);
  });

  it('a target of values, and of hypervolume', async () => {
    const study = await make();
    assert.match((await study.run(score, { trials: 30, stop: [stop.hypervolumeReached(9), stop.targetReached({ score: 0.55 })] }))!, /trial 6 reaches score 0.55/);
    assert.match((await study.run(score, { trials: 30, stop: stop.hypervolumeReached(1.75) }))!, /hypervolume 1\.8/);
    await assert.rejects(study.run(score, { trials: 1, stop: stop.targetReached({ loss: 1 }) }), /target\.loss: got 1, wanted score/);
  });

  it('a hypervolume that stalls, not before there is one', async () => {
    const study = await make();
    assert.match((await study.run(score, { trials: 60, stop: stop.hypervolumeStalled({ trials: 6 }) }))!, /gained 0 % in 6 trials/);
    assert.equal(study.trials.length, 17);
    const hopeless = await make({ constraints: [{ name: 'c', upper: 0 }] });
    await hopeless.run((trial) => ({ score: trial.params.x, c: 1 }), { trials: 20, stop: stop.hypervolumeStalled({ trials: 6 }) });
    assert.equal(hopeless.trials.length, 20);
  });

  it('an expected improvement that is too small to go on for', async () => {
    const study = await make();
    assert.match((await study.run(score, { trials: 99, stop: stop.improvementBelow(0.01) }))!, /last 3 suggestions/);
    assert.equal(study.trials.length, 13);
  });

  it('refuses what makes no sense', async () => {
    const study = await make();
    await assert.rejects(study.run(score, {}), /trials, total.*or a criterion/);
    await assert.rejects(study.run(score, { stop: 3 as never }), /stop: got 3/);
    assert.throws(() => stop.afterSeconds(NaN), /limit/);
    assert.throws(() => stop.hypervolumeStalled({ trials: 0 }), /trials: got 0/);
  });
});

describe('study: a hand on the search', () => {
  it('edits a running trial and a waiting one; refuses what no point is, and what has ended', async () => {
    const study = await make();
    const trial = await study.ask();
    const edited = (await study.edit(trial, { x: 0.25 }))!;
    assert.deepEqual(edited.params, { ...(trial.params as object), x: 0.25 });
    assert.deepEqual(study.trials[0].params, edited.params);
    assert.deepEqual(study.context().pending.map((one) => one.params), [edited.params]);
    await assert.rejects(study.edit(trial, { x: 3 }), /params\.x: got 3/);
    await assert.rejects(study.edit(trial, { y: 3 }), /params\.y: got 3, wanted one of the dimensions/);
    assert.equal(study.trials[0].params.x, 0.25);
    await study.tell(edited, 1);
    await assert.rejects(study.edit(trial, { x: 0.5 }), /this one is complete/);
    await study.enqueue({ x: 0.1 });
    assert.equal(await study.edit(1, { x: 0.9, n: 7 }), undefined);
    await assert.rejects(study.edit(1, { n: 0 }), /params\.n: got 0/);
    assert.deepEqual((await study.ask()).params, { x: 0.9, n: 7 });
  });

  it('enqueues the front of an earlier study, as far as its points are points of this one', async () => {
    const earlier = await make();
    await earlier.run(score, { trials: 4 });
    const study = await make({ name: 'next', space: defineSpace({ x: real(0, 0.25), n: integer(1, 1000) }) });
    assert.equal(await study.enqueueTrials(earlier.trials), 3);
    await study.run(score, { trials: 3 });
    assert.deepEqual(study.trials.map((one) => one.params), earlier.trials.slice(0, 3).map((one) => one.params));
  });
});
