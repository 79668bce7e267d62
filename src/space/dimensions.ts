import type { ChoiceDimension, IntegerDimension, ParamValue, RealDimension } from './types';

/** A real number in [low, high]; `log` spreads it evenly over its logarithm. */
export function real(low: number, high: number, options: { log?: boolean } = {}): RealDimension {
  // Adding 0 makes a plain zero of a negative one.
  return { kind: 'real', low: low + 0, high: high + 0, ...(options.log ? { log: true } : {}) };
}

/** An integer in [low, high], both ends included: low, low + step … ; `log` spreads it evenly over its logarithm. */
export function integer(low: number, high: number, options: { step?: number; log?: boolean } = {}): IntegerDimension {
  return {
    kind: 'integer',
    low,
    high,
    ...(options.step === undefined ? {} : { step: options.step }),
    ...(options.log ? { log: true } : {}),
  };
}

/** One of some values whose order means something, such as 8, 16, 32 bits. */
export function ordinal<const T extends ParamValue>(choices: readonly T[]): ChoiceDimension<T> & {
  /** The order means something. */
  kind: 'ordinal';
} {
  return { kind: 'ordinal', choices };
}

/** One of some values without order. */
export function categorical<const T extends ParamValue>(
  choices: readonly T[],
): ChoiceDimension<T> & {
  /** Without order. */
  kind: 'categorical';
} {
  return { kind: 'categorical', choices };
}

/** True or false. */
export function boolean(): ChoiceDimension<boolean> & {
  /** Without order. */
  kind: 'categorical';
} {
  return { kind: 'categorical', choices: [false, true] };
}

/** Always this value; stands in every trial's parameters. */
export function fixed<const T extends ParamValue>(value: T): ChoiceDimension<T> & {
  /** Without order. */
  kind: 'categorical';
} {
  return { kind: 'categorical', choices: [value] };
}

/**
 * The dimension, present only while `condition` holds of the parameters declared before it:
 * `{ op: categorical(['dense', 'conv']), kernel: when((p) => p.op === 'conv', ordinal([3, 5])) }`.
 */
export function when<D extends RealDimension | IntegerDimension | ChoiceDimension>(
  // The values' types are known only once the whole space is defined.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  condition: (params: Readonly<Record<string, any>>) => boolean,
  dimension: D,
): D & {
  /** For the compiler: the parameter may be absent. */
  readonly conditional: true;
} {
  // `conditional` only informs the compiler; at run time `when` says it.
  return { ...dimension, when: condition } as unknown as D & { readonly conditional: true };
}
