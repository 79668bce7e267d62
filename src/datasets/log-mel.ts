/**
 * Sound to a picture: short-time Fourier transform, mel filter bank, logarithm, and optionally the discrete cosine
 * transform that makes MFCCs of it. Mel scale: m = 2595 log₁₀(1 + f/700) (O'Shaughnessy 1987); triangular filters.
 */
import { check } from '../base';

/** Frames, bands and range of the log-mel front end. The defaults are those of MLPerf Tiny's keyword spotting, which keeps 10 `coefficients`. */
export interface LogMelOptions {
  /** Sample rate, Hz. Default 16,000. */
  rate?: number;
  /** Length of a frame, ms. Default 30. */
  frameMs?: number;
  /** Step from frame to frame, ms. Default 20. */
  stepMs?: number;
  /** Mel bands. Default 40. */
  bands?: number;
  /** Lowest frequency, Hz. Default 20. */
  low?: number;
  /** Highest frequency, Hz. Default 4,000. */
  high?: number;
  /** Keep so many cosine coefficients of each frame in place of the bands (MFCC). */
  coefficients?: number;
}

/** In-place radix-2 transform (Cooley and Tukey 1965) of a power of two of complex numbers. */
export function fft(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  check(n > 0 && (n & (n - 1)) === 0 && im.length === n, 're, im', [n, im.length], 'two arrays of the same power of two');
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j], re[i]];
      [im[i], im[j]] = [im[j], im[i]];
    }
  }
  for (let size = 2; size <= n; size <<= 1) {
    const half = size >> 1;
    for (let k = 0; k < half; k++) {
      const angle = (-2 * Math.PI * k) / size;
      const [wr, wi] = [Math.cos(angle), Math.sin(angle)];
      for (let a = k; a < n; a += size) {
        const b = a + half;
        const tr = re[b] * wr - im[b] * wi;
        const ti = re[b] * wi + im[b] * wr;
        re[b] = re[a] - tr;
        im[b] = im[a] - ti;
        re[a] += tr;
        im[a] += ti;
      }
    }
  }
}

const toMel = (f: number): number => 2595 * Math.log10(1 + f / 700);
const toHertz = (m: number): number => 700 * (10 ** (m / 2595) - 1);

/** A front end of fixed options: `frames` × `width` features from `samples` sound samples. */
export interface LogMel {
  /** All that it was made with, defaults included. */
  readonly options: Readonly<Required<Omit<LogMelOptions, 'coefficients'>> & Pick<LogMelOptions, 'coefficients'>>;
  /** Features in a frame: bands, or coefficients. */
  readonly width: number;
  /** Frames in so many samples. */
  frames(samples: number): number;
  /** Writes frames × width features of mono sound into `out` from `offset` on. */
  transform(sound: Float32Array, out: Float32Array, offset?: number): void;
}

/** Prepares windows and filters once. @throws ArgumentError */
export function createLogMel(options: LogMelOptions = {}): LogMel {
  const { rate = 16_000, frameMs = 30, stepMs = 20, bands = 40, low = 20, high = 4000, coefficients } = options;
  check(rate > 0, 'rate', rate, 'a rate above 0 Hz');
  check(low >= 0 && high > low && high <= rate / 2, 'low, high', [low, high], `0 ≤ low < high ≤ ${rate / 2} Hz`);
  check(Number.isInteger(bands) && bands > 0, 'bands', bands, 'a whole number above 0');
  check(coefficients === undefined || (Number.isInteger(coefficients) && coefficients > 0 && coefficients <= bands), 'coefficients', coefficients, `1 to ${bands}`);
  const [frame, step] = [Math.round((rate * frameMs) / 1000), Math.round((rate * stepMs) / 1000)];
  check(frame > 1 && step > 0, 'frameMs, stepMs', [frameMs, stepMs], 'times that span at least two samples');
  const size = 2 ** Math.ceil(Math.log2(frame));
  const bins = size / 2 + 1;
  const window = Float64Array.from({ length: frame }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / frame));
  const edges = Array.from({ length: bands + 2 }, (_, b) => toMel(low) + ((toMel(high) - toMel(low)) * b) / (bands + 1));
  const filters = Array.from({ length: bands }, (_, b) => {
    const weights = Float64Array.from({ length: bins }, (_, k) => {
      const mel = toMel((k * rate) / size);
      return Math.max(0, Math.min((mel - edges[b]) / (edges[b + 1] - edges[b]), (edges[b + 2] - mel) / (edges[b + 2] - edges[b + 1])));
    });
    // A band narrower than a bin takes the bin nearest to its centre.
    if (weights.every((w) => w === 0)) weights[Math.round((toHertz(edges[b + 1]) * size) / rate)] = 1;
    const first = weights.findIndex((w) => w > 0);
    let last = bins - 1;
    while (weights[last] === 0) last--;
    return { first, weights: weights.subarray(first, last + 1) };
  });
  const width = coefficients ?? bands;
  const cosines = Array.from({ length: coefficients ?? 0 }, (_, k) =>
    Float64Array.from({ length: bands }, (_, b) => Math.sqrt((k === 0 ? 1 : 2) / bands) * Math.cos((Math.PI * k * (b + 0.5)) / bands)));
  const [re, im, logs] = [new Float64Array(size), new Float64Array(size), new Float64Array(bands)];
  const frames = (samples: number): number => (samples < frame ? 0 : Math.floor((samples - frame) / step) + 1);
  return {
    options: { rate, frameMs, stepMs, bands, low, high, coefficients },
    width,
    frames,
    transform: (sound, out, offset = 0) => {
      for (let f = 0; f < frames(sound.length); f++) {
        re.fill(0);
        im.fill(0);
        for (let i = 0; i < frame; i++) re[i] = sound[f * step + i] * window[i];
        fft(re, im);
        filters.forEach(({ first, weights }, b) => {
          let energy = 0;
          for (let k = 0; k < weights.length; k++) energy += weights[k] * (re[first + k] ** 2 + im[first + k] ** 2);
          logs[b] = Math.log(energy + 1e-6);
        });
        const row = offset + f * width;
        if (coefficients === undefined) out.set(logs, row);
        else cosines.forEach((cosine, k) => { out[row + k] = cosine.reduce((sum, c, b) => sum + c * logs[b], 0); });
      }
    },
  };
}
