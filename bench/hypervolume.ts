/*
 * Exact hypervolume: ours against moocore (C), on the same points in the same run. CPU milliseconds, the least of
 * several rounds, and the ratio. Each case is many sets of points in turn: over and over the same hundred points, the
 * processor learns every branch by heart, C code's more than compiled JavaScript's, as it never does in use. `npx ts-node --transpile-only bench/hypervolume.ts [python with moocore]`
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRng } from '../src/base';
import { hypervolume } from '../src/moo';

const SIZES = [100, 200, 500, 1000];

interface Case {
  readonly shape: string;
  readonly m: number;
  readonly n: number;
  readonly sets: number[][][];
}

/** Points on a sphere, and anywhere in the unit cube: 3000 of each size. */
function cases(): Case[] {
  const rng = createRng('bench hypervolume');
  const all: Case[] = [];
  for (const m of [2, 3, 4, 5]) {
    for (const n of SIZES) {
      const point = (): number[] => Array.from({ length: m }, () => rng.next());
      const onSphere = (): number[] => {
        const g = Array.from({ length: m }, () => Math.abs(rng.normal()));
        const length = Math.hypot(...g);
        return g.map((v) => v / length);
      };
      const sets = (one: () => number[]): number[][][] =>
        Array.from({ length: Math.ceil(3000 / n) }, () => Array.from({ length: n }, one));
      all.push({ shape: 'sphere', m, n, sets: sets(onSphere) }, { shape: 'cube', m, n, sets: sets(point) });
    }
  }
  return all;
}

/** Sum of the sets' hypervolumes, and milliseconds a set. */
function ours({ sets, m }: Case): { value: number; ms: number } {
  const reference = new Array<number>(m).fill(1.1);
  let value = 0;
  const round = (): void => {
    value = 0;
    for (const points of sets) value += hypervolume(points, reference);
  };
  for (let r = 0; r < 3; r++) round();
  const begun = process.hrtime.bigint();
  round();
  // Rounds long enough for a clock of CPU time that ticks in milliseconds.
  const repeats = Math.ceil(60 / Math.max(0.002, Number(process.hrtime.bigint() - begun) / 1e6));
  let least = Infinity;
  for (let k = 0; k < 5; k++) {
    const start = process.cpuUsage();
    for (let r = 0; r < repeats; r++) round();
    least = Math.min(least, process.cpuUsage(start).user / 1000 / repeats / sets.length);
  }
  return { value, ms: least };
}

const PYTHON = `
import json, sys, time, moocore, numpy as np
out = []
for c in json.load(open(sys.argv[1])):
    sets = [np.array(one) for one in c["sets"]]; r = np.full(c["m"], 1.1); best = 1e9
    for _ in range(8):
        t = time.process_time(); v = 0
        for a in sets: v += moocore.hypervolume(a, ref=r)
        best = min(best, (time.process_time() - t) / len(sets))
    out.append([v, best * 1e3])
print(json.dumps({"version": moocore.__version__ if hasattr(moocore, "__version__") else "?", "rows": out}))
`;

function theirs(all: readonly Case[], python: string): [number, number][] | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'paretino-bench-'));
  try {
    const file = join(folder, 'cases.json');
    writeFileSync(file, JSON.stringify(all));
    const run = spawnSync(python, ['-c', PYTHON, file], { encoding: 'utf8' });
    if (run.status !== 0) return undefined;
    const { rows, version } = JSON.parse(run.stdout) as { rows: [number, number][]; version: string };
    console.log(`moocore ${version}, Node ${process.version}`);
    return rows;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const all = cases();
const peer = theirs(all, process.argv[2] ?? 'python3');
if (peer === undefined) console.log('no Python with moocore (pip install moocore): ours alone');
console.log('  m     n  shape      ours ms  moocore ms   ratio');
all.forEach((one, i) => {
  const { value, ms } = ours(one);
  const other = peer?.[i];
  if (other !== undefined && Math.abs(value - other[0]) > 1e-9 * other[0]) throw new Error(`m ${one.m}, n ${one.n}: ${value} ≠ ${other[0]}`);
  const cells = [one.m, one.n].map((v) => String(v).padStart(5)).join(' ').slice(2);
  const ratio = other === undefined ? '' : `${other[1].toFixed(3).padStart(12)}${(ms / other[1]).toFixed(2).padStart(8)}`;
  console.log(`${cells}  ${one.shape.padEnd(7)}${ms.toFixed(3).padStart(10)}${ratio}`);
});
