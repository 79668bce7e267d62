import { createHash } from 'node:crypto';
import { splitNames, type Dataset, type SplitName } from './dataset';
import { channelStatistics } from './normalise';

/** A way in which test or validation data may have reached training. */
export interface Leak {
  /** What two splits share; 'statistics': the normalisation is not that of the training split. */
  readonly kind: 'person' | 'sample' | 'overlap' | 'statistics';
  /** Between which. */
  readonly splits: readonly [SplitName, SplitName];
  /** How many people, samples or windows. */
  readonly count: number;
  /** In words: who or what. */
  readonly detail: string;
}

const pairs: readonly (readonly [SplitName, SplitName])[] = [['train', 'validation'], ['train', 'test'], ['validation', 'test']];

function sampleDigests(dataset: Dataset, name: SplitName): Set<string> {
  const { x, n } = dataset[name];
  const size = n === 0 ? 0 : x.length / n;
  const seen = new Set<string>();
  for (let i = 0; i < n; i++) {
    const bytes = Buffer.from(x.buffer, x.byteOffset + i * size * 4, size * 4);
    seen.add(createHash('sha1').update(bytes).digest('base64'));
  }
  return seen;
}

/** Windows of `b` that share time steps with a window of `a` from the same recording. */
function overlapping(dataset: Dataset, a: SplitName, b: SplitName): number {
  const [one, other] = [dataset[a], dataset[b]];
  if (!one.recordings || !one.starts || !other.recordings || !other.starts) return 0;
  const length = dataset.inputShape[0];
  const byRecording = new Map<number, number[]>();
  one.recordings.forEach((recording, i) => {
    const starts = byRecording.get(recording) ?? [];
    starts.push((one.starts as Int32Array)[i]);
    byRecording.set(recording, starts);
  });
  let count = 0;
  other.recordings.forEach((recording, i) => {
    const start = (other.starts as Int32Array)[i];
    if (byRecording.get(recording)?.some((from) => Math.abs(from - start) < length)) count++;
  });
  return count;
}

/** Whether the normalisation is the training split's own: mean 0 and deviation 1 there, channel by channel. */
function statisticsLeak(dataset: Dataset): Leak[] {
  if (!dataset.normalisation || dataset.train.n === 0) return [];
  const { mean, deviation } = channelStatistics(dataset.train.x, dataset.inputShape[dataset.inputShape.length - 1]);
  const off = mean.filter((m, c) => Math.abs(m) > 1e-2 || Math.abs(deviation[c] - 1) > 1e-2).length;
  if (off === 0) return [];
  const detail = `${off} channels of the training split do not have mean 0 and deviation 1: normalised with other data's statistics`;
  return [{ kind: 'statistics', splits: ['train', 'test'], count: off, detail }];
}

/**
 * Looks for what makes a test score too good: people in two splits, the same sample in two splits (byte for byte),
 * windows of two splits that share time steps, statistics of more than the training split. Empty where all is well.
 */
export function leakageCheck(dataset: Dataset): Leak[] {
  const leaks = statisticsLeak(dataset);
  const digests = new Map(splitNames.map((name) => [name, sampleDigests(dataset, name)]));
  for (const [a, b] of pairs) {
    const [one, other] = [dataset[a], dataset[b]];
    if (one.subjects && other.subjects) {
      const people = new Set(one.subjects);
      const both = [...new Set(other.subjects)].filter((person) => people.has(person));
      if (both.length > 0) leaks.push({ kind: 'person', splits: [a, b], count: both.length, detail: `people ${both.join(', ')} are in both` });
    }
    const seen = digests.get(a) as Set<string>;
    const same = [...(digests.get(b) as Set<string>)].filter((digest) => seen.has(digest)).length;
    if (same > 0) leaks.push({ kind: 'sample', splits: [a, b], count: same, detail: `${same} samples are in both` });
    const shared = overlapping(dataset, a, b);
    if (shared > 0) leaks.push({ kind: 'overlap', splits: [a, b], count: shared, detail: `${shared} windows of ${b} share time steps with ${a}` });
  }
  return leaks;
}
