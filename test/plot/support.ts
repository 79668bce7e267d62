import { createRng } from '../../src/base';
import type { StudyView } from '../../src/plot';
import type { TrialRecord } from '../../src/study';

/** A study with made-up trials: accuracy up, three costs down, two limits; some trials fail, some are infeasible. */
export function sampleStudy(n: number, seed = 1, objectives = 4): StudyView {
  const rng = createRng(seed);
  const trials = Array.from({ length: n }, (_, number): TrialRecord => {
    const rom = 4e4 + 6e5 * rng.next();
    const ram = 8e3 + 2e5 * rng.next();
    const macs = 10 ** (6 + 1.6 * rng.next());
    const accuracy = 0.5 + 0.45 * (1 - Math.exp(-rom / 2e5)) * rng.next();
    const failed = rng.next() < 0.06;
    return {
      number,
      state: failed ? 'failed' : 'complete',
      params: { width: rng.next(), kernel: rng.integer(3, 9), activation: rng.choice(['relu', 'hswish']) },
      ...(failed
        ? {}
        : { values: [accuracy, rom, ram, macs].slice(0, objectives), violations: [rom - 5e5, ram - 1.8e5] }),
      intermediate: [],
      attributes: {},
      started: new Date(1e12 + number * 60e3),
      finished: new Date(1e12 + number * 60e3 + 40e3 + 3e4 * rng.next()),
    };
  });
  const all = [
    { name: 'accuracy', direction: 'maximize' as const },
    { name: 'rom', direction: 'minimize' as const, label: 'ROM (B)' },
    { name: 'ram', direction: 'minimize' as const, label: 'RAM (B)' },
    { name: 'macs', direction: 'minimize' as const, label: 'MACs' },
  ];
  return {
    name: 'sample',
    objectives: all.slice(0, objectives),
    constraints: [
      { name: 'rom', upper: 5e5 },
      { name: 'ram', upper: 1.8e5 },
    ],
    trials,
  };
}
