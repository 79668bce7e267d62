import { splitNames, type Dataset, type SplitName } from './dataset';

/** A row of the table that describes a data set. */
export interface DescriptionRow {
  /** Name of the class, or 'all'. */
  readonly class: string;
  /** Samples in the training split. */
  readonly train: number;
  /** Samples in the validation split. */
  readonly validation: number;
  /** Samples in the test split. */
  readonly test: number;
}

/** Samples of each class in each split, then their sum, the people and the memory (bytes of x and y). */
export function describe(dataset: Dataset): DescriptionRow[] {
  const row = (name: string, value: (split: SplitName) => number): DescriptionRow =>
    ({ class: name, train: value('train'), validation: value('validation'), test: value('test') });
  const counts = Object.fromEntries(splitNames.map((name) => {
    const count = new Int32Array(dataset.classes.length);
    for (const label of dataset[name].y) count[label]++;
    return [name, count];
  })) as Record<SplitName, Int32Array>;
  const rows = dataset.classes.map((name, k) => row(name, (split) => counts[split][k]));
  rows.push(row('all', (split) => dataset[split].n));
  if (splitNames.some((name) => dataset[name].subjects)) rows.push(row('people', (split) => new Set(dataset[split].subjects).size));
  rows.push(row('bytes', (split) => dataset[split].x.byteLength + dataset[split].y.byteLength));
  return rows;
}

/** Bytes that the set takes in memory. */
export function memoryBytes(dataset: Dataset): number {
  return splitNames.reduce((sum, name) => {
    const { x, y, subjects, recordings, starts } = dataset[name];
    return sum + [x, y, subjects, recordings, starts].reduce((bytes, array) => bytes + (array?.byteLength ?? 0), 0);
  }, 0);
}
