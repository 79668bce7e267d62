import { check } from '../../base';
import type { Layer } from '../../nn';
import { clamp, roundAway, widened, type Range } from './affine';
import type { QuantizedWeights, Scheme } from './quantized-model';

type LinearKind = Extract<Layer['kind'], 'conv2d' | 'depthwiseConv2d' | 'dense'>;

/** Largest magnitude of a quantised bias: leaves as much again to the products in an int32 accumulator. */
const biasLimit = 2 ** 30;

/** A multiplier inputScale · weightScale / outputScale below this would need a longer shift than int32 has. */
const smallestMultiplier = 2 ** -24;

/**
 * Position in the deployed layout ([out, kh, kw, in] and [out, in]) of each weight in TensorFlow's
 * ([kh, kw, in, out] and [in, out]); a depthwise kernel stays as it is.
 */
function toDeployedLayout<T extends Int8Array | Uint8Array | Float32Array>(
  values: T,
  kind: LinearKind,
  channels: number,
): T {
  if (kind === 'depthwiseConv2d') return values.slice() as T;
  const rest = values.length / channels;
  const result = values.slice() as T;
  for (let i = 0; i < values.length; i++) result[(i % channels) * rest + Math.floor(i / channels)] = values[i];
  return result;
}

/** toDeployedLayout backwards. */
export function fromDeployedLayout(values: Float32Array, kind: LinearKind, channels: number): Float32Array {
  if (kind === 'depthwiseConv2d') return values.slice();
  const rest = values.length / channels;
  const result = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) result[i] = values[(i % channels) * rest + Math.floor(i / channels)];
  return result;
}

/** Least and greatest weight of each output channel (the fastest axis of every TensorFlow layout). */
function channelRanges(kernel: Float32Array, channels: number): Range[] {
  const min = new Float64Array(channels).fill(Infinity);
  const max = new Float64Array(channels).fill(-Infinity);
  for (let i = 0; i < kernel.length; i++) {
    const c = i % channels;
    if (kernel[i] < min[c]) min[c] = kernel[i];
    if (kernel[i] > max[c]) max[c] = kernel[i];
  }
  return Array.from(min, (lo, c) => ({ min: lo, max: max[c] }));
}

/** The grid that a kernel's weights are rounded to: real = scale · (q − zeroPoint), q an int8 or uint8. */
export interface WeightGrid {
  /** One a channel for int8, one for uint8. */
  readonly scales: Float32Array;
  /** 0 for int8, whose grids are symmetric. */
  readonly zeroPoint: number;
}

/**
 * Scales (and, for uint8, the zero point) of a kernel. int8: max |w| / 127 per output channel, zero point 0.
 * uint8: the range of all weights, widened to hold 0, / 255.
 * @param smallest least scale allowed, per channel; a channel of zeros gets it, or 1 where it is 0.
 */
export function weightGrid(
  kernel: Float32Array,
  channels: number,
  scheme: Scheme,
  smallest?: ArrayLike<number>,
): WeightGrid {
  const ranges = channelRanges(kernel, channels);
  if (scheme === 'int8') {
    const scales = Float32Array.from(
      ranges,
      ({ min, max }, c) => Math.max(Math.max(-min, max) / 127, smallest?.[c] ?? 0) || 1,
    );
    return { scales, zeroPoint: 0 };
  }
  const { min, max } = widened({
    min: Math.min(...ranges.map((r) => r.min)),
    max: Math.max(...ranges.map((r) => r.max)),
  });
  const floor = smallest ? Array.from(smallest).reduce((a, b) => Math.max(a, b), 0) : 0;
  const scale = Math.fround(Math.max((max - min) / 255, floor)) || 1;
  return { scales: Float32Array.of(scale), zeroPoint: clamp(roundAway(-min / scale), 0, 255) };
}

/** Integers of a kernel on its grid, in TensorFlow's layout: [−127, 127] for int8, [0, 255] for uint8. */
export function onGrid(
  kernel: Float32Array,
  channels: number,
  scheme: Scheme,
  { scales, zeroPoint }: WeightGrid,
): Int8Array | Uint8Array {
  const isSigned = scheme === 'int8';
  const result = isSigned ? new Int8Array(kernel.length) : new Uint8Array(kernel.length);
  for (let i = 0; i < kernel.length; i++) {
    const scale = isSigned ? scales[i % channels] : scales[0];
    const q = roundAway(kernel[i] / scale) + zeroPoint;
    result[i] = isSigned ? clamp(q, -127, 127) : clamp(q, 0, 255);
  }
  return result;
}

/** A kernel rounded to its grid and back to real numbers, in TensorFlow's layout. */
export function roundedKernel(
  kernel: Float32Array,
  channels: number,
  scheme: Scheme,
  grid: WeightGrid = weightGrid(kernel, channels, scheme),
): Float32Array {
  const q = onGrid(kernel, channels, scheme, grid);
  return Float32Array.from(
    q,
    (value, i) => (value - grid.zeroPoint) * grid.scales[grid.scales.length === 1 ? 0 : i % channels],
  );
}

/** A given grid with scales of at least `smallest`. */
function raised({ scales, zeroPoint }: WeightGrid, smallest: Float64Array): WeightGrid {
  const floor = scales.length === 1 ? smallest.reduce((a, b) => Math.max(a, b), 0) : undefined;
  return { scales: scales.map((s, c) => Math.max(s, floor ?? smallest[c])), zeroPoint };
}

/**
 * Kernel and bias of one layer as integers. The bias is int32 at inputScale · weightScale. Scales are made larger
 * where the bias would not fit, or where the layer's multiplier would vanish (a channel whose weights are all but 0).
 * @param given the grid, where it was trained.
 */
export function quantizeLayerWeights(
  kind: LinearKind,
  kernel: Float32Array,
  bias: Float32Array | undefined,
  channels: number,
  inputScale: number,
  outputScale: number,
  scheme: Scheme,
  name: string,
  given?: WeightGrid,
): QuantizedWeights {
  const bad = kernel.findIndex((w) => !Number.isFinite(w));
  check(bad < 0, `kernel of layer '${name}'`, kernel[bad], 'finite numbers');
  const smallest = Float64Array.from({ length: channels }, (_, c) =>
    Math.max(Math.abs(bias?.[c] ?? 0) / (inputScale * biasLimit), (smallestMultiplier * outputScale) / inputScale),
  );
  const grid = given ? raised(given, smallest) : weightGrid(kernel, channels, scheme, smallest);
  const data = toDeployedLayout(onGrid(kernel, channels, scheme, grid), kind, channels);
  const quantizedBias = new Int32Array(channels);
  for (let c = 0; c < channels; c++) {
    const scale = inputScale * grid.scales[grid.scales.length === 1 ? 0 : c];
    check(Number.isFinite(bias?.[c] ?? 0), `bias of layer '${name}'`, bias?.[c], 'finite numbers');
    quantizedBias[c] = roundAway((bias?.[c] ?? 0) / scale);
  }
  return { data, scales: grid.scales, zeroPoint: grid.zeroPoint, bias: quantizedBias };
}
