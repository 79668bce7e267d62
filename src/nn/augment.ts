/** Augmentations: pure functions of a batch and a stream of random numbers. A batch is n × height × width × channels. */
import { check, type Rng } from '../base';
import type { Shape } from './architecture';
import { sizeOf } from './shapes';

/** Changes n samples of `shape`, in place: training gives it a copy. */
export type Augmentation = (batch: Float32Array, n: number, shape: Shape, rng: Rng) => void;

/** One after the other. */
export function augmentations(...all: readonly Augmentation[]): Augmentation {
  return (batch, n, shape, rng) => all.forEach((augment) => augment(batch, n, shape, rng));
}

/** Moves one sample by whole pixels; what comes in from outside is 0 (the mean, in normalised data). */
function shiftSample(sample: Float32Array, [height, width, channels]: Shape, down: number, right: number): void {
  const source = sample.slice();
  sample.fill(0);
  for (let row = Math.max(0, down); row < Math.min(height, height + down); row++) {
    const from = Math.max(0, -right);
    const count = width - Math.abs(right);
    if (count <= 0) continue;
    const start = ((row - down) * width + from) * channels;
    sample.set(source.subarray(start, start + count * channels), (row * width + Math.max(0, right)) * channels);
  }
}

/** Pads by `pad` zeros on each side and cuts the old size out at a random place (He et al. 2016). */
export function randomCrop(pad = 4): Augmentation {
  check(Number.isInteger(pad) && pad >= 0, 'pad', pad, 'an integer of at least 0, in pixels');
  return (batch, n, shape, rng) => {
    const size = sizeOf(shape);
    for (let i = 0; i < n; i++) {
      // A signal has no up and down.
      const down = shape[0] === 1 ? 0 : rng.integer(-pad, pad);
      const right = rng.integer(-pad, pad);
      if (down !== 0 || right !== 0) shiftSample(batch.subarray(i * size, (i + 1) * size), shape, down, right);
    }
  };
}

/** Pictures: mirrors left and right, each sample with probability one half. */
export function randomFlip(probability = 0.5): Augmentation {
  check(probability >= 0 && probability <= 1, 'probability', probability, 'a number of 0 to 1');
  return (batch, n, [height, width, channels], rng) => {
    for (let i = 0; i < n; i++) {
      if (rng.next() >= probability) continue;
      for (let row = 0; row < height; row++) {
        const line = batch.subarray((i * height + row) * width * channels, (i * height + row + 1) * width * channels);
        const source = line.slice();
        for (let x = 0; x < width; x++) line.set(source.subarray((width - 1 - x) * channels, (width - x) * channels), x * channels);
      }
    }
  };
}

/** Signals: adds normal noise of deviation `sigma` (in units of the normalised signal; Um et al. 2017). */
export function jitter(sigma = 0.05): Augmentation {
  check(sigma >= 0 && sigma < Infinity, 'sigma', sigma, 'a deviation of at least 0');
  return (batch, n, shape, rng) => {
    const size = sizeOf(shape);
    for (let i = 0; i < n * size; i++) batch[i] += sigma * rng.normal();
  };
}

/** Signals: multiplies each channel of each sample by its own normal factor of mean 1 (Um et al. 2017). */
export function scaling(sigma = 0.1): Augmentation {
  check(sigma >= 0 && sigma < Infinity, 'sigma', sigma, 'a deviation of at least 0');
  return (batch, n, shape, rng) => {
    const size = sizeOf(shape);
    const channels = shape[2];
    for (let i = 0; i < n; i++) {
      const factors = Array.from({ length: channels }, () => 1 + sigma * rng.normal());
      for (let j = 0; j < size; j++) batch[i * size + j] *= factors[j % channels];
    }
  };
}

/** Signals: turns each sample's time axis round by up to `share` of its length; what leaves at one end enters at the other. */
export function timeShift(share = 0.1): Augmentation {
  check(share >= 0 && share <= 1, 'share', share, 'a share of the length, 0 to 1');
  return (batch, n, shape, rng) => {
    const size = sizeOf(shape);
    const most = Math.floor(shape[1] * share);
    for (let i = 0; i < n; i++) {
      const by = rng.integer(-most, most) * shape[2];
      if (by === 0) continue;
      const sample = batch.subarray(i * size, (i + 1) * size);
      const source = sample.slice();
      const cut = (size - by) % size;
      sample.set(source.subarray(cut), 0);
      sample.set(source.subarray(0, cut), size - cut);
    }
  };
}
