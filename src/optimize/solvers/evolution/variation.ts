/*
 * Offspring in the unit cube. Ordered columns: simulated binary crossover and polynomial mutation, bounded (Deb,
 * Agrawal, "Simulated binary crossover for continuous search space", Complex Systems 9, 1995; Deb, Goyal, 1996).
 * Categorical ones: either parent's value, mutated to any other.
 */
import { check, clamp, type Rng } from '../../../base';
import { columns, decode, isAllowed, key, sample, type Column, type Params } from '../../../space';
import { isKnownFeasible, triedKeys, type OptimizerContext } from '../../../study';

export interface VariationOptions {
  /** Probability that two parents are crossed at all. Default 0.9. */
  readonly crossover?: number;
  /** Distribution index of the crossover: the higher, the closer to the parents. Default 15. */
  readonly crossoverIndex?: number;
  /** Probability that a coordinate mutates. Default 1 / d. */
  readonly mutation?: number;
  /** Distribution index of the mutation. Default 20. */
  readonly mutationIndex?: number;
}

/** @throws ArgumentError naming the option that makes no sense */
export function checkVariation(options: VariationOptions): void {
  for (const name of ['crossover', 'mutation'] as const) {
    const value = options[name];
    check(value === undefined || (value >= 0 && value <= 1), name, value, 'a probability');
  }
  for (const name of ['crossoverIndex', 'mutationIndex'] as const) {
    const value = options[name];
    check(value === undefined || value >= 0, name, value, 'a number ≥ 0');
  }
}

/** One of the two children of a and b in one coordinate, inside [0, 1]. */
function crossCoordinate(a: number, b: number, index: number, rng: Rng): number {
  const low = Math.min(a, b);
  const high = Math.max(a, b);
  const u = rng.next();
  const upper = rng.next() < 0.5;
  if (high - low < 1e-14) return a;
  const room = upper ? 1 - high : low;
  const beta = 1 + (2 * room) / (high - low);
  const alpha = 2 - Math.pow(beta, -(index + 1));
  const spread =
    u <= 1 / alpha ? Math.pow(u * alpha, 1 / (index + 1)) : Math.pow(1 / (2 - u * alpha), 1 / (index + 1));
  const child = 0.5 * (low + high + (upper ? spread : -spread) * (high - low));
  return clamp(child);
}

function mutateCoordinate(x: number, index: number, rng: Rng): number {
  const u = rng.next();
  const power = 1 / (index + 1);
  const delta =
    u < 0.5
      ? Math.pow(2 * u + (1 - 2 * u) * Math.pow(1 - x, index + 1), power) - 1
      : 1 - Math.pow(2 * (1 - u) + 2 * (u - 0.5) * Math.pow(x, index + 1), power);
  return clamp(x + delta);
}

function otherLevel(x: number, levels: number, rng: Rng): number {
  if (levels < 2) return x;
  const level = Math.min(levels - 1, Math.floor(x * levels));
  const other = rng.integer(0, levels - 2);
  return ((other >= level ? other + 1 : other) + 0.5) / levels;
}

/** A mutation of an ordered column that moves to another level at least, where there are levels. */
function mutateOrdered(x: number, column: Column, index: number, rng: Rng): number {
  const moved = mutateCoordinate(x, index, rng);
  if (!Number.isFinite(column.levels) || column.levels < 2) return moved;
  const width = 1 / column.levels;
  if (Math.abs(moved - x) >= width) return moved;
  const up = x + width > 1 ? false : x - width < 0 ? true : moved >= x;
  return clamp(up ? x + width : x - width);
}

/** A child of two parents in the unit cube (d). */
export function offspring(
  a: readonly number[],
  b: readonly number[],
  space: readonly Column[],
  options: VariationOptions,
  rng: Rng,
): number[] {
  const { crossover = 0.9, crossoverIndex = 15, mutation = 1 / space.length, mutationIndex = 20 } = options;
  const crossed = rng.next() < crossover;
  return space.map((column, j) => {
    let x = a[j];
    if (crossed && rng.next() < 0.5) {
      x = column.kind === 'categorical' ? b[j] : crossCoordinate(a[j], b[j], crossoverIndex, rng);
    }
    if (rng.next() >= mutation) return x;
    return column.kind === 'categorical' ? otherLevel(x, column.levels, rng) : mutateOrdered(x, column, mutationIndex, rng);
  });
}

/**
 * Children made by `make` that are allowed, may be feasible, and were not tried before; after many attempts random
 * points instead.
 */
export function breed(context: OptimizerContext, n: number, make: (space: readonly Column[]) => readonly number[]): Params[] {
  const layout = columns(context.space);
  const taken = triedKeys([...context.history, ...context.pending]);
  const fits = (params: Params): boolean =>
    !taken.has(key(params)) && isAllowed(context.space, params) && isKnownFeasible(context, params);
  return Array.from({ length: n }, () => {
    let params = decode(context.space, make(layout));
    for (let attempt = 0; attempt < 100 && !fits(params); attempt++) params = decode(context.space, make(layout));
    for (let attempt = 0; attempt < 1000 && !fits(params); attempt++) params = sample(context.space, context.rng);
    taken.add(key(params));
    return params;
  });
}
