/*
 * What stopping by dominance saves on TinyMix, whose costs are known and whose error is learnt epoch by epoch: the epochs
 * spent and the hypervolume of the same study with and without it, and how many of the stopped trials would have entered
 * the front had they gone on. The curves fall exponentially, at a pace that depends on the network, with noise; their
 * end is not told, the bound on it comes from the curves of earlier trials (reachByHistory). The bound 'known' is the
 * least that the curve can come to, noise included: with it no stop is ever wrong.
 *
 *   npx ts-node --transpile-only bench/early-stop.ts [--seeds 5] [--trials 60]
 */
import { parseArgs } from 'node:util';
import { createRng } from '../src/base';
import { hypervolume } from '../src/moo';
import { bayesian, reachByHistory, stopByDominance, type Reach } from '../src/optimize';
import { key } from '../src/space';
import { createStudy, TrialPruned } from '../src/study';
import { cases } from './support/optimizer-suite';
import { mean, standardError } from './support/statistics';

const { values: options } = parseArgs({ options: { seeds: { type: 'string', default: '5' }, trials: { type: 'string', default: '60' } } });
const EPOCHS = 20;
const NOISE = 0.004;
const tinyMix = cases.find(({ name }) => name === 'TinyMix')!;

/** Validation error after each epoch: the last is the network's. */
function curveOf(params: Readonly<Record<string, unknown>>, error: number): number[] {
  const rng = createRng(key(params as never));
  const pace = 2.5 + 2 * rng.next();
  const end = 1 - Math.exp(-EPOCHS / pace);
  return Array.from({ length: EPOCHS }, (_, s) => {
    if (s === EPOCHS - 1) return error;
    const done = (1 - Math.exp(-(s + 1) / pace)) / end;
    return error + (0.9 - error) * (1 - done) + NOISE * (2 * rng.next() - 1);
  });
}

/** Where the slowest curve could still come to from here. */
const known: Reach = (curve) => {
  const [step, value] = curve[curve.length - 1];
  const rest = (pace: number): number => 1 - (1 - Math.exp(-step / pace)) / (1 - Math.exp(-EPOCHS / pace));
  const slowest = rest(4.5);
  return (value - NOISE - 0.9 * slowest) / (1 - slowest);
};

interface Outcome {
  readonly epochs: number;
  readonly hypervolume: number;
  readonly stopped: number;
  readonly wrong: number;
}

async function run(seed: number, reach: Reach | undefined): Promise<Outcome> {
  const { name, space, objectives, constraints } = tinyMix;
  const study = await createStudy({ name, space, objectives, constraints, optimizer: bayesian(), seed });
  let epochs = 0;
  let stopped = 0;
  let wrong = 0;
  const finished: number[][] = [];
  await study.run(
    async (trial) => {
      const { values } = tinyMix.evaluate(trial.params);
      const curve: [number, number][] = [];
      for (const [s, value] of curveOf(trial.params, values[0]).entries()) {
        epochs++;
        curve.push([s + 1, value]);
        await trial.report(s + 1, value);
        if (!reach || s === EPOCHS - 1 || !stopByDominance(study.context(), { params: trial.params, intermediate: curve }, reach).stop) continue;
        stopped++;
        if (hypervolume([...finished, values], [...tinyMix.reference]) > hypervolume(finished, [...tinyMix.reference]) + 1e-9) wrong++;
        throw new TrialPruned('dominated');
      }
      finished.push(values);
      return values;
    },
    { trials: Number(options.trials) },
  );
  return { epochs, hypervolume: hypervolume(finished, [...tinyMix.reference]), stopped, wrong };
}

async function main(): Promise<void> {
  const rows: [string, Reach | undefined][] = [['never stopped', undefined], ['bound from history', reachByHistory()], ['known bound', known]];
  const seeds = Array.from({ length: Number(options.seeds) }, (_, i) => i);
  console.log(`TinyMix, ${options.trials} trials of ${EPOCHS} epochs, ${seeds.length} seeds: mean ± standard error\n`);
  const all: Outcome[][] = [];
  for (const [name, reach] of rows) {
    const runs: Outcome[] = [];
    for (const seed of seeds) runs.push(await run(seed, reach));
    all.push(runs);
    const show = (of: (one: Outcome) => number): string => `${mean(runs.map(of)).toPrecision(4)} ± ${standardError(runs.map(of)).toPrecision(2)}`;
    const saved = 1 - mean(runs.map((one) => one.epochs)) / mean(all[0].map((one) => one.epochs));
    console.log(
      `${name.padEnd(20)} hypervolume ${show((one) => one.hypervolume)}  epochs ${show((one) => one.epochs)} (${(100 * saved).toFixed(0)} % saved)  ` +
        `stopped ${show((one) => one.stopped)}, of which would have entered the front ${mean(runs.map((one) => one.wrong)).toFixed(1)}`,
    );
  }
}

void main();
