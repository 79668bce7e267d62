/*
 * Parameters ↔ points of the unit cube, one coordinate a dimension.
 * A dimension with n levels cuts [0, 1] into n cells and encodes as the middle of its cell, so that a uniform point
 * decodes to a uniform level; a real one is scaled (after its logarithm, where asked). A logarithmic integer's cell
 * reaches from v − ½ to v + ½ in the logarithm.
 * decode(encode(p)) is p, bit for bit, for every p that decode can give (a real number that comes from elsewhere may
 * differ in its last digits: fewer numbers lie in [0, 1] than in [low, high]).
 */
import { check, clamp } from '../base';
import { levelCount, levelOf, levelValue } from './levels';
import type { Dimension, Params, ParamValue, SearchSpace } from './types';

function decodeReal(low: number, high: number, log: boolean, x: number): number {
  if (x <= 0) return low;
  if (x >= 1) return high;
  const value = log ? Math.exp(Math.log(low) + x * (Math.log(high) - Math.log(low))) : low + x * (high - low);
  return clamp(value, low, high);
}

const bits = new DataView(new ArrayBuffer(8));

/** The number `steps` representable ones away from x > 0. */
function away(x: number, steps: number): number {
  bits.setFloat64(0, x);
  bits.setBigInt64(0, bits.getBigInt64(0) + BigInt(steps));
  return bits.getFloat64(0);
}

function encodeReal(low: number, high: number, log: boolean, value: number): number {
  if (low === high) return 0.5;
  const x = clamp(
    log ? (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low)) : (value - low) / (high - low),
    0,
    1,
  );
  if (x === 0 || x === 1 || decodeReal(low, high, log, x) === value) return x;
  // Rounding missed by a few units in the last place: the exact preimage, where there is one, is close by.
  const above = decodeReal(low, high, log, x) < value;
  let from = x;
  let step = above ? 1 : -1;
  while (Math.abs(step) < 2 ** 52) {
    const next = clamp(away(from, step), 0, 1);
    const got = decodeReal(low, high, log, next);
    if (got === value) return next;
    if (got < value === above && next > 0 && next < 1) {
      from = next;
      step *= 2;
    } else if (Math.abs(step) === 1) break;
    else step = above ? 1 : -1;
  }
  return x;
}

/** Coordinate in [0, 1] of a value of one dimension. */
export function encodeValue(dimension: Dimension, value: ParamValue): number {
  if (dimension.kind === 'real') return encodeReal(dimension.low, dimension.high, dimension.log === true, value as number);
  if (dimension.kind === 'integer' && dimension.log) {
    const bottom = Math.log(dimension.low - 0.5);
    return (Math.log(value as number) - bottom) / (Math.log(dimension.high + 0.5) - bottom);
  }
  return (levelOf(dimension, value) + 0.5) / levelCount(dimension);
}

/** Value of one dimension at coordinate x; outside [0, 1] the nearest end. */
export function decodeValue(dimension: Dimension, x: number): ParamValue {
  if (dimension.kind === 'real') return decodeReal(dimension.low, dimension.high, dimension.log === true, x);
  if (dimension.kind === 'integer' && dimension.log) {
    const bottom = Math.log(dimension.low - 0.5);
    const value = Math.exp(bottom + x * (Math.log(dimension.high + 0.5) - bottom));
    return clamp(Math.round(value), dimension.low, dimension.high);
  }
  const n = levelCount(dimension);
  return levelValue(dimension, clamp(Math.floor(x * n), 0, n - 1));
}

/** Where an absent conditional parameter stands in the encoding: the middle. */
export function imputedCoordinate(dimension: Dimension): number {
  return encodeValue(dimension, decodeValue(dimension, 0.5));
}

/**
 * Coordinates of parameters in the unit cube, one a dimension, in the space's order; an absent conditional one stands
 * in the middle.
 * @throws ArgumentError where a value is not one of its dimension's
 */
export function encode(space: SearchSpace, params: Params): number[] {
  return Object.entries(space.dimensions).map(([name, dimension]) => {
    const value = params[name];
    if (value === undefined && dimension.when !== undefined) return imputedCoordinate(dimension);
    const ok = dimension.kind === 'real' ? Number.isFinite(value) : levelOf(dimension, value) >= 0;
    check(ok, `params.${name}`, value, `a value of this ${dimension.kind} dimension`);
    return encodeValue(dimension, value);
  });
}

/** Parameters at a point of the unit cube (d coordinates): conditional ones only where their condition holds. */
export function decode(space: SearchSpace, x: ArrayLike<number>): Params {
  const params: Record<string, ParamValue> = {};
  let column = 0;
  for (const [name, dimension] of Object.entries(space.dimensions)) {
    const coordinate = x[column++];
    check(!Number.isNaN(coordinate) && coordinate !== undefined, `x[${column - 1}]`, coordinate, 'a number in [0, 1]');
    if (dimension.when === undefined || dimension.when(params)) params[name] = decodeValue(dimension, coordinate);
  }
  return params;
}

/** A text that two parameter sets share exactly when they are the same point. */
export function key(params: Params): string {
  return JSON.stringify(Object.entries(params).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
