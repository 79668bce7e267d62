/*
 * The solvers of the literature on local and learnt search (TuRBO, MORBO, ARS-MOBOpt, Thompson sampling) beside random
 * search and NSGA-II, by the ratio that their papers claim: the best value after 100 evaluations of Ackley and Levy in 20
 * dimensions for TuRBO (less is better), hypervolume after 60 and 100 evaluations of two problems with two objectives and
 * of TinyMix as if its costs were unknown, as in the study on microcontrollers, for the others.
 *
 *   npx ts-node --transpile-only bench/local-solvers.ts [--seeds 3] [--problems ackley,levy,DTLZ2,ZDT1,TinyMix] [--solvers turbo,morbo]
 */
import { parseArgs } from 'node:util';
import { createRng } from '../src/base';
import * as optimize from '../src/optimize';
import { defineSpace, real } from '../src/space';
import type { Optimizer, TrialRecord } from '../src/study';
import { cases, play, type Case } from './support/optimizer-suite';
import { mean, standardError } from './support/statistics';

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3' },
    problems: { type: 'string', default: 'ackley,levy,DTLZ2,ZDT1,TinyMix' },
    solvers: { type: 'string', default: '' },
  },
});
const seeds = Array.from({ length: Number(options.seeds) }, (_, i) => i);
const makers = optimize as unknown as Record<string, () => Optimizer>;
const wanted = (fallback: string[]): string[] => {
  const given = options.solvers.split(',').filter(Boolean);
  return [...(given.length > 0 ? given : fallback), 'nsga2', 'randomSearch'];
};

/** Ackley on [−5, 10]ᵈ and Levy on [−5, 10]ᵈ, as in the paper on TuRBO. */
const single: Record<string, (x: readonly number[]) => number> = {
  ackley(x) {
    const square = mean(x.map((v) => v * v));
    const wave = mean(x.map((v) => Math.cos(2 * Math.PI * v)));
    return -20 * Math.exp(-0.2 * Math.sqrt(square)) - Math.exp(wave) + 20 + Math.E;
  },
  levy(x) {
    const w = x.map((v) => 1 + (v - 1) / 4);
    const last = w[w.length - 1];
    const middle = w.slice(0, -1).reduce((sum, v) => sum + (v - 1) ** 2 * (1 + 10 * Math.sin(Math.PI * v + 1) ** 2), 0);
    return Math.sin(Math.PI * w[0]) ** 2 + middle + (last - 1) ** 2 * (1 + Math.sin(2 * Math.PI * last) ** 2);
  },
};

async function least(f: (x: readonly number[]) => number, optimizer: Optimizer, seed: number, trials: number): Promise<number> {
  const space = defineSpace(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`x${i}`, real(-5, 10)])));
  const history: TrialRecord[] = [];
  for (let number = 0; number < trials; number++) {
    const context = { space, objectives: [{ name: 'f', direction: 'minimize' as const }], constraints: [], history, pending: [] };
    const [{ params }] = await optimizer.suggest({ ...context, rng: createRng(seed).fork(number), seed, place: number }, 1);
    history.push({ number, state: 'complete', params, values: [f(Object.values(params) as number[])], intermediate: [], attributes: {} });
  }
  return Math.min(...history.map(({ values }) => values![0]));
}

/** All objectives and constraints as if nothing were known of them. */
const blind = (one: Case): Case => ({
  ...one,
  objectives: one.objectives.map(({ name, direction }, j) => ({ name, direction, reference: one.reference[j] })),
  constraints: one.constraints.map(({ name, upper, lower }) => ({ name, upper, lower })),
});

const shown = (values: readonly number[]): string => `${mean(values).toPrecision(4)} ± ${standardError(values).toPrecision(2)}`;

async function main(): Promise<void> {
  for (const name of options.problems.split(',')) {
    const f = single[name] as ((x: readonly number[]) => number) | undefined;
    const one = cases.find((other) => other.name === name || other.baseline === name);
    if (f === undefined && one === undefined) throw new Error(`no problem '${name}'`);
    console.log(`**${name}**, ${seeds.length} seeds: ${f ? 'least value of 20 dimensions after 100 evaluations' : 'hypervolume after 60 and 100 evaluations'}\n`);
    const results: { solver: string; values: number[][] }[] = [];
    for (const solver of wanted(f ? ['turbo'] : ['turbo', 'morbo', 'arsMobopt', 'thompson'])) {
      const values: number[][] = [];
      for (const seed of seeds) {
        const reached: number[] = [];
        if (f) reached.push(await least(f, makers[solver](), seed, 100));
        else await play(blind(one!), makers[solver](), seed, [60, 100], ({ hypervolume }) => reached.push(hypervolume));
        values.push(reached);
      }
      results.push({ solver, values });
      console.log(`  ${solver.padEnd(14)} ${values[0].map((_, k) => shown(values.map((v) => v[k]))).join('   ')}`);
    }
    const last = (solver: string): number => mean(results.find((r) => r.solver === solver)!.values.map((v) => v[v.length - 1]));
    for (const { solver } of results.slice(0, -2)) {
      console.log(`  ${solver} over NSGA-II: ${(last(solver) / last('nsga2')).toFixed(2)}, over random: ${(last(solver) / last('randomSearch')).toFixed(2)}`);
    }
    console.log('');
  }
}

void main();
