import { ArgumentError, check } from '../base';
import { levelCount, valueProblem } from './levels';
import type { Column, Dimension, Params, ParamsOf, SearchSpace } from './types';

function checkNumeric(name: string, dimension: Dimension & { kind: 'real' | 'integer' }): void {
  const { low, high, log } = dimension;
  const whole = dimension.kind === 'integer';
  const valid = whole ? Number.isSafeInteger : Number.isFinite;
  check(valid(low) && valid(high), `dimension '${name}'`, [low, high], `${whole ? 'integers' : 'finite numbers'} low, high`);
  check(low <= high, `dimension '${name}'`, [low, high], 'low ≤ high');
  check(!log || low > 0, `dimension '${name}'`, [low, high], 'low > 0, since it is logarithmic');
  if (dimension.kind !== 'integer' || dimension.step === undefined) return;
  const { step } = dimension;
  check(Number.isSafeInteger(step) && step >= 1, `dimension '${name}', step`, step, 'an integer ≥ 1');
  check(!log || step === 1, `dimension '${name}', step`, step, 'a step of 1 where it is logarithmic');
}

function checkDimension(name: string, dimension: Dimension): void {
  const kinds = ['real', 'integer', 'ordinal', 'categorical'];
  check(dimension !== null && typeof dimension === 'object', `dimension '${name}'`, dimension, 'real(…), integer(…), categorical(…) …');
  check(kinds.includes(dimension.kind), `dimension '${name}', kind`, dimension.kind, kinds.join(', '));
  if (dimension.kind === 'real' || dimension.kind === 'integer') {
    checkNumeric(name, dimension);
    return;
  }
  const { choices } = dimension;
  check(Array.isArray(choices) && choices.length > 0, `dimension '${name}'`, choices, 'at least one choice');
  for (const choice of choices) {
    const ok = ['string', 'boolean'].includes(typeof choice) || Number.isFinite(choice);
    check(ok, `dimension '${name}', choice`, choice, 'a finite number, a string or a boolean');
  }
  check(new Set(choices).size === choices.length, `dimension '${name}'`, choices, 'choices that all differ');
}

/**
 * A search space from named dimensions, in order (a conditional one comes after those that its condition reads), and
 * functions that say which combinations are allowed.
 * @throws ArgumentError naming the dimension: low > high, a logarithm of numbers ≤ 0, no choices, a choice twice
 */
export function defineSpace<const D extends Readonly<Record<string, Dimension>>>(
  dimensions: D,
  options: { allowed?: ((params: ParamsOf<D>) => boolean) | readonly ((params: ParamsOf<D>) => boolean)[] } = {},
): SearchSpace<ParamsOf<D>> {
  check(Object.keys(dimensions).length > 0, 'dimensions', dimensions, 'at least one dimension');
  for (const [name, dimension] of Object.entries(dimensions)) checkDimension(name, dimension);
  const { allowed } = options;
  if (allowed === undefined) return { dimensions };
  const list = (Array.isArray(allowed) ? allowed : [allowed]) as unknown[];
  for (const one of list) check(typeof one === 'function', 'allowed', one, 'a function of the parameters');
  return { dimensions, allowed: list as SearchSpace['allowed'] };
}

/** Names of the dimensions, in the order of the encoding's coordinates. */
export function dimensionNames(space: SearchSpace): string[] {
  return Object.keys(space.dimensions);
}

/** What each coordinate of the encoding is, in order. */
export function columns(space: SearchSpace): Column[] {
  return Object.entries(space.dimensions).map(([name, dimension]) => {
    const kind = dimension.kind === 'real' ? 'continuous' : dimension.kind === 'categorical' ? 'categorical' : 'ordered';
    return { name, kind, levels: levelCount(dimension) };
  });
}

/** True where every constraint between parameters holds. */
export function isAllowed(space: SearchSpace, params: Params): boolean {
  return space.allowed === undefined || space.allowed.every((allowed) => allowed(params));
}

/** What is wrong with parameters as a point of the space: what, the value got, what is wanted; undefined where nothing is. */
function problemOf(space: SearchSpace, params: Params): readonly [what: string, got: unknown, wanted: string] | undefined {
  const seen: Record<string, Params[string]> = {};
  for (const name of Object.keys(space.dimensions)) {
    const dimension = space.dimensions[name];
    const value = params[name];
    if (dimension.when !== undefined && !dimension.when(seen)) {
      if (value !== undefined) return [`params.${name}`, value, 'nothing: its condition does not hold'];
      continue;
    }
    const problem = valueProblem(dimension, value);
    if (problem !== undefined) return [`params.${name}`, value, problem];
    seen[name] = value;
  }
  for (const name of Object.keys(params)) {
    if (Object.prototype.hasOwnProperty.call(space.dimensions, name)) continue;
    return [`params.${name}`, params[name], `one of the dimensions ${dimensionNames(space).join(', ')}`];
  }
  return isAllowed(space, params) ? undefined : ['params', params, "a point that the space's constraints allow"];
}

/**
 * Checks that parameters are a point of the space: each active dimension has a value of its own, nothing else is there.
 * @throws ArgumentError naming the parameter
 */
export function checkParams(space: SearchSpace, params: Params): void {
  const problem = problemOf(space, params);
  if (problem !== undefined) throw new ArgumentError(...problem);
}

/** True where `checkParams` would not throw. */
export function contains(space: SearchSpace, params: Params): boolean {
  return problemOf(space, params) === undefined;
}
