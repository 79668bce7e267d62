import { check } from '../base';

/** Statistics of each channel. */
export interface ChannelStatistics {
  /** One a channel. */
  readonly mean: readonly number[];
  /** Standard deviation over the population; 1 for a channel that never changes, so that dividing is safe. */
  readonly deviation: readonly number[];
}

/**
 * Mean and deviation of each channel of interleaved values (n·length × channels, or pixels × channels), over the whole
 * array. Shifted by the first value, so that a large offset costs no digits.
 */
export function channelStatistics(values: ArrayLike<number>, channels: number): ChannelStatistics {
  check(Number.isInteger(channels) && channels > 0, 'channels', channels, 'a whole number above 0');
  check(values.length % channels === 0, 'values', values.length, `a multiple of ${channels} numbers`);
  const shift = new Float64Array(channels);
  const sum = new Float64Array(channels);
  const squares = new Float64Array(channels);
  const count = values.length / channels;
  if (count > 0) for (let c = 0; c < channels; c++) shift[c] = values[c];
  for (let i = 0; i < values.length; ) {
    for (let c = 0; c < channels; c++, i++) {
      const d = values[i] - shift[c];
      sum[c] += d;
      squares[c] += d * d;
    }
  }
  const mean: number[] = [];
  const deviation: number[] = [];
  for (let c = 0; c < channels; c++) {
    const m = count === 0 ? 0 : sum[c] / count;
    const variance = count === 0 ? 0 : Math.max(0, squares[c] / count - m * m);
    mean.push(shift[c] + m);
    // Below the noise of the sums a channel counts as constant.
    deviation.push(variance > 1e-12 * (m * m + Number.MIN_VALUE) ? Math.sqrt(variance) : 1);
  }
  return { mean, deviation };
}

/** (value − mean) / deviation per channel, in place where `values` is a Float32Array, else into a new one. */
export function normalise(values: ArrayLike<number>, statistics: ChannelStatistics): Float32Array {
  const { mean, deviation } = statistics;
  const channels = mean.length;
  check(values.length % channels === 0, 'values', values.length, `a multiple of ${channels} numbers`);
  const out = values instanceof Float32Array ? values : new Float32Array(values.length);
  for (let c = 0; c < channels; c++) {
    const m = mean[c];
    const scale = 1 / deviation[c];
    for (let i = c; i < values.length; i += channels) out[i] = (values[i] - m) * scale;
  }
  return out;
}
