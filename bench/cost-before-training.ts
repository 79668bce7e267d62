/**
 * What a search pays to know a candidate's parameters, MACs, FLOPs, ROM, RAM, latency and energy before any training:
 * from hyper-parameters and target sparsity to the plan on the board, for every model of the zoo at its published size.
 * The bound is 20 ms a candidate; 60 candidates, none seen before, after 5 to warm up.
 *
 *     npx ts-node -T bench/cost-before-training.ts
 *
 * `main` is the CPU time of the thread that computes, which is what a search waits for (Linux alone tells it apart; elsewhere
 * it is the process's); `process` has V8's other threads in it, which compile the functions that are hot while the first
 * hundred candidates go by and sweep memory: the slowest candidates' time is theirs (with --no-opt it is gone). `clock` is
 * what anything else on the machine makes of it.
 */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { createRng } from '../src/base';
import { prunedArchitecture, skeleton } from '../src/compress';
import { boards, predictCost } from '../src/deploy';
import { cnn1d, countFlops, countParameters, dsCnn, lenet5, mlp, mobilenetV2, mobilenetV3Small, mobilenetV3Small1d, resnet18, resnet8, type Architecture } from '../src/nn';
import { cpuSeconds, median } from './support/statistics';
import { resultTable } from './support/table';

const BOUND_MS = 20;
const CANDIDATES = 60;

const picture = { inputShape: [32, 32, 3], classes: 10 };
const ZOO: Record<string, (width: number) => Architecture> = {
  'resnet18 (three stages)': (width) => resnet18({ ...picture, width }),
  resnet8: (width) => resnet8({ ...picture, width }),
  mobilenetV2: (width) => mobilenetV2({ ...picture, width }),
  'mobilenetV3Small 2-D': (width) => mobilenetV3Small({ ...picture, width, stemStride: 1 }),
  'mobilenetV3Small 1-D, 1024 × 24': (width) => mobilenetV3Small1d({ inputShape: [1024, 24], classes: 13, width: 1.25 * width }),
  'DS-CNN': (width) => dsCnn({ inputShape: [49, 10, 1], classes: 12, width }),
  'LeNet-5': (width) => lenet5({ inputShape: [28, 28, 1], classes: 10, width }),
  cnn1d: (width) => cnn1d({ inputShape: [128, 9], classes: 6, filters: Math.round(64 * width) }),
  MLP: (width) => mlp({ inputShape: [640], classes: 10, width }),
};

/** CPU time so far, s: of this thread, and of the whole process. */
function cpuTimes(): { main: number; process: number } {
  const all = cpuSeconds({ user: 0, system: 0 });
  try {
    // Its first number: time on a CPU, ns.
    const [ran] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ');
    return { main: Number(ran) / 1e9, process: all };
  } catch {
    return { main: all, process: all };
  }
}

function main(): void {
  const head = ['model', 'parameters', 'main, ms: median', 'slowest', 'process, ms: median', 'slowest', 'clock, ms: median', 'slowest', `main within ${BOUND_MS} ms`];
  const table = resultTable(head);
  for (const [title, build] of Object.entries(ZOO)) {
    const rng = createRng(`bench/cost/${title}`);
    const times = { main: [] as number[], process: [] as number[], clock: [] as number[] };
    for (let i = -5; i < CANDIDATES; i++) {
      // The largest candidates of a search: widths up to the published one.
      const [width, sparsity] = [0.7 + 0.3 * rng.next(), 0.9 * rng.next()];
      const [before, started] = [cpuTimes(), performance.now()];
      const architecture = prunedArchitecture(build(width), sparsity);
      countFlops(architecture);
      countParameters(architecture);
      predictCost(skeleton(architecture, 'int8'), boards.pico);
      const [clock, after] = [performance.now() - started, cpuTimes()];
      if (i < 0) continue;
      times.main.push(1000 * (after.main - before.main));
      times.process.push(1000 * (after.process - before.process));
      times.clock.push(clock);
    }
    const figures = [times.main, times.process, times.clock].flatMap((own) => [median(own).toFixed(1), Math.max(...own).toFixed(1)]);
    table.push([title, countParameters(build(1)), ...figures, `${times.main.filter((t) => t <= BOUND_MS).length} of ${CANDIDATES}`]);
  }
  console.log(table.toString());
}

main();
