/*
 * Constrained DTLZ: C1 to C3 of Jain and Deb, "An evolutionary many-objective optimization algorithm using
 * reference-point based nondominated sorting approach, part II", IEEE TEC 18(4), 2014; DC1 to DC3 of Li, Chen, Fu, Yao,
 * "Two-archive evolutionary algorithm for constrained multiobjective optimization", IEEE TEC 23(2), 2019.
 */
import { dtlz1, dtlz2, dtlz3, dtlz4, rastriginDistance, type DtlzOptions } from './dtlz';
import { sum, type Problem } from './types';

const { PI, cos, min, sqrt } = Math;

function constrained(base: Problem, name: string, count: number, constraints: (f: number[], x: number[]) => number[], reference?: readonly number[]): Problem {
  return {
    ...base,
    name,
    constraintCount: count,
    ...(reference === undefined ? {} : { reference }),
    evaluate: (x) => {
      const { objectives } = base.evaluate(x);
      return { objectives, constraints: constraints(objectives, Array.from(x)) };
    },
  };
}

/** A slab before the linear front. */
export function c1dtlz1(options: DtlzOptions = {}): Problem {
  return constrained(dtlz1(options), 'C1-DTLZ1', 1, (f) => [-(1 - f[f.length - 1] / 0.6 - sum(f.slice(0, -1)) / 0.5)]);
}

/** An infeasible band of this radius around the spherical front. */
export function c1dtlz3(options: DtlzOptions & { radius?: number } = {}): Problem {
  const base = dtlz3(options);
  const m = base.objectiveCount;
  const r = options.radius ?? (m < 5 ? 9 : m <= 12 ? 12.5 : 15);
  return constrained(base, 'C1-DTLZ3', 1, (f) => {
    const square = sum(f.map((v) => v * v));
    return [-(square - 16) * (square - r * r)];
  });
}

/**
 * Feasible only in balls around the corners and the middle of the spherical front. The middle one has the same radius;
 * BoTorch's problem of this name has it larger by √m (`middleRadius`).
 */
export function c2dtlz2(options: DtlzOptions & { radius?: number; middleRadius?: number } = {}): Problem {
  const base = dtlz2(options);
  const m = base.objectiveCount;
  const r = options.radius ?? (m === 2 ? 0.2 : m === 3 ? 0.4 : 0.5);
  const { middleRadius = r } = options;
  return constrained(base, 'C2-DTLZ2', 1, (f) => {
    const square = sum(f.map((v) => v * v));
    const corner = f.map((v) => (v - 1) ** 2 + square - v * v - r * r).reduce((a, b) => min(a, b));
    const middle = sum(f.map((v) => (v - 1 / sqrt(m)) ** 2)) - middleRadius ** 2;
    return [min(corner, middle)];
  });
}

/** The front is made of the constraints. */
export function c3dtlz1(options: DtlzOptions = {}): Problem {
  const base = dtlz1(options);
  const m = base.objectiveCount;
  return constrained(base, 'C3-DTLZ1', m, (f) => f.map((v) => 1 - sum(f) + v - v / 0.5));
}

/** The front is made of the constraints. */
export function c3dtlz4(options: DtlzOptions = {}): Problem {
  const base = dtlz4(options);
  const m = base.objectiveCount;
  return constrained(base, 'C3-DTLZ4', m, (f) => f.map((v) => 1 - (v * v) / 4 - (sum(f.map((w) => w * w)) - v * v)), new Array<number>(m).fill(2.2));
}

/** Strips of DC1 to DC3: feasible where cos(a π x) ≥ b, so that `a` sets how many there are and `b` how narrow they are. */
export interface StripOptions extends DtlzOptions {
  /** Frequency of the strips, which there are about a / 2 of (DC1 and DC3: 5, DC2: 3). */
  readonly a?: number;
  /** How narrow they are, −1 … 1 (DC1: 0.95, DC2: 0.9, DC3: 0.5). */
  readonly b?: number;
}

const strips = (value: number, a: number, b: number): number => b - cos(a * PI * value);

/** Feasible in strips along the front. */
export function dc1dtlz1({ a = 5, b = 0.95, ...options }: StripOptions = {}): Problem {
  return constrained(dtlz1(options), 'DC1-DTLZ1', 1, (_, x) => [strips(x[0], a, b)]);
}

/** As DC1-DTLZ1, over DTLZ3. */
export function dc1dtlz3({ a = 5, b = 0.95, ...options }: StripOptions = {}): Problem {
  return constrained(dtlz3(options), 'DC1-DTLZ3', 1, (_, x) => [strips(x[0], a, b)]);
}

function dc2(base: Problem, name: string, a: number, b: number): Problem {
  const m = base.objectiveCount;
  return constrained(base, name, 2, (_, x) => {
    const g = rastriginDistance(x.slice(m - 1)) / 100;
    return [strips(g, a, b), b - Math.exp(-g)];
  });
}

/** Feasible in strips that end in front of the front. */
export function dc2dtlz1({ a = 3, b = 0.9, ...options }: StripOptions = {}): Problem {
  return dc2(dtlz1(options), 'DC2-DTLZ1', a, b);
}

/** As DC2-DTLZ1, over DTLZ3. */
export function dc2dtlz3({ a = 3, b = 0.9, ...options }: StripOptions = {}): Problem {
  return dc2(dtlz3(options), 'DC2-DTLZ3', a, b);
}

function dc3(base: Problem, name: string, a: number, b: number): Problem {
  const m = base.objectiveCount;
  return constrained(base, name, m, (_, x) => {
    const g = rastriginDistance(x.slice(m - 1));
    return [strips(g, a, b), ...x.slice(0, m - 1).map((v) => strips(v, a, b))];
  });
}

/** Strips along and across. */
export function dc3dtlz1({ a = 5, b = 0.5, ...options }: StripOptions = {}): Problem {
  return dc3(dtlz1(options), 'DC3-DTLZ1', a, b);
}

/** As DC3-DTLZ1, over DTLZ3. */
export function dc3dtlz3({ a = 5, b = 0.5, ...options }: StripOptions = {}): Problem {
  return dc3(dtlz3(options), 'DC3-DTLZ3', a, b);
}

