/* The tables of the optimisers' bench. */
import type { Case } from './optimizer-suite';
import { published } from './peers';
import type { BenchRecord } from './records';
import { mean, standardError } from './statistics';

function shown(value: number): string {
  return value.toPrecision(6).replace(/(\.\d*?)0+(e|$)/, '$1$2').replace(/\.(e|$)/, '$1');
}

interface Reached {
  readonly mean: number;
  /** Standard error of the mean; NaN of one value. */
  readonly error: number;
  readonly seeds: number;
}

function reached(records: readonly BenchRecord[], at: number): Reached | undefined {
  const values = records.filter((one) => one.at === at).map((one) => one.hypervolume);
  return values.length > 0 ? { mean: mean(values), error: standardError(values), seeds: values.length } : undefined;
}

/** All methods on one problem: measured ones, then the published figures. */
export function problemTable(one: Case, methods: readonly string[], all: readonly BenchRecord[], at: readonly number[]): string {
  const lines = [
    `**${one.name}**, reference [${one.reference.join(', ')}], best known ${one.best}\n`,
    `| method | ${at.map((n) => `at ${n}`).join(' | ')} | seeds | CPU s a step | known-infeasible trials |`,
    `|---|${at.map(() => '---|').join('')}---|---|---|`,
  ];
  for (const method of methods) {
    const records = all.filter((r) => r.problem === one.baseline && r.method === method);
    const counts = at.map((n) => reached(records, n)?.seeds ?? 0);
    if (Math.max(0, ...counts) === 0) continue;
    const cells = at.map((n) => {
      const r = reached(records, n);
      return r ? `${shown(r.mean)} ± ${r.error.toPrecision(2)} (${((100 * r.mean) / one.best).toFixed(1)} %)` : '';
    });
    const seeds = new Set(counts).size === 1 ? counts[0] : counts.join(', ');
    const last = records.filter((r) => r.at === Math.max(...records.map((other) => other.at)));
    const seconds = mean(last.map((r) => r.secondsPerStep)).toPrecision(2);
    lines.push(`| ${method} | ${cells.join(' | ')} | ${seeds} | ${seconds} | ${shown(mean(last.map((r) => r.wasted)))} |`);
  }
  for (const { method, seeds, at60, at100 } of published(one.baseline)) {
    const cells = at.map((n) => (n === 60 ? at60 : n === 100 ? at100 : ''));
    lines.push(`| published: ${method} | ${cells.join(' | ')} | ${seeds} | | |`);
  }
  return `${lines.join('\n')}\n`;
}

/** The best of others after `at` evaluations, measured or published: a mean and its standard error. */
function bestPeer(one: Case, peers: readonly string[], all: readonly BenchRecord[], at: number): { who: string; r: Reached } | undefined {
  const found: { who: string; r: Reached }[] = [];
  for (const who of peers) {
    const r = reached(all.filter((record) => record.problem === one.baseline && record.method === who), at);
    if (r) found.push({ who, r });
  }
  for (const { method, seeds, at60, at100 } of published(one.baseline)) {
    const cell = at === 60 ? at60 : at === 100 ? at100 : '';
    const [, value, error] = /^([\d.e+-]+)(?: ± ([\d.e+-]+))?/.exec(cell) ?? [];
    if (value === undefined || /prototype|the same/.test(method)) continue;
    found.push({ who: `published ${method}`, r: { mean: Number(value), error: Number(error), seeds: Number(seeds) } });
  }
  return found.sort((a, b) => b.r.mean - a.r.mean)[0];
}

/** One solver of ours beside the best peer on every problem. */
export function summaryTable(
  list: readonly Case[],
  ours: string,
  peers: readonly string[],
  all: readonly BenchRecord[],
  at: readonly number[],
): string {
  const lines = [`| problem | evaluations | ${ours} | best peer | share of its mean | not below it less its standard error |`, '|---|---|---|---|---|---|'];
  for (const one of list) {
    for (const n of at) {
      const own = reached(all.filter((r) => r.problem === one.baseline && r.method === ours), n);
      const best = bestPeer(one, peers, all, n);
      if (!own || !best) continue;
      const cell = ({ mean: value, error, seeds }: Reached): string =>
        `${shown(value)}${Number.isFinite(error) ? ` ± ${error.toPrecision(2)}` : ''} (${seeds})`;
      const least = best.r.mean - (Number.isFinite(best.r.error) ? best.r.error : 0);
      const share = own.mean / best.r.mean;
      lines.push(`| ${one.name} | ${n} | ${cell(own)} | ${best.who}: ${cell(best.r)} | ${share.toFixed(3)} | ${own.mean >= least ? 'yes' : 'NO'} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}
