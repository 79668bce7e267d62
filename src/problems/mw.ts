/*
 * Ma and Wang, "Evolutionary constrained multiobjective optimization: test suite construction and performance
 * comparisons", IEEE TEC 23(6), 2019. Constraints ≤ 0 feasible.
 */
import { check } from '../base';
import { sum, unitBox, variablesOf, type Problem } from './types';

/** Size of an MW problem (Ma and Wang 2019). */
export interface MwOptions {
  /** Number of variables. Default 15. */
  readonly variables?: number;
  /** Number of objectives, for MW4, MW8 and MW14. Default 3. */
  readonly objectives?: number;
}

const { PI, abs, asin, atan2, cos, exp, max, min, pow, sin, sqrt } = Math;

/** A sin(B θ^C)^D, the paper's local adjustment. */
const wave = (a: number, b: number, c: number, d: number, theta: number): number => a * pow(sin(b * pow(theta, c)), d);

const g1 = (x: readonly number[], m: number): number => {
  const n = x.length;
  return 1 + sum(x.slice(m - 1).map((v, k) => 1 - exp(-10 * (pow(v, n - m) - 0.5 - (m - 1 + k) / (2 * n)) ** 2)));
};

const g2 = (x: readonly number[], m: number): number => {
  const n = x.length;
  return 1 + sum(
    x.slice(m - 1).map((v, k) => {
      const z = 1 - exp(-10 * (v - (m - 1 + k) / n) ** 2);
      return (0.1 / n) * z * z + 1.5 - 1.5 * cos(2 * PI * z);
    }),
  );
};

const g3 = (x: readonly number[], m: number): number =>
  1 + sum(x.slice(m - 1).map((v, k) => 2 * (v + (x[m - 2 + k] - 0.5) ** 2 - 1) ** 2));

type Body = (x: number[], m: number) => { f: number[]; c: number[] };

function mw(name: string, { variables: d = 15, objectives = 2 }: MwOptions, c: number, body: Body, reference = 1.1, high = 1): Problem {
  check(Number.isInteger(objectives) && objectives >= 2, 'objectives', objectives, 'an integer ≥ 2');
  check(Number.isInteger(d) && d > objectives, 'variables', d, `an integer > ${objectives}`);
  return {
    name,
    bounds: unitBox(d).map(([low]) => [low, high]),
    objectiveCount: objectives,
    constraintCount: c,
    reference: new Array<number>(objectives).fill(reference),
    evaluate: (x) => {
      const { f, c: constraints } = body(variablesOf(x, d), objectives);
      return { objectives: f, constraints };
    },
  };
}

const two = ({ variables }: MwOptions): MwOptions => ({ variables, objectives: 2 });
const many = ({ variables, objectives = 3 }: MwOptions): MwOptions => ({ variables, objectives });
const tilt = (a: number, b: number): number => sqrt(2) * b - sqrt(2) * a;

/**
 * MW1 (Ma and Wang 2019): 2 objectives, 1 constraint, d variables (default 15);
 * 45 % of the unconstrained front f₂ = 1 − 0.85 f₁ is feasible, in pieces; the constrained front is those (type II).
 */
export function mw1(options: MwOptions = {}): Problem {
  return mw('MW1', two(options), 1, (x) => {
    const [a, b] = [x[0], g1(x, 2) - 0.85 * x[0]];
    return { f: [a, b], c: [a + b - 1 - wave(0.5, 2 * PI, 1, 8, tilt(a, b))] };
  });
}

/**
 * MW2 (Ma and Wang 2019): 2 objectives, 1 constraint, d variables (default 15);
 * all of the unconstrained front f₁ + f₂ = 1 is feasible, but g₂ has local minima (type I).
 */
export function mw2(options: MwOptions = {}): Problem {
  return mw('MW2', two(options), 1, (x) => {
    const [a, b] = [x[0], g2(x, 2) - x[0]];
    return { f: [a, b], c: [a + b - 1 - wave(0.5, 3 * PI, 1, 8, tilt(a, b))] };
  });
}

/**
 * MW3 (Ma and Wang 2019): 2 objectives, 2 constraints, d variables (default 15);
 * half of the unconstrained front f₁ + f₂ = 1 is feasible; the rest of the constrained front lies above it (type III).
 */
export function mw3(options: MwOptions = {}): Problem {
  return mw('MW3', two(options), 2, (x) => {
    const [a, b] = [x[0], g3(x, 2) - x[0]];
    const above = a + b - 1.05 - wave(0.45, 0.75 * PI, 1, 6, tilt(a, b));
    return { f: [a, b], c: [above, 0.85 - a - b + wave(0.3, 0.75 * PI, 1, 2, tilt(a, b))] };
  });
}

/**
 * MW4 (Ma and Wang 2019): m objectives (default 3), 1 constraint, d variables (default 15);
 * all of the unconstrained front, the simplex Σ fᵢ = 1, is feasible (type I).
 */
export function mw4(options: MwOptions = {}): Problem {
  return mw('MW4', many(options), 1, (x, m) => {
    const g = g1(x, m);
    const f = Array.from({ length: m }, (_, i) => {
      let value = g;
      for (let j = 0; j < m - 1 - i; j++) value *= 1 - x[j];
      return i > 0 ? value * x[m - 1 - i] : value;
    });
    const last = f[m - 1];
    return { f, c: [sum(f) - 1 - wave(0.4, 2.5 * PI, 1, 8, last - sum(f.slice(0, -1)))] };
  });
}

/** The circle's quarter through x[0], scaled. */
function arc(x: number, g: number, square: number): [number, number] {
  const a = g * x;
  // At the end of the range rounding may leave less than nothing.
  return [a, g * sqrt(max(0, square - (a / g) ** 2))];
}

/**
 * MW5 (Ma and Wang 2019): 2 objectives, 3 constraints, d variables (default 15);
 * the unconstrained front is a quarter of the unit circle, of which single points are feasible (type II).
 */
export function mw5(options: MwOptions = {}): Problem {
  return mw('MW5', two(options), 3, (x) => {
    const [a, b] = arc(x[0], g1(x, 2), 1);
    const angle = atan2(b, a);
    const t = 0.5 * PI - 2 * abs(angle - 0.25 * PI);
    const square = a * a + b * b;
    const c = [
      square - (1.7 - wave(0.2, 2, 1, 1, angle)) ** 2,
      (1 + wave(0.5, 6, 3, 1, t)) ** 2 - square,
      (1 - wave(0.45, 6, 3, 1, t)) ** 2 - square,
    ];
    return { f: [a, b], c };
  });
}

/**
 * MW6 (Ma and Wang 2019): 2 objectives, 1 constraint, d variables (default 15);
 * 41 % of the unconstrained front, an arc of radius 1.1, is feasible, in pieces (type II).
 */
export function mw6(options: MwOptions = {}): Problem {
  return mw('MW6', two(options), 1, (x) => {
    const [a, b] = arc(x[0], g2(x, 2), 1.1 * 1.1);
    const ring = (r: number): number => 1 + r * pow(cos(6 * pow(atan2(b, a), 4)), 10);
    return { f: [a, b], c: [(a / ring(0.15)) ** 2 + (b / ring(0.75)) ** 2 - 1] };
  }, 1.2, 1.1);
}

/**
 * MW7 (Ma and Wang 2019): 2 objectives, 2 constraints, d variables (default 15);
 * 17 % of the unconstrained front, a quarter of the unit circle, is feasible; the rest of the constrained front lies beyond (type III).
 */
export function mw7(options: MwOptions = {}): Problem {
  return mw('MW7', two(options), 2, (x) => {
    const [a, b] = arc(x[0], g3(x, 2), 1);
    const angle = atan2(b, a);
    const square = a * a + b * b;
    return { f: [a, b], c: [square - (1.2 + abs(wave(0.4, 4, 1, 16, angle))) ** 2, (1.15 - wave(0.2, 4, 1, 8, angle)) ** 2 - square] };
  }, 1.2);
}

/**
 * MW8 (Ma and Wang 2019): m objectives (default 3), 1 constraint, d variables (default 15);
 * half of the unconstrained front, an octant of the unit sphere, is feasible (type II).
 */
export function mw8(options: MwOptions = {}): Problem {
  return mw('MW8', many(options), 1, (x, m) => {
    const g = g2(x, m);
    const f = Array.from({ length: m }, (_, i) => {
      let value = g;
      for (let j = 0; j < m - 1 - i; j++) value *= cos((x[j] * PI) / 2);
      return i > 0 ? value * sin((x[m - 1 - i] * PI) / 2) : value;
    });
    const square = sum(f.map((v) => v * v));
    return { f, c: [square - (1.25 - wave(0.5, 6, 1, 2, asin(f[m - 1] / sqrt(square)))) ** 2] };
  });
}

/**
 * MW9 (Ma and Wang 2019): 2 objectives, 1 constraint, d variables (default 15);
 * none of the unconstrained front f₂ = 1 − f₁^0.6 is feasible (type IV).
 */
export function mw9(options: MwOptions = {}): Problem {
  return mw('MW9', two(options), 1, (x) => {
    const g = g1(x, 2);
    const a = g * x[0];
    const b = g * (1 - pow(a / g, 0.6));
    const near = (1 - 0.64 * a * a - b) * (1 - 0.36 * a * a - b);
    const far = (1.35 ** 2 - (a + 0.35) ** 2 - b) * (1.15 ** 2 - (a + 0.15) ** 2 - b);
    return { f: [a, b], c: [min(near, far)] };
  });
}

/**
 * MW10 (Ma and Wang 2019): 2 objectives, 3 constraints, d variables (default 15);
 * 11 % of the unconstrained front f₂ = 1 − f₁² is feasible; the rest of the constrained front lies beyond (type III).
 */
export function mw10(options: MwOptions = {}): Problem {
  return mw('MW10', two(options), 3, (x) => {
    const g = g2(x, 2);
    const a = g * pow(x[0], x.length);
    const b = g * (1 - (a / g) ** 2);
    const s = a * a;
    return { f: [a, b], c: [-(2 - 4 * s - b) * (2 - 8 * s - b), (2 - 2 * s - b) * (2 - 16 * s - b), (1 - s - b) * (1.2 - 1.2 * s - b)] };
  });
}

/**
 * MW11 (Ma and Wang 2019): 2 objectives, 4 constraints, d variables (default 15);
 * none of the unconstrained front, an arc of radius √2, is feasible; what is feasible falls apart (type IV).
 */
export function mw11(options: MwOptions = {}): Problem {
  return mw('MW11', two(options), 4, (x) => {
    const [a, b] = arc(x[0], g3(x, 2), 2);
    const s = a * a;
    const c = [
      -(3 - s - b) * (3 - 2 * s - b),
      (3 - 0.625 * s - b) * (3 - 7 * s - b),
      -(1.62 - 0.18 * s - b) * (1.125 - 0.125 * s - b),
      (2.07 - 0.23 * s - b) * (0.63 - 0.07 * s - b),
    ];
    return { f: [a, b], c };
  }, 2.2, Math.SQRT2);
}

/**
 * MW12 (Ma and Wang 2019): 2 objectives, 2 constraints, d variables (default 15);
 * the unconstrained front waves and none of it is feasible (type IV).
 */
export function mw12(options: MwOptions = {}): Problem {
  return mw('MW12', two(options), 2, (x) => {
    const g = g1(x, 2);
    const a = g * x[0];
    const b = g * (0.85 - 0.8 * (a / g) - 0.08 * abs(sin(3.2 * PI * (a / g))));
    const line = (constant: number, slope: number, theta: number): number => constant - slope * a - b + 0.08 * sin(2 * PI * theta);
    const c = [
      -line(1, 0.625, b - a / 1.6) * line(1.4, 0.875, b / 1.4 - a / 1.6),
      line(1, 0.8, b - a / 1.5) * line(1.8, 1.125, b / 1.8 - a / 1.6),
    ];
    return { f: [a, b], c };
  });
}

/**
 * MW13 (Ma and Wang 2019): 2 objectives, 2 constraints, d variables (default 15);
 * 58 % of the unconstrained front, which is not connected, is feasible; the rest of the constrained front lies beyond (type III).
 */
export function mw13(options: MwOptions = {}): Problem {
  return mw('MW13', two(options), 2, (x) => {
    const g = g2(x, 2);
    const a = g * x[0];
    const b = g * (5 - exp(a / g) - abs(0.5 * sin((3 * PI * a) / g)));
    const line = (constant: number): number => constant - 0.5 * sin(3 * PI * a) - b;
    return { f: [a, b], c: [-line(5 - (1 + a + 0.5 * a * a)) * line(5 - (1 + 0.7 * a)), line(5 - exp(a)) * line(5 - (1 + 0.4 * a))] };
  }, 5, 1.5);
}

/**
 * MW14 (Ma and Wang 2019): m objectives (default 3), 1 constraint, d variables (default 15);
 * all of the unconstrained front, which is not connected, is feasible (type I).
 */
export function mw14(options: MwOptions = {}): Problem {
  return mw('MW14', many(options), 1, (x, m) => {
    const first = x.slice(0, m - 1);
    const bump = (v: number): number => 1.5 * sin(1.1 * PI * v * v);
    const last = (g3(x, m) / (m - 1)) * sum(first.map((v) => 6 - exp(v) - bump(v)));
    const limit = sum(first.map((v) => 6.1 - (1 + v + 0.5 * v * v + bump(v)))) / (m - 1);
    return { f: [...first, last], c: [last - limit] };
  }, 6, 1.5);
}
