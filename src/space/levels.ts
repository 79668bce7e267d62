import type { Dimension, ParamValue } from './types';

/** Number of distinct values of a dimension; Infinity for a real one of positive width. */
export function levelCount(dimension: Dimension): number {
  switch (dimension.kind) {
    case 'real':
      return dimension.low === dimension.high ? 1 : Infinity;
    case 'integer':
      return Math.floor((dimension.high - dimension.low) / (dimension.step ?? 1)) + 1;
    default:
      return dimension.choices.length;
  }
}

/** Value of level `index` (from 0) of a dimension with finitely many. */
export function levelValue(dimension: Dimension, index: number): ParamValue {
  switch (dimension.kind) {
    case 'real':
      return dimension.low;
    case 'integer':
      return dimension.low + index * (dimension.step ?? 1);
    default:
      return dimension.choices[index];
  }
}

/** Level of a value, or −1 where the dimension does not have it (or has no levels). */
export function levelOf(dimension: Dimension, value: unknown): number {
  if (dimension.kind === 'real') return value === dimension.low && dimension.low === dimension.high ? 0 : -1;
  if (dimension.kind === 'integer') {
    if (typeof value !== 'number' || value < dimension.low || value > dimension.high) return -1;
    const index = (value - dimension.low) / (dimension.step ?? 1);
    return Number.isInteger(index) ? index : -1;
  }
  return dimension.choices.indexOf(value as ParamValue);
}

/** What is wrong with a value of a dimension, or undefined. */
export function valueProblem(dimension: Dimension, value: unknown): string | undefined {
  if (dimension.kind === 'real') {
    const ok = typeof value === 'number' && value >= dimension.low && value <= dimension.high;
    return ok ? undefined : `a number in [${dimension.low}, ${dimension.high}]`;
  }
  if (levelOf(dimension, value) >= 0) return undefined;
  if (dimension.kind === 'integer') {
    const steps = dimension.step === undefined ? '' : ` in steps of ${dimension.step}`;
    return `an integer in [${dimension.low}, ${dimension.high}]${steps}`;
  }
  return `one of ${dimension.choices.map((choice) => JSON.stringify(choice)).join(', ')}`;
}
