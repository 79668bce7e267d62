/*
 * Deb, Thiele, Laumanns, Zitzler, "Scalable test problems for evolutionary multiobjective optimization", 2005: any
 * number of objectives m; the last d − m + 1 variables decide how far from the front.
 */
import { check } from '../base';
import { sum, unitBox, variablesOf, type Problem } from './types';

/** Size of a DTLZ problem (Deb, Thiele, Laumanns and Zitzler 2002). */
export interface DtlzOptions {
  /** Number of variables. Default m + 9 (DTLZ1: m + 4, DTLZ7: m + 19). */
  readonly variables?: number;
  /** Number of objectives. Default 3. */
  readonly objectives?: number;
}

const { PI, cos, pow, sin } = Math;

/** Objectives over a simplex, scaled. */
function simplexShape(x: readonly number[], m: number, scale: number): number[] {
  return Array.from({ length: m }, (_, i) => {
    let f = scale;
    for (let j = 0; j < m - 1 - i; j++) f *= x[j];
    return i > 0 ? f * (1 - x[m - 1 - i]) : f;
  });
}

/** Objectives on a sphere of this radius; angles in quarter turns. */
function sphereShape(angles: readonly number[], m: number, radius: number): number[] {
  return Array.from({ length: m }, (_, i) => {
    let f = radius;
    for (let j = 0; j < m - 1 - i; j++) f *= cos((angles[j] * PI) / 2);
    return i > 0 ? f * sin((angles[m - 1 - i] * PI) / 2) : f;
  });
}

/** The multimodal distance of DTLZ1 and DTLZ3. */
export function rastriginDistance(tail: readonly number[]): number {
  return 100 * (tail.length + sum(tail.map((v) => (v - 0.5) ** 2 - cos(20 * PI * (v - 0.5)))));
}

/** The unimodal distance of DTLZ2, 4 and 5. */
function squaredDistance(tail: readonly number[]): number {
  return sum(tail.map((v) => (v - 0.5) ** 2));
}

/** Splits options into checked numbers and makes the problem. */
function dtlzProblem(
  name: string,
  { objectives: m = 3, variables }: DtlzOptions,
  extra: number,
  evaluate: (x: number[], tail: number[], m: number) => number[],
  reference: number,
): Problem {
  check(Number.isInteger(m) && m >= 2, 'objectives', m, 'an integer ≥ 2');
  const d = variables ?? m + extra;
  check(Number.isInteger(d) && d >= m, 'variables', d, `an integer ≥ ${m}`);
  return {
    name,
    bounds: unitBox(d),
    objectiveCount: m,
    constraintCount: 0,
    reference: new Array<number>(m).fill(reference),
    evaluate: (x) => {
      const all = variablesOf(x, d);
      return { objectives: evaluate(all, all.slice(m - 1), m), constraints: [] };
    },
  };
}

/** Linear front, many local ones. */
export function dtlz1(options: DtlzOptions = {}): Problem {
  return dtlzProblem('DTLZ1', options, 4, (x, tail, m) => simplexShape(x, m, 0.5 * (1 + rastriginDistance(tail))), 400);
}

/** Spherical front. */
export function dtlz2(options: DtlzOptions = {}): Problem {
  return dtlzProblem('DTLZ2', options, 9, (x, tail, m) => sphereShape(x, m, 1 + squaredDistance(tail)), 1.1);
}

/** Spherical front, many local ones. */
export function dtlz3(options: DtlzOptions = {}): Problem {
  return dtlzProblem('DTLZ3', options, 9, (x, tail, m) => sphereShape(x, m, 1 + rastriginDistance(tail)), 10000);
}

/** Spherical front, dense at its edges. */
export function dtlz4(options: DtlzOptions & { power?: number } = {}): Problem {
  const { power = 100 } = options;
  const evaluate = (x: number[], tail: number[], m: number): number[] =>
    sphereShape(x.map((v) => pow(v, power)), m, 1 + squaredDistance(tail));
  return dtlzProblem('DTLZ4', options, 9, evaluate, 1.1);
}

function curveShape(x: readonly number[], m: number, g: number): number[] {
  const angles = x.slice(0, m - 1).map((v, i) => (i === 0 ? v : (1 + 2 * g * v) / (2 * (1 + g))));
  return sphereShape(angles, m, 1 + g);
}

/** A curve for a front. */
export function dtlz5(options: DtlzOptions = {}): Problem {
  return dtlzProblem('DTLZ5', options, 9, (x, tail, m) => curveShape(x, m, squaredDistance(tail)), 10);
}

/** A curve for a front, hard to come to. */
export function dtlz6(options: DtlzOptions = {}): Problem {
  return dtlzProblem('DTLZ6', options, 9, (x, tail, m) => curveShape(x, m, sum(tail.map((v) => pow(v, 0.1)))), 10);
}

/** A front in 2^(m − 1) pieces. */
export function dtlz7(options: DtlzOptions = {}): Problem {
  const evaluate = (x: number[], tail: number[], m: number): number[] => {
    const g = 1 + (9 / tail.length) * sum(tail);
    const first = x.slice(0, m - 1);
    const h = m - sum(first.map((f) => (f / (1 + g)) * (1 + sin(3 * PI * f))));
    return [...first, (1 + g) * h];
  };
  return dtlzProblem('DTLZ7', options, 19, evaluate, 15);
}
