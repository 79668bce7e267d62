/*
 * CPU seconds of one step (fit and suggestion) of the Bayesian solver at n trials, beside Optuna's GPSampler and BoTorch
 * at its tutorial's settings in the same run, where that Python has them. `next` is a step of a study that goes on,
 * `cold` the first step after a study was read back from disk; BoTorch keeps nothing from step to step. The least of ten
 * repeats, Optuna's of three, BoTorch's of one. `block`: the longest that a step kept the event loop.
 *
 *   npx ts-node -T bench/optimizer-step.ts [--problems BraninCurrin,ZDT1] [--sizes 100] [--python python3] [--jobs 1]
 *       [--peers "Optuna GPSampler,BoTorch"]
 */
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cases, stepCases } from './support/optimizer-suite';
import { availablePeers } from './support/peers';
import { runPool } from './support/pool';
import type { StepJob, StepMessage, StepTimes } from './support/step-job';

const { values: options } = parseArgs({
  options: {
    problems: { type: 'string', default: '' },
    sizes: { type: 'string', default: '100' },
    peers: { type: 'string', default: 'Optuna GPSampler,BoTorch' },
    python: { type: 'string', default: 'python3' },
    jobs: { type: 'string', default: '1' },
  },
});

async function main(): Promise<void> {
  const wanted = options.problems.split(',').filter(Boolean);
  const chosen = (name: string, baseline: string): boolean => wanted.length === 0 || wanted.includes(name) || wanted.includes(baseline);
  const rows = cases
    .filter(({ name, baseline }) => chosen(name, baseline))
    .flatMap(({ baseline }) => options.sizes.split(',').map((n) => ({ problem: baseline, n: Number(n) })));
  if (chosen('', 'DTLZ2_m4')) rows.push({ problem: 'DTLZ2_m4', n: 300 });
  const here = availablePeers(options.python);
  const peers = options.peers.split(',').filter((name) => name in here);
  const { python } = options;
  const isCase = (problem: string): boolean => cases.some(({ baseline }) => baseline === problem);
  // The longest first.
  const jobs: StepJob[] = [...peers].reverse().flatMap((peer) =>
    [...rows]
      .filter(({ problem }) => isCase(problem))
      .sort((a, b) => outputs(b.problem) - outputs(a.problem))
      .map((row) => ({ ...row, peer, repeats: peer.startsWith('BoTorch') ? 1 : 3, python })),
  );
  // Compiled code needs a few rounds to be compiled.
  for (const row of rows) jobs.push({ ...row, repeats: row.n > 200 ? 3 : 10, python });

  const found = new Map<string, StepTimes>();
  const id = ({ problem, n, peer }: { problem: string; n: number; peer?: string }): string => `${problem} ${n} ${peer ?? ''}`;
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  await runPool<StepJob, StepMessage>(
    join(__dirname, 'support', 'step-job'),
    jobs,
    Math.max(1, Number(options.jobs)),
    {
      isLast: () => true,
      onMessage: (job, message) => {
        if ('times' in message) found.set(id(job), message.times);
        const text = 'times' in message ? `${message.times.next.toFixed(3)} s` : `failed: ${message.failed}`;
        console.error(`${job.peer ?? 'Paretino'}, ${job.problem}, n ${job.n}: ${text}`);
      },
      onLost: (job) => console.error(`${job.peer ?? 'Paretino'}, ${job.problem}, n ${job.n}: its process ended early`),
    },
    stop.signal,
  );

  console.log(`${cpus()[0]?.model.trim()}, Node ${process.version}; ${peers.map((name) => `${name} (${here[name]})`).join(', ') || 'no peers here'}\n`);
  console.log(`| problem | n | next | cold | block | ${peers.map((peer) => `${peer}: next, cold | times ours`).join(' | ')} |`);
  console.log(`|---|---|---|---|---|${peers.map(() => '---|---|').join('')}`);
  for (const row of rows) {
    const ours = found.get(id(row));
    if (!ours) continue;
    const cells = peers.flatMap((peer) => {
      const theirs = found.get(id({ ...row, peer }));
      if (!theirs) return ['', ''];
      const ratio = (their: number, own: number): string => (their / own).toFixed(1);
      return [`${theirs.next.toFixed(2)}, ${theirs.cold.toFixed(2)}`, `${ratio(theirs.next, ours.next)}, ${ratio(theirs.cold, ours.cold)}`];
    });
    const own = [ours.next, ours.cold, ours.block].map((v) => (v as number).toFixed(3));
    console.log(`| ${row.problem} | ${row.n} | ${[...own, ...cells].join(' | ')} |`);
  }
}

function outputs(problem: string): number {
  const one = stepCases.find(({ baseline }) => baseline === problem);
  return one ? one.objectives.length + one.constraints.length : 0;
}

void main();
