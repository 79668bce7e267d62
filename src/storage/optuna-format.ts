/*
 * The records of Optuna's JournalFileBackend, one JSON object a line (read from Optuna 5.0's behaviour and files):
 * operation codes, states, directions, distributions, dates, and Python's way to write NaN and infinities.
 */
import type { Dimension, Direction, ParamValue, TrialState } from '../study';

export const Operation = {
  createStudy: 0,
  deleteStudy: 1,
  setStudyUserAttribute: 2,
  setStudySystemAttribute: 3,
  createTrial: 4,
  setTrialParam: 5,
  setTrialState: 6,
  setTrialIntermediateValue: 7,
  setTrialUserAttribute: 8,
  setTrialSystemAttribute: 9,
  discardTrials: 10,
} as const;

/** In the order of Optuna's numbers. */
export const TRIAL_STATES: readonly TrialState[] = ['running', 'complete', 'pruned', 'failed', 'waiting'];

/** 0 stands for a direction that was never set; Optuna then minimises. */
export const DIRECTIONS: readonly Direction[] = ['minimize', 'minimize', 'maximize'];

/** One line of Optuna's journal: `op_code` says what was done (0 to 10, see `Operation`), the rest to what. */
export type LogRecord = Readonly<Record<string, unknown>> & {
  /** What was done: see `Operation`. */
  readonly op_code: number;
};

export interface Distribution {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A dimension as Optuna describes it; ordinal ones are categorical there. */
export function distributionOf(dimension: Dimension): Distribution {
  if (dimension.kind === 'real') {
    return {
      name: 'FloatDistribution',
      attributes: { step: null, low: dimension.low, high: dimension.high, log: dimension.log === true },
    };
  }
  if (dimension.kind === 'integer') {
    const step = dimension.step ?? 1;
    const high = dimension.low + Math.floor((dimension.high - dimension.low) / step) * step;
    return { name: 'IntDistribution', attributes: { log: dimension.log === true, step, low: dimension.low, high } };
  }
  return { name: 'CategoricalDistribution', attributes: { choices: dimension.choices } };
}

/** The number that Optuna stores for a value: itself, or the index of a choice. */
export function toInternal(dimension: Dimension, value: ParamValue): number {
  return dimension.kind === 'real' || dimension.kind === 'integer' ? (value as number) : dimension.choices.indexOf(value);
}

/** The value behind a stored number; undefined where the distribution does not have it. */
export function fromInternal(distribution: Distribution, internal: number): ParamValue | undefined {
  const { choices } = distribution.attributes;
  if (!Array.isArray(choices)) return internal;
  return choices[internal] as ParamValue | undefined;
}

/** ISO 8601 in UTC with microseconds, as Python writes it. */
export function formatDate(date: Date): string {
  return date.toISOString().replace('Z', '000+00:00');
}

const MARK = '\u0001number:';

/** As JSON.stringify, but NaN and infinities as Python writes and reads them. */
export function stringify(value: unknown): string {
  const text = JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'number' && !Number.isFinite(item) ? `${MARK}${item}` : item,
  );
  // Undefined for what JSON leaves out, whatever the declared type says.
  return text?.includes('number:') ? text.replace(/"\\u0001number:(-?Infinity|NaN)"/g, '$1') : text;
}

const NUMBERS: Readonly<Record<string, number>> = { NaN: NaN, Infinity: Infinity, '-Infinity': -Infinity };

/** As JSON.parse, but takes Python's NaN, Infinity and -Infinity. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error;
    // Strings are skipped whole; what stands outside them is replaced.
    const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, (token) =>
      token.startsWith('"') ? token : JSON.stringify(MARK + token),
    );
    return JSON.parse(marked, (_key, item: unknown) =>
      typeof item === 'string' && item.startsWith(MARK) ? NUMBERS[item.slice(MARK.length)] : item,
    );
  }
}
