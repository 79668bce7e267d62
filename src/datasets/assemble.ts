import { breathe, createRng, product } from '../base';
import { splitNames, type Dataset, type Split, type SplitName } from './dataset';
import { channelStatistics, normalise } from './normalise';
import { allowance, type LoadOptions } from './options';
import { stratifiedSample } from './sample';

/** Samples not yet copied: labels to choose by, and a way to copy those chosen. */
export interface RawPart {
  readonly y: Int32Array;
  readonly subjects?: Int32Array;
  readonly recordings?: Int32Array;
  readonly starts?: Int32Array;
  /** Writes sample `index`, in the file's own unit, at `offset` of `out`. */
  copy(index: number, out: Float32Array, offset: number): void;
}

/** What a loader knows of its set. */
export interface RawDataset extends Omit<Dataset, SplitName | 'normalisation'> {
  readonly parts: Readonly<Record<SplitName, RawPart>>;
}

const picked = (values: Int32Array | undefined, at: Int32Array): Int32Array | undefined =>
  values && Int32Array.from(at, (i) => values[i]);

async function take(part: RawPart, at: Int32Array, size: number, options: LoadOptions, name: SplitName): Promise<Split> {
  const x = new Float32Array(at.length * size);
  for (let k = 0; k < at.length; k++) {
    part.copy(at[k], x, k * size);
    if (k % 256 === 255) {
      options.onProgress?.({ path: ['copy', name], done: k + 1, total: at.length, unit: 'sample' });
      await breathe(options.signal, 'loading');
    }
  }
  const split = { x, y: Int32Array.from(at, (i) => part.y[i]), n: at.length };
  const extra = {
    subjects: picked(part.subjects, at),
    recordings: picked(part.recordings, at),
    starts: picked(part.starts, at),
  };
  return { ...split, ...Object.fromEntries(Object.entries(extra).filter(([, values]) => values !== undefined)) };
}

/**
 * The last steps that all loaders share: sub-sample each split, copy to float32, and normalise all three with the
 * statistics of the training split alone.
 */
export async function assemble(raw: RawDataset, options: LoadOptions): Promise<Dataset> {
  const { parts, ...about } = raw;
  const size = product(raw.inputShape);
  const rng = createRng(options.seed ?? 0).fork('sample');
  const splits = {} as Record<SplitName, Split>;
  for (const name of splitNames) {
    const part = parts[name];
    const at = stratifiedSample(part.y, allowance(options, name, part.y.length), rng.fork(name));
    splits[name] = await take(part, at, size, options, name);
  }
  if (options.normalise === false) return { ...about, ...splits };
  const statistics = channelStatistics(splits.train.x, raw.inputShape[raw.inputShape.length - 1]);
  for (const name of splitNames) normalise(splits[name].x, statistics);
  return { ...about, ...splits, normalisation: statistics };
}

/** A part that holds the samples `at` of another. */
export function subset(part: RawPart, at: Int32Array): RawPart {
  return {
    y: Int32Array.from(at, (i) => part.y[i]),
    subjects: picked(part.subjects, at),
    recordings: picked(part.recordings, at),
    starts: picked(part.starts, at),
    copy: (index, out, offset) => part.copy(at[index], out, offset),
  };
}
