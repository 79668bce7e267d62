/**
 * Affine quantisation: real = scale · (q − zeroPoint). Activations: range [min, max] widened to hold 0,
 * scale = (max − min) / 255, zeroPoint = round(qmin − min / scale) (Jacob et al. 2018, section 3; the LiteRT int8
 * specification has the same with qmin = −128). Scales are rounded to float32 before anything is divided by them.
 */
import type { Affine, Scheme } from './quantized-model';

/** Range of a tensor's real values. */
export interface Range {
  /** Least value. */
  readonly min: number;
  /** Greatest value. */
  readonly max: number;
}

/** Ranges of activation tensors, by the name of the layer that gives them. */
export type Ranges = ReadonlyMap<string, Range>;

/** What is added to the bias of each linear layer, one number an output channel, so that rounding leaves its mean where it was. */
export type BiasShifts = ReadonlyMap<string, Float32Array>;

/** What the channels of a layer's output are multiplied by, by layer; those left out by 1. */
export type Factors = ReadonlyMap<string, Float32Array>;

/** Ranges of the rescaled network, the factors that rescale it, and what rounding does to the means of its channels. */
export interface Calibration extends Ranges {
  /** What rescales channels, so that one scale fits all of a layer's. */
  readonly factors: Factors;
  /** By scheme, where biases are corrected. */
  readonly biasShifts: Readonly<Partial<Record<Scheme, BiasShifts>>>;
}

/** Smallest and largest quantised value of an activation. */
export function limitsOf(scheme: Scheme): readonly [min: number, max: number] {
  return scheme === 'int8' ? [-128, 127] : [0, 255];
}

/** Nearest integer, halves away from zero: the rule of C's round(). */
export function roundAway(x: number): number {
  return x < 0 ? -Math.floor(-x + 0.5) : Math.floor(x + 0.5);
}

export function clamp(x: number, lo: number, hi: number): number {
  return x < lo ? lo : x > hi ? hi : x;
}

/** The range, widened to hold 0. */
export function widened({ min, max }: Range): Range {
  return { min: Math.min(0, min), max: Math.max(0, max) };
}

/** Scale and zero point of an activation tensor. A range without extent gives scale 1. */
export function affineOf(range: Range, scheme: Scheme): Affine {
  const { min, max } = widened(range);
  const [lo, hi] = limitsOf(scheme);
  const scale = Math.fround((max - min) / (hi - lo));
  if (scale === 0) return { scale: 1, zeroPoint: scheme === 'int8' ? 0 : lo };
  return { scale, zeroPoint: clamp(roundAway(lo - min / scale), lo, hi) };
}

/** Output range that the specification fixes: 1/256 for softmax and sigmoid, 1/128 for tanh. */
export function fixedAffine(kind: string, scheme: Scheme): Affine | undefined {
  const [lo] = limitsOf(scheme);
  if (kind === 'softmax' || kind === 'sigmoid') return { scale: 1 / 256, zeroPoint: lo };
  if (kind === 'tanh') return { scale: 1 / 128, zeroPoint: lo + 128 };
  return undefined;
}
