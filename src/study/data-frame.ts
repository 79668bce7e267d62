import { loadDanfojs } from '../base';

/** Rows as a DataFrame of danfojs-node, which has to be installed. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the type is an optional package's
export function dataFrameOf(rows: readonly Readonly<Record<string, unknown>>[]): any {
  const { DataFrame } = loadDanfojs();
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return new DataFrame(rows.map((row) => names.map((name) => row[name] ?? (name === 'feasible' ? false : NaN))), { columns: names });
}
