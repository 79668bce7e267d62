/*
 * Huband, Hingston, Barone, While, "A review of multiobjective test problems and a scalable test problem toolkit", IEEE
 * TEC 10(5), 2006: k position and l distance variables, the i-th (from 1) in [0, 2i], sent through transformations
 * (section VIII, table XI), reduced to m numbers, shaped (table X), scaled by 2, 4, …
 */
import { check } from '../base';
import { variablesOf, type Problem } from './types';

/** Size of a WFG problem (Huband, Hingston, Barone and While 2006): k position and l distance variables. */
export interface WfgOptions {
  /** Number of objectives m. Default 3. */
  readonly objectives?: number;
  /** Number k of position variables, a multiple of m − 1. Default 2 (m − 1). */
  readonly position?: number;
  /** Number l of distance variables; even for WFG2 and WFG3. Default 4, or what `variables` leaves. */
  readonly distance?: number;
  /** Number k + l of all variables, in place of `distance`. */
  readonly variables?: number;
}

const { PI, abs, ceil, cos, floor, min, max, pow, sin } = Math;

const clamp = (v: number): number => min(1, max(0, v));

const shiftLinear = (y: number, a: number): number => clamp(abs(y - a) / abs(floor(a - y) + a));

function shiftDeceptive(y: number, a: number, b: number, c: number): number {
  const left = (floor(y - a + b) * (1 - c + (a - b) / b)) / (a - b);
  const right = (floor(a + b - y) * (1 - c + (1 - a - b) / b)) / (1 - a - b);
  return clamp(1 + (abs(y - a) - b) * (left + right + 1 / b));
}

function shiftMultimodal(y: number, a: number, b: number, c: number): number {
  const t = abs(y - c) / (2 * (floor(c - y) + c));
  return clamp((1 + cos((4 * a + 2) * PI * (0.5 - t)) + 4 * b * t * t) / (b + 2));
}

function biasFlat(y: number, a: number, b: number, c: number): number {
  const below = (min(0, floor(y - b)) * (a * (b - y))) / b;
  const above = (min(0, floor(c - y)) * ((1 - a) * (y - c))) / (1 - c);
  return clamp(a + below - above);
}

const biasPolynomial = (y: number, power: number): number => clamp(pow(y, power));

function biasParameter(y: number, u: number, a: number, b: number, c: number): number {
  const v = a - (1 - 2 * u) * abs(floor(0.5 - u) + a);
  return clamp(pow(y, b + (c - b) * v));
}

function weightedMean(y: readonly number[], weights: readonly number[]): number {
  let top = 0;
  let bottom = 0;
  y.forEach((v, i) => {
    top += weights[i] * v;
    bottom += weights[i];
  });
  return clamp(top / bottom);
}

const mean = (y: readonly number[]): number => weightedMean(y, y.map(() => 1));

function nonSeparable(y: readonly number[], degree: number): number {
  const n = y.length;
  let top = 0;
  for (let j = 0; j < n; j++) {
    top += y[j];
    for (let k = 0; k <= degree - 2; k++) top += abs(y[j] - y[(1 + j + k) % n]);
  }
  const half = ceil(degree / 2);
  return clamp(top / (((n * half) / degree) * (1 + 2 * degree - 2 * half)));
}

type Shape = (x: readonly number[], i: number, m: number) => number;

/** Product of f over the first m − i of x, and g of the next, for objective i from 1. */
function product(x: readonly number[], i: number, m: number, f: (v: number) => number, g: (v: number) => number): number {
  let h = 1;
  for (let j = 0; j < m - i; j++) h *= f(x[j]);
  return i > 1 ? h * g(x[m - i]) : h;
}

const linear: Shape = (x, i, m) => product(x, i, m, (v) => v, (v) => 1 - v);
const convex: Shape = (x, i, m) => product(x, i, m, (v) => 1 - cos((v * PI) / 2), (v) => 1 - sin((v * PI) / 2));
const concave: Shape = (x, i, m) => product(x, i, m, (v) => sin((v * PI) / 2), (v) => cos((v * PI) / 2));
const mixed = (x: readonly number[]): number => 1 - x[0] - cos(10 * PI * x[0] + PI / 2) / (10 * PI);
const disconnected = (x: readonly number[]): number => 1 - x[0] * cos(5 * x[0] * PI) ** 2;

interface Layout {
  readonly m: number;
  readonly k: number;
}

/** Means of the k position variables in m − 1 groups, and one of the rest. */
function reduce(y: readonly number[], { m, k }: Layout, one: (group: readonly number[], from: number) => number): number[] {
  const size = k / (m - 1);
  const t = Array.from({ length: m - 1 }, (_, g) => one(y.slice(g * size, (g + 1) * size), g * size));
  return [...t, one(y.slice(k), k)];
}

function wfg(
  name: string,
  options: WfgOptions,
  transform: (y: number[], layout: Layout) => number[],
  shape: Shape,
  degenerate = false,
  even = false,
): Problem {
  const m = options.objectives ?? 3;
  check(Number.isInteger(m) && m >= 2, 'objectives', m, 'an integer ≥ 2');
  const k = options.position ?? 2 * (m - 1);
  const l = options.distance ?? (options.variables === undefined ? 4 : options.variables - k);
  const { variables = k + l } = options;
  check(variables === k + l && l >= 1, 'variables', variables, `${k} position variables, and those of distance`);
  check(Number.isInteger(k) && k >= 1 && k % (m - 1) === 0, 'position', k, `a multiple of ${m - 1}`);
  check(Number.isInteger(l) && l >= 1 && (!even || l % 2 === 0), 'distance', l, even ? 'an even number ≥ 2' : 'an integer ≥ 1');
  return {
    name,
    bounds: Array.from({ length: k + l }, (_, i): [number, number] => [0, 2 * (i + 1)]),
    objectiveCount: m,
    constraintCount: 0,
    reference: Array.from({ length: m }, (_, i) => 2 * (i + 1) + 1),
    evaluate: (z) => {
      const y = variablesOf(z, k + l).map((v, i) => clamp(v / (2 * (i + 1))));
      const t = transform(y, { m, k });
      const last = t[m - 1];
      const x = t.slice(0, m - 1).map((v, i) => max(last, degenerate && i > 0 ? 0 : 1) * (v - 0.5) + 0.5);
      return { objectives: Array.from({ length: m }, (_, i) => last + 2 * (i + 1) * shape(x, i + 1, m)), constraints: [] };
    },
  };
}

const shiftRest = (y: readonly number[], k: number): number[] => y.map((v, i) => (i < k ? v : shiftLinear(v, 0.35)));

/** Biased, convex with a mixed last objective. */
export function wfg1(options: WfgOptions = {}): Problem {
  return wfg(
    'WFG1',
    options,
    (y, layout) => {
      const flat = shiftRest(y, layout.k).map((v, i) => (i < layout.k ? v : biasFlat(v, 0.8, 0.75, 0.85)));
      const bent = flat.map((v) => biasPolynomial(v, 0.02));
      return reduce(bent, layout, (group, from) => weightedMean(group, group.map((_, i) => 2 * (from + i + 1))));
    },
    (x, i, m) => (i === m ? mixed(x) : convex(x, i, m)),
  );
}

function pairs(y: readonly number[], layout: Layout): number[] {
  const t = shiftRest(y, layout.k);
  const rest: number[] = [];
  for (let i = layout.k; i + 1 < t.length; i += 2) rest.push(nonSeparable([t[i], t[i + 1]], 2));
  return reduce([...t.slice(0, layout.k), ...rest], layout, mean);
}

/** Non-separable, convex with a disconnected last objective. */
export function wfg2(options: WfgOptions = {}): Problem {
  return wfg('WFG2', options, pairs, (x, i, m) => (i === m ? disconnected(x) : convex(x, i, m)), false, true);
}

/** Non-separable, with a degenerate linear front. */
export function wfg3(options: WfgOptions = {}): Problem {
  return wfg('WFG3', options, pairs, linear, true, true);
}

/** Multimodal. */
export function wfg4(options: WfgOptions = {}): Problem {
  return wfg('WFG4', options, (y, layout) => reduce(y.map((v) => shiftMultimodal(v, 30, 10, 0.35)), layout, mean), concave);
}

/** Deceptive. */
export function wfg5(options: WfgOptions = {}): Problem {
  return wfg('WFG5', options, (y, layout) => reduce(y.map((v) => shiftDeceptive(v, 0.35, 0.001, 0.05)), layout, mean), concave);
}

/** Non-separable. */
export function wfg6(options: WfgOptions = {}): Problem {
  return wfg('WFG6', options, (y, layout) => reduce(shiftRest(y, layout.k), layout, (group) => nonSeparable(group, group.length)), concave);
}

const biasByRest = (y: readonly number[], upTo: number): number[] =>
  y.map((v, i) => (i < upTo ? biasParameter(v, mean(y.slice(i + 1)), 0.98 / 49.98, 0.02, 50) : v));

/** Position biased by what follows. */
export function wfg7(options: WfgOptions = {}): Problem {
  return wfg('WFG7', options, (y, layout) => reduce(shiftRest(biasByRest(y, layout.k), layout.k), layout, mean), concave);
}

/** Distance biased by what comes before. */
export function wfg8(options: WfgOptions = {}): Problem {
  return wfg(
    'WFG8',
    options,
    (y, layout) => {
      const t = y.map((v, i) => (i < layout.k ? v : biasParameter(v, mean(y.slice(0, i)), 0.98 / 49.98, 0.02, 50)));
      return reduce(shiftRest(t, layout.k), layout, mean);
    },
    concave,
  );
}

/** Biased, deceptive, multimodal, non-separable. */
export function wfg9(options: WfgOptions = {}): Problem {
  return wfg(
    'WFG9',
    options,
    (y, layout) => {
      const t = biasByRest(y, y.length - 1).map((v, i) =>
        i < layout.k ? shiftDeceptive(v, 0.35, 0.001, 0.05) : shiftMultimodal(v, 30, 95, 0.35),
      );
      return reduce(t, layout, (group) => nonSeparable(group, group.length));
    },
    concave,
  );
}
