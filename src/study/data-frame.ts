import { ArgumentError } from '../base';

/** Rows as a DataFrame of danfojs-node, which has to be installed. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the type is an optional package's
export function dataFrameOf(rows: readonly Readonly<Record<string, unknown>>[]): any {
  let danfo;
  try {
    // Loaded only when wanted: it is large, and optional.
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- at the time of the call
    danfo = require('danfojs-node');
  } catch (error) {
    throw new ArgumentError('danfojs-node', error instanceof Error ? error.message : String(error), 'the package installed (npm install danfojs-node)');
  }
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return new danfo.DataFrame(rows.map((row) => names.map((name) => row[name] ?? (name === 'feasible' ? false : NaN))), { columns: names });
}
