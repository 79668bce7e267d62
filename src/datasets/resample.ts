import { check } from '../base';

/** Samples at their own, uneven times. */
export interface UnevenSignal {
  /** n times in ms; any order, repeats allowed. */
  readonly times: Float64Array;
  /** n × channels. */
  readonly values: Float64Array;
  /** Values at each time. */
  readonly channels: number;
  /** n class indices. */
  readonly labels: Int32Array;
}

/** Sorted by time; samples that share a time stamp become their mean (with the label of the last of them). */
function tidy(signal: UnevenSignal): UnevenSignal {
  const { channels } = signal;
  const n = signal.times.length;
  const order = Int32Array.from({ length: n }, (_, i) => i);
  let ordered = true;
  for (let i = 1; i < n && ordered; i++) ordered = signal.times[i] >= signal.times[i - 1];
  if (!ordered) order.sort((a, b) => signal.times[a] - signal.times[b] || a - b);
  const times = new Float64Array(n);
  const values = new Float64Array(n * channels);
  const labels = new Int32Array(n);
  let m = 0;
  for (let i = 0; i < n; m++) {
    const time = signal.times[order[i]];
    let repeats = 0;
    for (; i < n && signal.times[order[i]] === time; i++, repeats++) {
      for (let c = 0; c < channels; c++) values[m * channels + c] += signal.values[order[i] * channels + c];
      labels[m] = signal.labels[order[i]];
    }
    for (let c = 0; c < channels; c++) values[m * channels + c] /= repeats;
    times[m] = time;
  }
  return { times: times.subarray(0, m), values: values.subarray(0, m * channels), channels, labels: labels.subarray(0, m) };
}

/**
 * Puts several devices' signals onto one uniform clock: linear interpolation at `rate` Hz over the time that all of
 * them cover. The label of a time step is the first device's at the sample nearest in time.
 * @returns T × (sum of channels), T labels, and the clock's first time in ms.
 */
export function alignOntoClock(devices: readonly UnevenSignal[], rate: number): {
  /** T × all channels of all devices, row-major. */
  values: Float32Array;
  /** T class indices, the first device's. */
  labels: Int32Array;
  /** Time of the first row, ms. */
  start: number;
} {
  check(devices.length > 0, 'devices', devices, 'at least one');
  check(rate > 0, 'rate', rate, 'a rate above 0 Hz');
  const signals = devices.map(tidy);
  const start = Math.max(...signals.map((s) => s.times[0] ?? Infinity));
  const end = Math.min(...signals.map((s) => s.times[s.times.length - 1] ?? -Infinity));
  const steps = end > start ? Math.floor(((end - start) * rate) / 1000) + 1 : 0;
  const width = signals.reduce((sum, s) => sum + s.channels, 0);
  const values = new Float32Array(steps * width);
  const labels = new Int32Array(steps);
  let column = 0;
  signals.forEach((signal, d) => {
    const { times, channels } = signal;
    let i = 0;
    for (let t = 0; t < steps; t++) {
      const time = start + (t * 1000) / rate;
      while (i < times.length - 2 && times[i + 1] <= time) i++;
      const share = times.length < 2 ? 0 : Math.min(1, (time - times[i]) / (times[i + 1] - times[i]));
      const from = i * channels;
      const to = times.length < 2 ? from : from + channels;
      for (let c = 0; c < channels; c++) {
        values[t * width + column + c] = signal.values[from + c] * (1 - share) + signal.values[to + c] * share;
      }
      if (d === 0) labels[t] = signal.labels[share > 0.5 ? i + 1 : i];
    }
    column += channels;
  });
  return { values, labels, start };
}
