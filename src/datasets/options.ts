import { check, type LongWork } from '../base';
import type { SplitName } from './dataset';

/** What every loader takes. */
export interface LoadOptions extends LongWork {
  /** Where the files are. Without it: PARETINO_DATA, shared/data beside the package, the cache, a download. */
  folder?: string;
  /** At most so many samples in each split, the classes in their own proportions; one number for all, or by split. */
  limit?: number | Partial<Record<SplitName, number>>;
  /** Share of the samples of each split to keep, in (0, 1], the classes in their own proportions. */
  fraction?: number;
  /** Share of the training files held out for validation, where the set brings no such split. Default 0.1. */
  validationFraction?: number;
  /** Decides which samples are kept and held out. Default 0. */
  seed?: number;
  /** Fetch the files where they are nowhere on this machine. Default false: an error says how. */
  download?: boolean;
  /** Subtract the training split's mean and divide by its deviation, per channel. Default true. */
  normalise?: boolean;
}

/** Checks what all loaders take. @throws ArgumentError */
export function checkLoadOptions(options: LoadOptions): void {
  const { limit, fraction, validationFraction, folder, seed } = options;
  check(folder === undefined || (typeof folder === 'string' && folder !== ''), 'folder', folder, 'the path of a folder');
  check(fraction === undefined || (fraction > 0 && fraction <= 1), 'fraction', fraction, 'a share in (0, 1]');
  check(
    validationFraction === undefined || (validationFraction >= 0 && validationFraction < 1),
    'validationFraction', validationFraction, 'a share in [0, 1)',
  );
  check(seed === undefined || Number.isFinite(seed), 'seed', seed, 'a finite number');
  const limits = typeof limit === 'object' ? Object.values(limit) : [limit];
  for (const most of limits) {
    check(most === undefined || (Number.isInteger(most) && most > 0), 'limit', most, 'a whole number above 0');
  }
}

/** The most samples that `split` may keep of the `n` it has. */
export function allowance(options: LoadOptions, split: SplitName, n: number): number {
  const limit = typeof options.limit === 'object' ? options.limit[split] : options.limit;
  const share = options.fraction === undefined || n === 0 ? n : Math.max(1, Math.round(n * options.fraction));
  return Math.min(share, limit ?? n);
}
