/*
 * Hypervolume after 20, 60 and 100 evaluations by the default settings of our solvers, over seeds, beside the peers.
 *
 *   npx ts-node --transpile-only bench/optimizer.ts [--problems ZDT1,OSY] [--seeds 10] [--solvers bayesian,nsga2]
 *       [--peers] [--python python3]
 *
 * `--peers` runs Optuna, pymoo and BoTorch in the same run where that Python has them; their published figures stand
 * beside ours where the reference material is. Seconds are CPU time a suggestion.
 */
import { parseArgs } from 'node:util';
import * as optimize from '../src/optimize';
import type { Optimizer } from '../src/study';
import { cases, mean, play, standardError, type Run } from './support/optimizer-suite';
import { availablePeers, playPeer, published } from './support/peers';

const AT = [20, 60, 100];

const { values: options } = parseArgs({
  options: {
    problems: { type: 'string', default: '' },
    solvers: { type: 'string', default: 'bayesian' },
    seeds: { type: 'string', default: '10' },
    peers: { type: 'boolean', default: false },
    python: { type: 'string', default: 'python3' },
  },
});

function shown(value: number): string {
  return value.toPrecision(6).replace(/(\.\d*?)0+(e|$)/, '$1$2').replace(/\.(e|$)/, '$1');
}

function row(method: string, runs: readonly Omit<Run, 'history'>[], best: number): string {
  const cells = AT.map((_, k) => {
    const values = runs.map((run) => run.hypervolumes[k]);
    return `${shown(mean(values))} ± ${standardError(values).toPrecision(2)} (${((100 * mean(values)) / best).toFixed(1)} %)`;
  });
  const seconds = mean(runs.map((run) => run.secondsPerStep)).toPrecision(2);
  return `| ${method} | ${runs.length} | ${cells.join(' | ')} | ${seconds} | ${mean(runs.map((run) => run.wasted))} |`;
}

async function main(): Promise<void> {
  const wanted = options.problems.split(',').filter(Boolean);
  const seeds = Array.from({ length: Number(options.seeds) }, (_, i) => i);
  const makers = optimize as unknown as Record<string, () => Optimizer>;
  const peers = options.peers ? availablePeers(options.python) : [];
  if (options.peers) console.log(`Peers here: ${peers.join(', ') || 'none'}\n`);
  for (const one of cases) {
    if (wanted.length > 0 && !wanted.some((name) => one.name === name || one.baseline === name)) continue;
    console.log(`**${one.name}**, reference [${one.reference.join(', ')}], best known ${one.best}\n`);
    console.log(`| method | seeds | ${AT.map((n) => `at ${n}`).join(' | ')} | CPU s a step | known-infeasible trials |`);
    console.log(`|---|---|${AT.map(() => '---|').join('')}---|---|`);
    for (const solver of options.solvers.split(',')) {
      const runs: Run[] = [];
      for (const seed of seeds) runs.push(await play(one, makers[solver](), seed, AT));
      console.log(row(`Paretino ${solver}`, runs, one.best));
    }
    for (const peer of peers) {
      const runs: Omit<Run, 'history'>[] = [];
      for (const seed of seeds) runs.push(await playPeer(options.python, peer, one, seed, AT));
      console.log(row(peer, runs, one.best));
    }
    for (const { method, seeds: count, at60, at100 } of published(one.baseline)) {
      console.log(`| published: ${method} | ${count} | | ${at60} | ${at100} | | |`);
    }
    console.log('');
  }
}

void main();
