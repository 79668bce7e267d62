import { ArgumentError, type Rng } from '../base';
import { decode, decodeValue, encode } from './encode';
import { dimensionNames, isAllowed } from './define';
import { levelCount, levelOf, levelValue } from './levels';
import type { Dimension, Params, ParamValue, SearchSpace } from './types';

/** Above this many combinations, conditions and constraints are no longer counted out. */
const COUNTABLE = 1_000_000;

function* walk(entries: [string, Dimension][], at: number, params: Record<string, ParamValue>): Generator<Params> {
  if (at === entries.length) {
    yield { ...params };
    return;
  }
  const [name, dimension] = entries[at];
  if (dimension.when !== undefined && !dimension.when(params)) {
    yield* walk(entries, at + 1, params);
    return;
  }
  const n = levelCount(dimension);
  for (let level = 0; level < n; level++) {
    params[name] = levelValue(dimension, level);
    yield* walk(entries, at + 1, params);
  }
  delete params[name];
}

/**
 * Every allowed point of a space without real dimensions, once, in lexicographic order.
 * @throws ArgumentError where the space has a real dimension of positive width
 */
export function* enumerate(space: SearchSpace): Generator<Params> {
  for (const [name, dimension] of Object.entries(space.dimensions)) {
    if (levelCount(dimension) === Infinity) throw new ArgumentError(`dimension '${name}'`, 'real', 'a space that can be enumerated');
  }
  for (const params of walk(Object.entries(space.dimensions), 0, {})) if (isAllowed(space, params)) yield params;
}

/**
 * Number of points: Infinity with a real dimension; counted exactly, conditions and constraints included, up to a
 * million combinations; beyond that the number of combinations, an upper bound.
 */
export function cardinality(space: SearchSpace): number {
  const dimensions = Object.values(space.dimensions);
  const combinations = dimensions.reduce((product, dimension) => product * levelCount(dimension), 1);
  const plain = space.allowed === undefined && dimensions.every((dimension) => dimension.when === undefined);
  if (plain || combinations > COUNTABLE) return combinations;
  let count = 0;
  for (const _ of enumerate(space)) count++;
  return count;
}

function draw(space: SearchSpace, rng: Rng, given: Partial<Params>): Params {
  const params: Record<string, ParamValue> = {};
  for (const [name, dimension] of Object.entries(space.dimensions)) {
    // One number a dimension, active or not: the stream's place does not depend on the values drawn.
    const x = rng.next();
    if (dimension.when !== undefined && !dimension.when(params)) continue;
    params[name] = given[name] ?? decodeValue(dimension, x);
  }
  return params;
}

/**
 * A point drawn uniformly over the encoding; the parameters in `given` stay as they are.
 * @throws ArgumentError where no allowed point is found
 */
export function sample(space: SearchSpace, rng: Rng, given: Partial<Params> = {}): Params {
  for (let attempt = 0; attempt < 2000; attempt++) {
    const params = draw(space, rng, given);
    if (isAllowed(space, params)) return params;
  }
  // Allowed points are rare. Where they can be counted out, choose among them all.
  const combinations = Object.values(space.dimensions).reduce((product, one) => product * levelCount(one), 1);
  if (combinations <= COUNTABLE) {
    const fits = (params: Params): boolean => dimensionNames(space).every((name) => given[name] === undefined || given[name] === params[name]);
    const all = [...enumerate(space)].filter(fits);
    if (all.length > 0) return rng.choice(all);
  }
  throw new ArgumentError('space.allowed', `no point allowed in 2000 drawn`, 'constraints between parameters that some points satisfy');
}

/**
 * Allowed points that differ from `params` in one dimension by one step: the level below and above for ordered ones,
 * every other choice for categorical ones; real ones stay. What a step switches on or off follows.
 */
export function neighbours(space: SearchSpace, params: Params): Params[] {
  const here = encode(space, params);
  const found: Params[] = [];
  Object.entries(space.dimensions).forEach(([name, dimension], column) => {
    if (params[name] === undefined || dimension.kind === 'real') return;
    const level = levelOf(dimension, params[name]);
    const n = levelCount(dimension);
    const others =
      dimension.kind === 'categorical'
        ? Array.from({ length: n }, (_, i) => i).filter((i) => i !== level)
        : [level - 1, level + 1].filter((i) => i >= 0 && i < n);
    for (const other of others) {
      const moved = { ...params, [name]: levelValue(dimension, other) };
      const settled = settle(space, moved, here, column);
      if (isAllowed(space, settled)) found.push(settled);
    }
  });
  return found;
}

/** Parameters after a move in one column: keeps values, drops those switched off, fills those switched on. */
function settle(space: SearchSpace, moved: Params, here: readonly number[], column: number): Params {
  const point = decode(space, here);
  const params: Record<string, ParamValue> = {};
  Object.entries(space.dimensions).forEach(([name, dimension], at) => {
    if (at > column && dimension.when !== undefined && !dimension.when(params)) return;
    if (at <= column && moved[name] === undefined) return;
    params[name] = moved[name] ?? point[name] ?? decodeValue(dimension, here[at]);
  });
  return params;
}
