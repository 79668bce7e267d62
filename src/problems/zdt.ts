/*
 * Zitzler, Deb, Thiele, "Comparison of multiobjective evolutionary algorithms: empirical results", Evolutionary
 * Computation 8(2), 2000: two objectives, f2 = g h(f1, g).
 */
import { check } from '../base';
import { sum, unitBox, variablesOf, type Problem } from './types';

/** Size of a ZDT problem (Zitzler, Deb and Thiele 2000), of two objectives. */
export interface ZdtOptions {
  /** Number of variables. */
  readonly variables?: number;
}

const { PI, abs, cos, exp, pow, sin, sqrt } = Math;

function zdt(
  name: string,
  d: number,
  evaluate: (x: number[]) => [number, number],
  more: Partial<Problem> = {},
): Problem {
  check(Number.isInteger(d) && d >= 2, 'variables', d, 'an integer ≥ 2');
  return {
    name,
    bounds: unitBox(d),
    objectiveCount: 2,
    constraintCount: 0,
    reference: [11, 11],
    ...more,
    evaluate: (x) => ({ objectives: evaluate(variablesOf(x, d)), constraints: [] }),
  };
}

const linearG = (x: readonly number[]): number => 1 + (9 * sum(x.slice(1))) / (x.length - 1);

/** Convex front f2 = 1 − √f1. */
export function zdt1({ variables = 30 }: ZdtOptions = {}): Problem {
  return zdt('ZDT1', variables, (x) => [x[0], linearG(x) * (1 - sqrt(x[0] / linearG(x)))], { bestHypervolume: 121 - 1 / 3 });
}

/** Concave front f2 = 1 − f1². */
export function zdt2({ variables = 30 }: ZdtOptions = {}): Problem {
  return zdt('ZDT2', variables, (x) => [x[0], linearG(x) * (1 - (x[0] / linearG(x)) ** 2)], { bestHypervolume: 121 - 2 / 3 });
}

/** A front in five pieces. */
export function zdt3({ variables = 30 }: ZdtOptions = {}): Problem {
  return zdt(
    'ZDT3',
    variables,
    (x) => {
      const g = linearG(x);
      return [x[0], g * (1 - sqrt(x[0] / g) - (x[0] / g) * sin(10 * PI * x[0]))];
    },
    { bestHypervolume: 128.77811613069076 },
  );
}

/** Many local fronts; variables after the first in [−5, 5]. */
export function zdt4({ variables = 10 }: ZdtOptions = {}): Problem {
  const bounds = Array.from({ length: variables }, (_, i): [number, number] => (i === 0 ? [0, 1] : [-5, 5]));
  return zdt(
    'ZDT4',
    variables,
    (x) => {
      const g = 1 + 10 * (x.length - 1) + sum(x.slice(1).map((v) => v * v - 10 * cos(4 * PI * v)));
      return [x[0], g * (1 - sqrt(x[0] / g))];
    },
    { bounds },
  );
}

/** Deceptive, over bits: 30 of them, then `blocks` blocks of five. Values from ½ on count as 1. */
export function zdt5({ blocks = 10 }: { blocks?: number } = {}): Problem {
  check(Number.isInteger(blocks) && blocks >= 1, 'blocks', blocks, 'an integer ≥ 1');
  const d = 30 + 5 * blocks;
  const ones = (x: readonly number[]): number => x.filter((v) => v >= 0.5).length;
  return zdt(
    'ZDT5',
    d,
    (x) => {
      const f1 = 1 + ones(x.slice(0, 30));
      let g = 0;
      for (let b = 0; b < blocks; b++) {
        const u = ones(x.slice(30 + 5 * b, 35 + 5 * b));
        g += u < 5 ? 2 + u : 1;
      }
      return [f1, g / f1];
    },
    { integers: Array.from({ length: d }, (_, i) => i), reference: [32, 60] },
  );
}

/** Concave, unevenly dense front. */
export function zdt6({ variables = 10 }: ZdtOptions = {}): Problem {
  return zdt('ZDT6', variables, (x) => {
    const f1 = 1 - exp(-4 * x[0]) * pow(sin(6 * PI * x[0]), 6);
    const g = 1 + 9 * pow(abs(sum(x.slice(1))) / (x.length - 1), 0.25);
    return [f1, g * (1 - (f1 / g) ** 2)];
  });
}
