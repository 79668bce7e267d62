import type { Row } from './table-format';

/** As much of a danfojs DataFrame (or Series) as is read here; danfojs itself is never loaded. */
export interface FrameLike {
  /** Names. */
  readonly columns: readonly (string | number)[];
  /** Names of the rows. */
  readonly index: readonly (string | number)[];
  /** [rows, columns], or [rows] of a series. */
  readonly shape: readonly number[];
  /** Row by row. */
  readonly values: readonly unknown[];
  /** The rows at these positions, counted from 0 or as a slice 'from:to'. */
  iloc(at: { rows: (string | number)[] }): FrameLike;
}

export function isFrame(value: unknown): value is FrameLike {
  if (value === null || typeof value !== 'object') return false;
  const frame = value as Partial<FrameLike>;
  return (
    Array.isArray(frame.columns) &&
    Array.isArray(frame.index) &&
    Array.isArray(frame.shape) &&
    typeof frame.iloc === 'function'
  );
}

/** The frame's rows, its index first. */
export function frameTable(frame: FrameLike): Row[] {
  const rows = frame.values;
  return rows.map((row, i) => {
    const values = Array.isArray(row) ? row : [row];
    const entries = frame.columns.map((name, j): [string, unknown] => [String(name), values[j]]);
    return Object.fromEntries([[' ', frame.index[i]], ...entries]) as Row;
  });
}
