/** A number as a person reads it: the whole part as it is, four significant digits else, no exponent where it can be helped. */
export function shortNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e12) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return value.toExponential(2);
  return String(size >= 1e4 ? Math.round(value) : Number(value.toPrecision(4)));
}

/** A cell's text. */
export function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'number' ? shortNumber(value) : String(value);
}

/** Rows as plain text in columns; numbers to the right, all else to the left. */
export function textTable(rows: readonly Readonly<Record<string, unknown>>[], names?: readonly string[]): string {
  const columns = names ?? [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => columns.map((name) => cellText(row[name])));
  const widths = columns.map((name, j) => cells.reduce((width, row) => Math.max(width, row[j].length), name.length));
  const right = columns.map((name) => rows.every((row) => row[name] === undefined || typeof row[name] === 'number'));
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, j) => (right[j] ? text.padStart(widths[j]) : text.padEnd(widths[j])))
      .join('  ')
      .trimEnd();
  return [line(columns), line(widths.map((width) => '─'.repeat(width))), ...cells.map(line)].join('\n');
}
