import { check } from '../base';
import type { RawPart } from './assemble';

/** One uninterrupted recording of one person: T time steps. */
export interface Recording {
  /** T × channels, row-major. */
  readonly values: Float32Array;
  /** T class indices. */
  readonly labels: ArrayLike<number>;
  /** Number of the person. */
  readonly subject: number;
}

/**
 * How a window gets its label from its time steps: 'pure' keeps only windows of a single label, 'majority' takes the
 * most frequent, 'last' the label of the last step, and a number drops windows whose most frequent label covers less
 * than that share of the steps.
 */
export type LabelRule = 'pure' | 'majority' | 'last' | number;

/** How recordings are cut into windows of equal length. */
export interface WindowOptions {
  /** Time steps in a window. */
  length: number;
  /** Share of a window that the next one repeats, in [0, 1). Default 0.5. */
  overlap?: number;
  /** Default 'pure'. */
  label?: LabelRule;
}

/** Where windows lie: parallel arrays, one entry a window. */
export interface WindowIndex {
  /** n positions in the list of recordings. */
  readonly recordings: Int32Array;
  /** n first time steps within their recordings. */
  readonly starts: Int32Array;
  /** n class indices. */
  readonly labels: Int32Array;
  /** n numbers of people. */
  readonly subjects: Int32Array;
  /** Windows left out by the label rule. */
  readonly dropped: number;
}

/** Steps from the start of one window to that of the next. */
export function windowStep({ length, overlap = 0.5 }: WindowOptions): number {
  return Math.max(1, Math.round(length * (1 - overlap)));
}

function labelOf(labels: ArrayLike<number>, start: number, length: number, rule: LabelRule): number | undefined {
  if (rule === 'last') return labels[start + length - 1];
  const first = labels[start];
  if (rule === 'pure') {
    for (let t = start + 1; t < start + length; t++) if (labels[t] !== first) return undefined;
    return first;
  }
  const counts = new Map<number, number>();
  for (let t = start; t < start + length; t++) counts.set(labels[t], (counts.get(labels[t]) ?? 0) + 1);
  let [best, most] = [first, 0];
  for (const [label, count] of counts) if (count > most) [best, most] = [label, count];
  return rule === 'majority' || most >= rule * length ? best : undefined;
}

/**
 * Cuts recordings into windows of equal length. A negative label marks steps that belong to no class: a window whose
 * label would be negative is dropped. Windows never span two recordings; a rest shorter than a window is left over.
 */
export function windows(recordings: readonly Recording[], options: WindowOptions): WindowIndex {
  const { length, overlap = 0.5, label = 'pure' } = options;
  check(Number.isInteger(length) && length > 0, 'length', length, 'a whole number of time steps above 0');
  check(overlap >= 0 && overlap < 1, 'overlap', overlap, 'a share in [0, 1)');
  check(
    label === 'pure' || label === 'majority' || label === 'last' || (typeof label === 'number' && label > 0 && label <= 1),
    'label', label, "'pure', 'majority', 'last' or a share in (0, 1]",
  );
  const step = windowStep(options);
  const found = { recordings: [] as number[], starts: [] as number[], labels: [] as number[], subjects: [] as number[] };
  let dropped = 0;
  recordings.forEach((recording, r) => {
    for (let start = 0; start + length <= recording.labels.length; start += step) {
      const y = labelOf(recording.labels, start, length, label);
      if (y === undefined || y < 0) {
        dropped++;
        continue;
      }
      found.recordings.push(r);
      found.starts.push(start);
      found.labels.push(y);
      found.subjects.push(recording.subject);
    }
  });
  return {
    recordings: Int32Array.from(found.recordings),
    starts: Int32Array.from(found.starts),
    labels: Int32Array.from(found.labels),
    subjects: Int32Array.from(found.subjects),
    dropped,
  };
}

/** The windows of an index as samples of `length` × `channels`, copied only when asked for. */
export function windowPart(recordings: readonly Recording[], index: WindowIndex, length: number, channels: number): RawPart {
  return {
    y: index.labels,
    subjects: index.subjects,
    recordings: index.recordings,
    starts: index.starts,
    copy: (i, out, offset) => {
      const from = index.starts[i] * channels;
      out.set(recordings[index.recordings[i]].values.subarray(from, from + length * channels), offset);
    },
  };
}
