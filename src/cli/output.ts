import { textTable } from '../study';

/** Writes a line to standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Writes rows as JSON or as a table. */
export function printRows(rows: readonly Record<string, unknown>[], json: boolean | undefined, empty: string): void {
  if (json) print(JSON.stringify(rows, null, 2));
  else print(rows.length > 0 ? textTable(rows) : empty);
}

/** Rows as CSV after RFC 4180: quoted where a cell holds a comma, a quote or a line break. */
export function toCsv(rows: readonly Record<string, unknown>[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (value: unknown): string => {
    const text = value === undefined || value === null ? '' : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  return [columns, ...rows.map((row) => columns.map((name) => row[name]))]
    .map((cells) => `${cells.map(cell).join(',')}\n`)
    .join('');
}
