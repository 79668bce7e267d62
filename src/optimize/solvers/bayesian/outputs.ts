/*
 * Outputs as a surrogate sees them: standardised, with what lies beyond the reference drawn in logarithmically. Nothing
 * there can gain hypervolume, so its shape need not be kept, and one wild value no longer sets the scale of the rest.
 */

import { fitYeoJohnson, yeoJohnson, yeoJohnsonInverse } from '../../../math';
import type { Stretch } from '../../acquisitions/ehvi';

/**
 * Rising and smooth. Up to the reference affine, so that hypervolume keeps its meaning up to a constant factor; or warped,
 * and then `stretch` says what lengths mean.
 */
export interface OutputScale {
  readonly shift: number;
  readonly scale: number;
  /** Value in standard units. */
  toModel(y: number): number;
  /** The value that stands for v standard units. */
  fromModel(v: number): number;
  /** Lengths in standard units along those of the model, where these are warped. */
  readonly stretch?: Stretch;
}

/**
 * A belief of mean and deviation in standard units, in the user's units and direction (`sign` −1 where that is
 * maximised); the deviation is half the width of ± one of its own.
 */
export function inUsersUnits(output: OutputScale, sign: number, mean: number, deviation: number): { mean: number; deviation: number } {
  const width = output.fromModel(mean + deviation) - output.fromModel(mean - deviation);
  return { mean: sign * output.fromModel(mean), deviation: width / 2 };
}

/** Scale for outputs of which those above `limit` (finite, or Infinity for none) do not matter. */
export function outputScale(values: readonly number[], limit: number): OutputScale {
  const least = Math.min(...values);
  let room = limit - least;
  if (!(room > 0) || !Number.isFinite(room)) {
    const sorted = [...values].sort((a, b) => a - b);
    const middle = sorted[Math.floor(sorted.length / 2)];
    room = Number.isFinite(limit) ? Math.max(middle - least, 0) : Infinity;
  }
  const drawn = (y: number): number => {
    if (!(y > limit) || room === Infinity) return y;
    return room > 0 ? limit + room * Math.log1p((y - limit) / room) : y;
  };
  const seen = values.map(drawn);
  const shift = seen.reduce((s, v) => s + v / seen.length, 0);
  const spread = Math.sqrt(seen.reduce((s, v) => s + (v - shift) ** 2, 0) / Math.max(1, seen.length - 1));
  // A flat output has no scale of its own; any will do that keeps its numbers near 0.
  const scale = spread > 1e-12 * Math.max(Math.abs(shift), Number.MIN_VALUE * 1e12) ? spread : Math.abs(shift) || 1;
  const undrawn = (v: number): number => (!(v > limit) || room === Infinity || !(room > 0) ? v : limit + room * Math.expm1((v - limit) / room));
  return { shift, scale, toModel: (y) => (drawn(y) - shift) / scale, fromModel: (v) => undrawn(shift + scale * v) };
}

/*
 * What warping is worth. Objectives (bench/optimizer.ts --solvers warp:none,warp:all --seeds 4 --problems
 * RE23,VehicleSafety,TinyMix), paired, hypervolume after 60 evaluations: +2.7e6 ± 2.2e6 on RE23, −0.51 ± 0.16 on
 * VehicleSafety, −0.008 ± 0.032 on TinyMix (after 20 −0.24 ± 0.08); after 100 +1.2e6 ± 5e6, −0.40 ± 0.17, −0.007 ± 0.009.
 * Constraints (warp:none,warp:constraints --seeds 10 --problems OSY,C2-DTLZ2): +1 ± 4 and +0.0007 ± 0.0002 after 60,
 * +1 ± 2 and +0.0002 ± 0.0001 after 100, but −290 ± 110 and −0.012 ± 0.012 after 20. A Gaussian process fits a function,
 * whose values at a design's points need not be normal, so neither is the default.
 */

/** Knots that lengths are measured between. */
const KNOTS = 24;

/**
 * The same, warped by the power transformation of Yeo and Johnson that makes the outputs most like normal ones (its λ
 * kept in [0, 2], where it is defined for every number both ways).
 */
export function warpedScale(values: readonly number[], limit: number): OutputScale {
  const plain = outputScale(values, limit);
  const standard = values.map(plain.toModel);
  const lambda = fitYeoJohnson(standard, 0, 2);
  const seen = standard.map((v) => yeoJohnson(v, lambda));
  const { shift, scale } = outputScale(seen, Infinity);
  const warp = (v: number): number => (yeoJohnson(v, lambda) - shift) / scale;
  const unwarp = (z: number): number => yeoJohnsonInverse(shift + scale * z, lambda);
  const high = warp(plain.toModel(Number.isFinite(limit) ? limit : Math.max(...values)));
  // Three deviations below the best: what lies lower yet is not believed.
  const low = Math.min(high, ...seen.map((v) => (v - shift) / scale)) - 3;
  const knots = Float64Array.from({ length: KNOTS }, (_, i) => low + ((high - low) * i) / (KNOTS - 1));
  const secants = Array.from({ length: KNOTS - 1 }, (_, i) => (unwarp(knots[i + 1]) - unwarp(knots[i])) / (knots[i + 1] - knots[i]));
  return {
    ...plain,
    toModel: (y) => warp(plain.toModel(y)),
    fromModel: (z) => plain.fromModel(unwarp(z)),
    stretch: { knots, slopes: Float64Array.from([secants[0], ...secants, secants[KNOTS - 2]]) },
  };
}
