import type { Range } from '../affine';

/** Watches one tensor's values, batch by batch, and says which range to quantise. */
export interface RangeTracker {
  /** Sees a batch's values, in any order; the array is reused afterwards, so what is to stay has to be copied. */
  observe(values: Float32Array): void;
  /** @throws ParetinoError if nothing was observed. */
  range(): Range;
}

/** A way to choose activation ranges. A notebook may define its own and pass it to calibrate. */
export interface Observer {
  /** Its name, for people. */
  readonly name: string;
  /** A tracker for one tensor. */
  create(): RangeTracker;
}

/** Least and greatest of the values. */
export function extremes(values: Float32Array): Range {
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}
