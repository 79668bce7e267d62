/*
 * A small stand-in for the search of a network for a microcontroller: blocks, filters, resolution (integers), kernel,
 * block type, activation, bits (choices), learning rate and dropout (reals). ROM, RAM, MACs and parameters follow from
 * the choices; only the error has to be "trained". Minimise error, log10 ROM in kB, log10 MMACs; RAM ≤ 24 kB and
 * ROM ≤ 64 kB.
 */
import { variablesOf, type Problem } from './types';

const { exp, floor, log10, max, min, round } = Math;

export const TINYMIX_KERNELS: readonly number[] = [3, 5, 7];
export const TINYMIX_BLOCK_TYPES: readonly string[] = ['plain', 'separable', 'bottleneck'];
export const TINYMIX_ACTIVATIONS: readonly string[] = ['relu', 'hswish', 'gelu'];
export const TINYMIX_BITS: readonly number[] = [8, 16, 32];

/** A point of TinyMix by name, as a search space gives it. */
export interface TinyMixParams {
  /** 1 … 6; the filters double after every second one. */
  readonly blocks: number;
  /** Of the first two blocks, 4 … 32. */
  readonly filters: number;
  /** Side of the picture, 16 … 48; each block halves it. */
  readonly resolution: number;
  /** Side of the window: 3, 5 or 7. */
  readonly kernel: number;
  /** Of the blocks: 'plain', 'separable' or 'bottleneck'. */
  readonly type: string;
  /** 'relu', 'hswish' or 'gelu'. */
  readonly activation: string;
  /** Of the weights and activations: 8, 16 or 32. */
  readonly bits: number;
  /** log10 of the learning rate. */
  readonly learningRate: number;
  /** Share dropped in training, 0 … 0.5. */
  readonly dropout: number;
}

/** What follows from the hyper-parameters of a TinyMix network without training it. */
export interface TinyMixCosts {
  /** Weights at their bits, KiB. */
  readonly romKb: number;
  /** Input and output of the largest layer at their bits, KiB. */
  readonly ramKb: number;
  /** Millions of multiply-accumulates of one inference. */
  readonly mmacs: number;
  /** Weights and biases, the head's among them. */
  readonly parameters: number;
}

/** What follows from the parameters without training. */
export function tinyMixCosts(params: TinyMixParams): TinyMixCosts {
  const { blocks, filters, kernel: k, bits } = params;
  const type = TINYMIX_BLOCK_TYPES.indexOf(params.type);
  const bytes = bits / 8;
  let side = params.resolution;
  let channels = 1;
  let parameters = 0;
  let macs = 0;
  let peak = 0;
  for (let i = 0; i < blocks; i++) {
    const out = filters * 2 ** floor(i / 2);
    const half = floor((side + 1) / 2);
    const big = side * side;
    const small = half * half;
    let weights: number;
    if (type === 0) {
      weights = k * k * channels * out;
      macs += weights * small;
      peak = max(peak, big * channels + small * out);
    } else if (type === 1) {
      weights = k * k * channels + channels * out;
      macs += weights * small;
      peak = max(peak, big * channels + small * channels, small * channels + small * out);
    } else {
      const middle = max(1, floor(out / 2));
      const squeeze = channels * middle;
      const rest = k * k * middle * middle + middle * out;
      weights = squeeze + rest;
      macs += squeeze * big + rest * small;
      peak = max(peak, big * channels + big * middle, big * middle + small * middle, small * middle + small * out);
    }
    parameters += weights + out;
    channels = out;
    side = half;
  }
  parameters += channels * 10 + 10;
  macs += channels * 10;
  return { romKb: (parameters * bytes) / 1024, ramKb: (peak * bytes) / 1024, mmacs: macs / 1e6, parameters };
}

/** The error after "training", in [0, 0.9). */
export function tinyMixError(params: TinyMixParams, parameters: number = tinyMixCosts(params).parameters): number {
  const { blocks, resolution, learningRate, dropout } = params;
  const k = TINYMIX_KERNELS.indexOf(params.kernel);
  const type = TINYMIX_BLOCK_TYPES.indexOf(params.type);
  const activation = TINYMIX_ACTIVATIONS.indexOf(params.activation);
  const bits = TINYMIX_BITS.indexOf(params.bits);
  let v = 0.05 + 0.55 * exp(-0.9 * (log10(parameters) - 2));
  v += 0.12 * exp(-(resolution - 16) / 10);
  v += 0.1 * (learningRate - (-2 - 0.15 * blocks + (activation === 2 ? 0.2 : 0))) ** 2;
  v += 0.6 * (dropout - (0.03 + 0.06 * blocks)) ** 2;
  v += [0.006, 0, 0.004][k] + [0, 0.012, 0.02][type] + [0.01, 0.008, 0][activation] + [0.015, 0.003, 0][bits];
  if (bits === 0 && activation === 2) v += 0.01;
  return 0.9 * (1 - exp(-v / 0.9));
}

/**
 * The dimensions of TinyMix as plain data: `space.defineSpace(problems.tinyMixDimensions)` makes a space whose
 * parameters are `TinyMixParams`.
 */
export const tinyMixDimensions = {
  blocks: { kind: 'integer', low: 1, high: 6 },
  filters: { kind: 'integer', low: 4, high: 32 },
  resolution: { kind: 'integer', low: 16, high: 48 },
  kernel: { kind: 'ordinal', choices: [3, 5, 7] },
  type: { kind: 'categorical', choices: ['plain', 'separable', 'bottleneck'] },
  activation: { kind: 'categorical', choices: ['relu', 'hswish', 'gelu'] },
  bits: { kind: 'ordinal', choices: [8, 16, 32] },
  learningRate: { kind: 'real', low: -4, high: -1 },
  dropout: { kind: 'real', low: 0, high: 0.5 },
} as const;

/** Objectives for a study: error to be told, ROM and MACs known. */
export const tinyMixObjectives = [
  { name: 'error', direction: 'minimize', reference: 0.6 },
  { name: 'rom', direction: 'minimize', reference: 1.9, label: 'ROM (kB, log10)', known: (p: TinyMixParams): number => log10(tinyMixCosts(p).romKb) },
  { name: 'macs', direction: 'minimize', reference: 1.5, label: 'MACs (millions, log10)', known: (p: TinyMixParams): number => log10(tinyMixCosts(p).mmacs) },
] as const;

/** Constraints for a study, both known: kB of RAM and ROM. */
export const tinyMixConstraints = [
  { name: 'ramKb', upper: 24, known: (p: TinyMixParams): number => tinyMixCosts(p).ramKb },
  { name: 'romKb', upper: 64, known: (p: TinyMixParams): number => tinyMixCosts(p).romKb },
] as const;

const pick = <T>(choices: readonly T[], index: number): T => choices[min(choices.length - 1, max(0, round(index)))];

/** As numbers: integers and indices of choices are rounded. */
export function tinyMix(): Problem {
  return {
    name: 'TinyMix',
    bounds: [[1, 6], [4, 32], [16, 48], [0, 2], [0, 2], [0, 2], [0, 2], [-4, -1], [0, 0.5]],
    objectiveCount: 3,
    constraintCount: 2,
    integers: [0, 1, 2, 3, 4, 5, 6],
    reference: [0.6, 1.9, 1.5],
    bestHypervolume: 4.405287466206614,
    evaluate: (point) => {
      const x = variablesOf(point, 9);
      const params: TinyMixParams = {
        blocks: round(x[0]),
        filters: round(x[1]),
        resolution: round(x[2]),
        kernel: pick(TINYMIX_KERNELS, x[3]),
        type: pick(TINYMIX_BLOCK_TYPES, x[4]),
        activation: pick(TINYMIX_ACTIVATIONS, x[5]),
        bits: pick(TINYMIX_BITS, x[6]),
        learningRate: x[7],
        dropout: x[8],
      };
      const costs = tinyMixCosts(params);
      return {
        objectives: [tinyMixError(params, costs.parameters), log10(costs.romKb), log10(costs.mmacs)],
        constraints: [costs.ramKb - 24, costs.romKb - 64],
      };
    },
  };
}
