/*
 * Hypervolume after 20, 60 and 100 evaluations by the default settings of our solvers, over seeds, beside the peers.
 *
 *   npx ts-node -T bench/optimizer.ts [--problems ZDT1,OSY] [--solvers bayesian,nsga2] [--seeds 10] [--jobs 1]
 *       [--peers all] [--slow-seeds 3] [--python python3] [--records FILE.jsonl] [--report]
 *       [--at 20,60,100] [--revision NAME]
 *
 * `--peers all` (or a list of names, see support/peers.py) runs Optuna, pymoo and BoTorch in the same run where that
 * Python has them; their published figures stand beside ours where the reference material is. Those that fit Gaussian
 * processes take minutes a study: `--slow-seeds` is how many of the seeds they get. `--jobs` studies run at a time, each
 * on one thread. Every checkpoint is written to `--records` as it is reached: the same command goes on where it was
 * stopped, and `--report` only prints what is there. Ours stand there under `--revision`, or a digest of the sources: what
 * another version reached is left alone. Seconds are CPU time a suggestion. `--solvers warp:none,warp:constraints,warp:all`
 * shows what warped outputs do.
 */
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Job, Message } from './support/optimizer-job';
import { cases } from './support/optimizer-suite';
import { problemTable, summaryTable } from './support/optimizer-table';
import { availablePeers } from './support/peers';
import { runPool } from './support/pool';
import { appendRecord, readRecords, sourceDigest, type BenchRecord } from './support/records';

const { values: options } = parseArgs({
  options: {
    problems: { type: 'string', default: '' },
    solvers: { type: 'string', default: 'bayesian' },
    seeds: { type: 'string', default: '10' },
    jobs: { type: 'string', default: '1' },
    peers: { type: 'string', default: '' },
    'slow-seeds': { type: 'string', default: '3' },
    python: { type: 'string', default: 'python3' },
    records: { type: 'string', default: '' },
    report: { type: 'boolean', default: false },
    at: { type: 'string', default: '20,60,100' },
    revision: { type: 'string', default: '' },
  },
});

const AT = options.at.split(',').map(Number);

/** How long a suggestion takes, roughly, by the number of outputs to model; those above 1 are the slow ones. */
const COST: Record<string, number> = { BoTorch: 30, 'BoTorch light': 8, 'Optuna GPSampler': 5 };

const names = (list: string): string[] => list.split(',').filter(Boolean);

/** The jobs, so that seed for seed the long ones begin first, and the short ones, which are many, right after the first. */
function plan(problems: typeof cases, solvers: readonly string[], peers: readonly string[]): Job[] {
  const jobs = problems.flatMap((one) =>
    [...solvers.map((solver) => ({ solver })), ...peers.map((peer) => ({ peer }))].flatMap((who) => {
      const slow = 'peer' in who && COST[who.peer] !== undefined;
      const count = Number(slow ? options['slow-seeds'] : options.seeds);
      const outputs = one.objectives.length + one.constraints.length;
      const cost = ('peer' in who ? (COST[who.peer] ?? 0.02) : 0.1) * outputs;
      return Array.from({ length: count }, (_, seed) => ({
        job: { ...who, problem: one.baseline, seed, at: AT, python: options.python },
        place: slow ? seed : 0.5,
        cost,
      }));
    }),
  );
  return jobs.sort((a, b) => a.place - b.place || b.cost - a.cost).map(({ job }) => job);
}

const methodOf = (job: Job): string => job.peer ?? `Paretino ${job.solver}`;

async function main(): Promise<void> {
  const wanted = names(options.problems);
  const problems = cases.filter(({ name, baseline }) => wanted.length === 0 || wanted.includes(name) || wanted.includes(baseline));
  const here = options.peers ? availablePeers(options.python) : {};
  const peers = options.peers === 'all' ? Object.keys(here) : names(options.peers).filter((name) => name in here);
  const missing = options.peers === 'all' ? [] : names(options.peers).filter((name) => !(name in here));
  const ours = options.revision || sourceDigest();
  const versionOf = (method: string): string => here[method] ?? ours;
  const machine = `${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.version}`;
  const file = options.records || join(tmpdir(), `paretino-optimizer-bench-${process.pid}.jsonl`);
  const solvers = names(options.solvers);
  const methods = [...solvers.map((solver) => `Paretino ${solver}`), ...peers];
  // What was measured of another version is kept in the file, and not shown.
  const records: BenchRecord[] = readRecords(file).filter((r) => methods.includes(r.method) && r.version === versionOf(r.method));
  const has = (job: Job, at: number): boolean =>
    records.some((r) => r.method === methodOf(job) && r.problem === job.problem && r.seed === job.seed && r.at === at);

  if (!options.report) {
    const jobs = plan(problems, solvers, peers).filter((job) => !job.at.every((at) => has(job, at)));
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort());
    process.once('SIGTERM', () => stop.abort());
    let done = 0;
    const note = (job: Job, text: string): void => {
      console.error(`[${done}/${jobs.length}] ${methodOf(job)}, ${job.problem}, seed ${job.seed}: ${text}`);
    };
    await runPool<Job, Message>(
      join(__dirname, 'support', 'optimizer-job'),
      jobs,
      Math.max(1, Number(options.jobs)),
      {
        isLast: (message) => 'done' in message || 'failed' in message,
        onMessage: (job, message) => {
          if ('checkpoint' in message) {
            const { problem, seed } = job;
            const method = methodOf(job);
            if (has(job, message.checkpoint.at)) return;
            const record = { method, version: versionOf(method), problem, seed, machine, ...message.checkpoint };
            records.push(record);
            appendRecord(file, record);
            return;
          }
          done++;
          note(job, 'done' in message ? 'done' : `failed: ${message.failed}`);
        },
        onLost: (job) => note(job, 'its process ended early'),
      },
      stop.signal,
    );
  }

  console.log(`Paretino ${ours}; ${[...new Set(records.map((r) => r.machine))].join('; ') || machine}\n`);
  if (options.peers) console.log(`Peers: ${peers.map((name) => `${name} (${here[name]})`).join(', ') || 'none'}\n`);
  if (missing.length > 0) console.log(`Not here: ${missing.join(', ')}\n`);
  for (const one of problems) console.log(problemTable(one, methods, records, AT));
  for (const solver of solvers) console.log(summaryTable(problems, `Paretino ${solver}`, peers, records, [60, 100]));
  console.log(`Records: ${file}`);
}

void main();
