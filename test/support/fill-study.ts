import type { Study } from '../../src/study';

/** Trials that ended in every way there is, of a study with integer `blocks` and measures accuracy and latency. */
export async function fill(study: Study<any>, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const trial = await study.ask();
    await trial.report(1, 0.25);
    await trial.report(2, i % 3 === 0 ? NaN : Infinity);
    await trial.setAttribute('note', `µ "${i}"\n`);
    if (i % 5 === 4) await trial.fail('bad luck');
    else if (i % 5 === 3) await trial.prune('no hope');
    else await study.tell(trial, { accuracy: trial.params.blocks / 7 + i / 1000, latency: i });
  }
}
