/**
 * How long a trial takes from a quantised graph to what its firmware costs, step by step: ResNet-8 of 32 × 32 × 3. The
 * bound to be under is 1 s. Kernels are compiled once a machine and kept; the first row of a board shows what that saves.
 *
 *     npx ts-node -T bench/build-and-run.ts [board …]
 *
 * Wall time, the least of three. On a machine that is busy with other things it says little: the last column is what the
 * processors did for it, compiler and emulator included, where the system tells (Linux). Both runs that the harness makes
 * (one timed as a whole, one step by step) are in "run".
 */
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withTemporaryFolder } from '../src/base';
import { boards, emit, plan, type Board, type Graph } from '../src/deploy';
import { build, runnerFor, writeFirmware, zeroInput } from '../src/emulate';
import { resnet8 } from '../src/nn';
import { resultTable } from './support/table';
import { untrained } from './support/untrained';

const LIMIT_MS = 1000;
const TRIES = 3;

interface Times {
  readonly plan: number;
  readonly emit: number;
  readonly build: number;
  readonly run: number;
  /** Of this process and those that it started, ms. */
  readonly cpu: number;
}

/** Processor time of this process and its children so far, ms: /proc/self/stat, fields 14 to 17, in hundredths of a second. */
function cpuTime(): number {
  if (!existsSync('/proc/self/stat')) return NaN;
  const fields = readFileSync('/proc/self/stat', 'utf8').replace(/^.*\) /s, '').split(' ');
  return 10 * fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
}

async function once(graph: Graph, board: Board, folder: string): Promise<Times> {
  const before = cpuTime();
  let last = performance.now();
  const lap = (): number => {
    const now = performance.now();
    const took = now - last;
    last = now;
    return took;
  };
  const memory = plan(graph, board);
  const planned = lap();
  writeFirmware(emit(graph, memory, board), join(folder, 'emitted'));
  const emitted = lap();
  const firmware = await build(graph, board, join(folder, 'built'), { memory });
  const built = lap();
  await runnerFor(board).run(firmware, [zeroInput(graph)]);
  return { plan: planned, emit: emitted, build: built, run: lap(), cpu: cpuTime() - before };
}

const total = ({ plan: planned, build: built, run }: Times): number => planned + built + run;

async function main(folder: string): Promise<void> {
  const graph = await untrained(resnet8({ inputShape: [32, 32, 3], classes: 10 }));
  const names = process.argv.slice(2);
  const targets = Object.values(boards).filter(({ name, core }) => core !== 'host' && (names.length === 0 || names.includes(name)));
  const head = ['board', 'plan', 'emit', 'build', 'run', 'all, ms', `share of ${LIMIT_MS} ms`, 'CPU, ms'];
  const table = resultTable(head);
  const row = (title: string, times: Times): void => {
    const all = [times.plan, times.emit, times.build, times.run, total(times)];
    table.push([title, ...all.map((ms) => ms.toFixed(0)), (total(times) / LIMIT_MS).toFixed(2), times.cpu.toFixed(0)]);
  };
  // Objects of a cache that nobody has filled.
  const cache = process.env.PARETINO_CACHE;
  for (const board of targets) {
    process.env.PARETINO_CACHE = mkdtempSync(join(folder, 'cache-'));
    row(`${board.name}, first of all`, await once(graph, board, folder));
    const tries: Times[] = [];
    for (let i = 0; i < TRIES; i++) tries.push(await once(graph, board, folder));
    row(board.name, tries.reduce((best, one) => (total(one) < total(best) ? one : best)));
  }
  if (cache === undefined) delete process.env.PARETINO_CACHE;
  else process.env.PARETINO_CACHE = cache;
  console.log(table.toString());
}

void withTemporaryFolder(main);
