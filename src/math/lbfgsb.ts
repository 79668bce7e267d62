/*
 * Smooth minimisation within bounds: projected limited-memory BFGS.
 * Each step fixes the variables that sit on a bound with the gradient pushing outwards, forms the quasi-Newton
 * direction in the others by the two-loop recursion over pairs restricted to them, and searches along the projected
 * arc P(x + t d) (Bertsekas, "Projected Newton methods", SIAM J. Control Optim. 20, 1982; Nocedal and Wright, 7.2).
 * Against the L-BFGS-B of Byrd et al. (1995) it trades the generalised Cauchy point for simplicity: many bounds may
 * still change in one step, because the arc is projected. The line search asks for Armijo's decrease and, while
 * nothing is clipped, for the weak Wolfe slope, so that the pairs keep positive curvature. Where the caller knows
 * something near the Hessian, it takes the place of the multiple of the identity that the recursion starts from.
 */
import { check, finish, type Steps } from '../base';
import { choleskyInPlace, solveLower, solveLowerTransposed } from './cholesky';

/** Returns f(x) and writes its gradient into `gradient`. */
export type BoundedProblem = (x: Float64Array, gradient: Float64Array) => number;

/** Bounds and limits of `minimizeBounded`. */
export interface BoundedOptions {
  /** Least value of each variable (d); −Infinity, and the default, for none. */
  readonly lower?: ArrayLike<number>;
  /** Greatest value of each variable (d); Infinity, and the default, for none. */
  readonly upper?: ArrayLike<number>;
  /** Iterations at most (200). */
  readonly maxIterations?: number;
  /** Function evaluations at most (1000). */
  readonly maxEvaluations?: number;
  /** Stops when no component of the projected gradient is above this (1e-6). */
  readonly gradientTolerance?: number;
  /** Stops when a step gains less than this share of max(|f|, 1) (1e-10). */
  readonly functionTolerance?: number;
  /** Pairs remembered (10). */
  readonly memory?: number;
  /**
   * Something near the Hessian (d × d), positive definite, at the point evaluated last: directions are then Newton's with
   * it, and the pairs put right what it leaves out. Without it the pairs have to learn all the curvature.
   */
  readonly curvature?: () => Float64Array;
  /** The furthest that a line search begins by moving any variable (Infinity). */
  readonly maxStep?: number;
}

/** Where a descent ended. */
export interface BoundedResult {
  /** The best point found (d), within the bounds. */
  readonly x: Float64Array;
  /** The function there. */
  readonly value: number;
  /** Calls of the function, with gradient each. */
  readonly evaluations: number;
  /** Steps taken. */
  readonly iterations: number;
  /** True where a tolerance was met, false where a limit was. */
  readonly converged: boolean;
}

/** Minimises from x0 (first put within the bounds). Values that are not finite are stepped back from. */
export function minimizeBounded(
  problem: BoundedProblem,
  x0: ArrayLike<number>,
  options: BoundedOptions = {},
): BoundedResult {
  return finish(minimizeBoundedSteps(problem, x0, options));
}

/** As minimizeBounded, to be left after any evaluation. */
export function* minimizeBoundedSteps(
  problem: BoundedProblem,
  x0: ArrayLike<number>,
  options: BoundedOptions = {},
): Steps<BoundedResult> {
  const n = x0.length;
  const { lower, upper, maxIterations = 200, maxEvaluations = 1000 } = options;
  const { gradientTolerance = 1e-6, functionTolerance = 1e-10, memory = 10, maxStep = Infinity } = options;
  check(lower === undefined || lower.length === n, 'lower', lower?.length, `${n} bounds`);
  check(upper === undefined || upper.length === n, 'upper', upper?.length, `${n} bounds`);
  const low = (i: number): number => (lower === undefined ? -Infinity : lower[i]);
  const high = (i: number): number => (upper === undefined ? Infinity : upper[i]);
  const clip = (v: number, i: number): number => Math.min(Math.max(v, low(i)), high(i));

  let x = Float64Array.from(x0, clip);
  let g = new Float64Array(n);
  let value = problem(x, g);
  let evaluations = 1;
  yield;
  let trial = new Float64Array(n);
  let trialGradient = new Float64Array(n);
  const d = new Float64Array(n);
  const free = new Uint8Array(n);
  const pairs: { s: Float64Array; y: Float64Array }[] = [];
  let hessian: Float64Array | undefined;
  let moved = true;
  let iterations = 0;
  let converged = false;

  for (; iterations < maxIterations && evaluations < maxEvaluations; iterations++) {
    let worst = 0;
    for (let i = 0; i < n; i++) {
      free[i] = (x[i] <= low(i) && g[i] > 0) || (x[i] >= high(i) && g[i] < 0) ? 0 : 1;
      worst = Math.max(worst, Math.abs(clip(x[i] - g[i], i) - x[i]));
    }
    if (worst <= gradientTolerance) {
      converged = true;
      break;
    }
    if (moved) hessian = options.curvature?.();
    moved = false;
    let scaled = direction(g, free, pairs, hessian, d);
    const longest = d.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    if (longest > maxStep) for (let i = 0; i < n; i++) d[i] *= maxStep / longest;
    let slope = 0;
    for (let i = 0; i < n; i++) slope += d[i] * g[i];
    if (!(slope < 0)) {
      pairs.length = 0;
      scaled = false;
      slope = 0;
      for (let i = 0; i < n; i++) {
        d[i] = free[i] ? -g[i] : 0;
        slope -= d[i] * d[i];
      }
    }
    // The first direction has no scale: no longer than 1.
    let t = scaled ? 1 : Math.min(1, 1 / Math.sqrt(-slope));
    let below = 0;
    let above = Infinity;
    let found = false;
    let trialValue = value;
    for (let k = 0; k < 30 && evaluations < maxEvaluations; k++) {
      let clipped = false;
      let gain = 0;
      for (let i = 0; i < n; i++) {
        const to = x[i] + t * d[i];
        trial[i] = clip(to, i);
        if (trial[i] !== to) clipped = true;
        gain += g[i] * (trial[i] - x[i]);
      }
      trialValue = problem(trial, trialGradient);
      evaluations++;
      yield;
      if (!(trialValue <= value + 1e-4 * gain) || !Number.isFinite(trialValue)) {
        found = false;
        above = t;
        // The parabola through f, slope and the new value, kept within a tenth and a half.
        const guess = Number.isFinite(trialValue) ? (-0.5 * slope * t * t) / (trialValue - value - slope * t) : 0;
        t = below > 0 ? 0.5 * (below + above) : Math.min(Math.max(guess, 0.1 * t), 0.5 * t);
        if (!(t > 1e-20)) break;
        continue;
      }
      found = true;
      let next = 0;
      for (let i = 0; i < n; i++) next += trialGradient[i] * d[i];
      if (clipped || next >= 0.9 * slope) break;
      below = t;
      t = above === Infinity ? 2 * t : 0.5 * (below + above);
      if (above - below < 1e-9 * below) break;
    }
    if (!found) {
      if (pairs.length === 0) break;
      pairs.length = 0;
      continue;
    }
    const s = new Float64Array(n);
    const y = new Float64Array(n);
    let sy = 0;
    let yy = 0;
    for (let i = 0; i < n; i++) {
      s[i] = trial[i] - x[i];
      y[i] = trialGradient[i] - g[i];
      sy += s[i] * y[i];
      yy += y[i] * y[i];
    }
    if (sy > 1e-12 * yy) {
      pairs.push({ s, y });
      if (pairs.length > memory) pairs.shift();
    }
    const gained = value - trialValue;
    [x, trial] = [trial, x];
    [g, trialGradient] = [trialGradient, g];
    value = trialValue;
    moved = true;
    if (gained <= functionTolerance * Math.max(1, Math.abs(value))) {
      converged = true;
      iterations++;
      break;
    }
  }
  return { x, value, evaluations, iterations, converged };
}

/**
 * Two-loop recursion in the free variables, around the Hessian given where there is one. False where neither that nor
 * any pair has curvature in them (then d = −g there).
 */
function direction(
  g: Float64Array,
  free: Uint8Array,
  pairs: readonly { s: Float64Array; y: Float64Array }[],
  hessian: Float64Array | undefined,
  d: Float64Array,
): boolean {
  const n = g.length;
  for (let i = 0; i < n; i++) d[i] = free[i] ? -g[i] : 0;
  const inner = (a: Float64Array, b: Float64Array): number => {
    let s = 0;
    for (let i = 0; i < n; i++) if (free[i]) s += a[i] * b[i];
    return s;
  };
  const used: { s: Float64Array; y: Float64Array; rho: number; alpha: number }[] = [];
  let scale = 0;
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { s, y } = pairs[k];
    const sy = inner(s, y);
    const yy = inner(y, y);
    if (!(sy > 1e-12 * yy)) continue;
    if (scale === 0) scale = sy / yy;
    const alpha = inner(s, d) / sy;
    for (let i = 0; i < n; i++) if (free[i]) d[i] -= alpha * y[i];
    used.push({ s, y, rho: 1 / sy, alpha });
  }
  if (!(hessian && solveFree(hessian, free, d))) {
    if (used.length === 0) return false;
    for (let i = 0; i < n; i++) d[i] *= scale;
  }
  for (let k = used.length - 1; k >= 0; k--) {
    const { s, y, rho, alpha } = used[k];
    const beta = rho * inner(y, d);
    for (let i = 0; i < n; i++) if (free[i]) d[i] += (alpha - beta) * s[i];
  }
  return true;
}

/** Solves H d = d in the free variables, in place; false where H has no factor there, and d is as it was. */
function solveFree(hessian: Float64Array, free: Uint8Array, d: Float64Array): boolean {
  const n = d.length;
  const at = Array.from(d.keys()).filter((i) => free[i]);
  const m = at.length;
  const h = Float64Array.from({ length: m * m }, (_, k) => hessian[at[Math.floor(k / m)] * n + at[k % m]]);
  if (choleskyInPlace(h, m) >= 0) return false;
  const b = Float64Array.from(at, (i) => d[i]);
  solveLower(h, m, b);
  solveLowerTransposed(h, m, b);
  at.forEach((i, k) => (d[i] = b[k]));
  return true;
}
