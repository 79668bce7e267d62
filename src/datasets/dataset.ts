/** One part of a data set: `n` samples, row-major. */
export interface Split {
  /** n × (product of the set's inputShape), float32; normalised with the training split's statistics. */
  readonly x: Float32Array;
  /** n class indices, 0-based. */
  readonly y: Int32Array;
  /** Samples. */
  readonly n: number;
  /** n subject numbers, for sets recorded from people. */
  readonly subjects?: Int32Array;
  /** n recording numbers, for windows cut from longer recordings. */
  readonly recordings?: Int32Array;
  /** n first time steps of the windows within their recordings. */
  readonly starts?: Int32Array;
}

/** A data set in memory: typed arrays and a split, no tensors. */
export interface Dataset {
  /** As figures and messages call it. */
  readonly name: string;
  /** [height, width, channels] for pictures, [length, channels] for signals. */
  readonly inputShape: readonly number[];
  /** Names, by class index. */
  readonly classes: readonly string[];
  /** What is trained on; the statistics of the normalisation are its. */
  readonly train: Split;
  /** What a search looks at. */
  readonly validation: Split;
  /** What nothing looks at before the end. */
  readonly test: Split;
  /** Where it came from: a folder, a download's address, or 'generated'. Shown to the user. */
  readonly source: string;
  /** Names of the last axis. */
  readonly channels?: readonly string[];
  /** Signals only, Hz. */
  readonly sampleRate?: number;
  /**
   * What was subtracted and divided by, per channel: x = (raw − mean) / deviation,
   * with raw in the file's own unit (0–255 for pictures).
   */
  readonly normalisation?: {
    /** One a channel. */
    readonly mean: readonly number[];
    /** One a channel; never 0. */
    readonly deviation: readonly number[];
  };
  /** What a reader of results ought to know: short files, dropped windows, a sub-sample. */
  readonly notes?: readonly string[];
}

/** Names of the three parts, in order. */
export const splitNames = ['train', 'validation', 'test'] as const;
/** 'train', 'validation' or 'test'. */
export type SplitName = (typeof splitNames)[number];
