import { check, loadDanfojs, product } from '../base';
import { splitNames, type Dataset, type SplitName } from './dataset';

/** One sample in a table: where it is from, and the mean and deviation of each channel. */
export type SampleRow = Record<string, string | number>;

/**
 * The samples of a split (or of all) as rows of a table: split, class, subject, and the mean and deviation of each
 * channel of the normalised sample. At most `limit` rows of each split.
 */
export function toRows(dataset: Dataset, options: { split?: SplitName; limit?: number } = {}): SampleRow[] {
  const { split, limit = Infinity } = options;
  check(split === undefined || splitNames.includes(split), 'split', split, splitNames.join(', '));
  const channels = dataset.inputShape[dataset.inputShape.length - 1];
  const names = dataset.channels ?? Array.from({ length: channels }, (_, c) => `channel ${c}`);
  const size = product(dataset.inputShape);
  const rows: SampleRow[] = [];
  for (const name of split === undefined ? splitNames : [split]) {
    const { x, y, n, subjects } = dataset[name];
    for (let i = 0; i < Math.min(n, limit); i++) {
      const row: SampleRow = { split: name, class: dataset.classes[y[i]] };
      if (subjects) row.subject = subjects[i];
      for (let c = 0; c < channels; c++) {
        let [sum, squares] = [0, 0];
        for (let k = i * size + c; k < (i + 1) * size; k += channels) {
          sum += x[k];
          squares += x[k] * x[k];
        }
        const mean = (sum * channels) / size;
        row[`${names[c]} mean`] = mean;
        row[`${names[c]} deviation`] = Math.sqrt(Math.max(0, (squares * channels) / size - mean * mean));
      }
      rows.push(row);
    }
  }
  return rows;
}

/**
 * Rows as a danfojs-node DataFrame. The library is an optional peer: it is loaded by the first call.
 * @throws ParetinoError where it is not installed.
 */
export function toFrame(rows: readonly object[]): unknown {
  check(rows.length > 0, 'rows', rows, 'at least one');
  const { DataFrame } = loadDanfojs();
  return new DataFrame(rows);
}
