/*
 * CPU seconds of one step (fit and suggestion) of the Bayesian solver at n trials, its least of three: `next`, as in a
 * study that goes on, and `cold`, the first step after a study was read back from disk. Beside them, where the reference
 * material is, the published figures of the peers.
 *
 *   npx ts-node --transpile-only bench/optimizer-step.ts [--problems BraninCurrin,ZDT1] [--sizes 100]
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createRng } from '../src/base';
import { bayesian } from '../src/optimize';
import * as problems from '../src/problems';
import { sample } from '../src/space';
import { violation, type Optimizer, type TrialRecord } from '../src/study';
import { boxed, cases, type Case } from './support/optimizer-suite';

const { values: options } = parseArgs({
  options: { problems: { type: 'string', default: '' }, sizes: { type: 'string', default: '50,100' } },
});

/** Trials drawn at random. */
function trials(one: Case, n: number): TrialRecord[] {
  const rng = createRng(7);
  const history: TrialRecord[] = [];
  for (let number = 0; number < n; number++) {
    const params = sample(one.space, rng);
    const { values, constraints } = one.evaluate(params);
    const violations = one.constraints.map((constraint, i) => violation(constraint, constraints[i]));
    history.push({ number, state: 'complete', params, values, violations, intermediate: [], attributes: {} });
  }
  return history;
}

async function seconds(one: Case, optimizer: Optimizer, history: readonly TrialRecord[]): Promise<number> {
  const { space, objectives, constraints } = one;
  const before = process.cpuUsage();
  await optimizer.suggest({ space, objectives, constraints, history, pending: [], rng: createRng(history.length), seed: 1 }, 1);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function publishedTable(): string {
  const file = resolve(__dirname, '..', '..', 'shared', 'oracle', 'baselines.md');
  if (!existsSync(file)) return '';
  const text = readFileSync(file, 'utf8');
  const from = text.indexOf('## Time of one suggestion');
  return from < 0 ? '' : `Published, on another machine:\n${text.slice(text.indexOf('\n', from), text.indexOf('\n## ', from + 3))}`;
}

async function main(): Promise<void> {
  const wanted = options.problems.split(',').filter(Boolean);
  const jobs = cases
    .filter((one) => wanted.length === 0 || wanted.includes(one.name) || wanted.includes(one.baseline))
    .flatMap((one) => options.sizes.split(',').map((n) => ({ one, n: Number(n) })));
  if (wanted.length === 0 || wanted.includes('DTLZ2_m4')) {
    const four = problems.dtlz2({ variables: 8, objectives: 4 });
    jobs.push({ one: { ...boxed('DTLZ2_m4', four, [1.1, 1.1, 1.1, 1.1], 1.155674862465958), name: 'DTLZ2, 4 objectives' }, n: 300 });
  }
  console.log('| problem | n | next | cold |\n|---|---|---|---|');
  for (const { one, n } of jobs) {
    const history = trials(one, n);
    const next: number[] = [];
    const cold: number[] = [];
    for (let i = 0; i < 3; i++) {
      const optimizer = bayesian();
      cold.push(await seconds(one, optimizer, history));
      next.push(await seconds(one, optimizer, history));
    }
    console.log(`| ${one.name} | ${n} | ${Math.min(...next).toFixed(3)} | ${Math.min(...cold).toFixed(3)} |`);
  }
  console.log(`\n${publishedTable()}`);
}

void main();
