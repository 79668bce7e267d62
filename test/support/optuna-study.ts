import { categorical, defineSpace, integer, ordinal, real, sample, when } from '../../src/space';
import { createStudy, type Optimizer, type Study, type StudyStorage } from '../../src/study';

export const random: Optimizer = { name: 'random', suggest: async ({ space, rng }) => [{ params: sample(space, rng) }] };
const space = defineSpace({
  rate: real(1e-5, 0.1, { log: true }),
  blocks: integer(1, 6),
  even: integer(2, 31, { step: 2 }),
  op: categorical(['conv', 'dense', 3, true]),
  kernel: when((p) => p.op === 'conv', ordinal([3, 5, 7])),
});

/** A study with a parameter, an objective and a constraint of every kind. */
export function makeStudy(storage: StudyStorage): Promise<Study<any>> {
  return createStudy<any>({
    name: 'ours',
    space,
    objectives: [{ name: 'accuracy', direction: 'maximize' }, { name: 'rom', direction: 'minimize', known: (p) => p.blocks * 100 }],
    constraints: [{ name: 'rom', upper: 450 }, { name: 'latency', upper: 10 }],
    optimizer: random,
    storage,
    seed: 3,
  });
}

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
