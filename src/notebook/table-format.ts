import { shortNumber } from '../study';

/** One row of a table: values by column name. */
export type Row = Readonly<Record<string, unknown>>;

export function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

/** A cell's text: numbers as everywhere in the toolkit, dates without milliseconds. */
export function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') {
    return shortNumber(value);
  }
  if (value instanceof Date) return value.toISOString().replace('T', ' ').slice(0, 19);
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return value.map(cellText).join(', ');
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value as string | boolean | bigint);
}

/** Column names: those given, else all that occur, in order of first occurrence. */
function columnNames(rows: readonly Row[], columns?: readonly string[]): string[] {
  return columns === undefined ? [...new Set(rows.flatMap((row) => Object.keys(row)))] : [...columns];
}

function isNumeric(rows: readonly Row[], name: string): boolean {
  const present = rows.map((row) => row[name]).filter((value) => value !== undefined && value !== null);
  return present.length > 0 && present.every((value) => typeof value === 'number');
}

/** Rows that are shown of a long table: the first and the last. */
const HEAD = 40;
const TAIL = 20;

function shorten(rows: readonly Row[]): { head: readonly Row[]; left: number; tail: readonly Row[] } {
  if (rows.length <= HEAD + TAIL) return { head: rows, left: 0, tail: [] };
  return { head: rows.slice(0, HEAD), left: rows.length - HEAD - TAIL, tail: rows.slice(-TAIL) };
}

/** The table as HTML that takes its colours from the page, so that it fits dark and light ones. */
export function tableHtml(rows: readonly Row[], columns?: readonly string[]): string {
  const names = columnNames(rows, columns);
  const align = names.map((name) => (isNumeric(rows, name) ? 'right' : 'left'));
  const cells = (row: Row): string =>
    `<tr>${names.map((name, i) => `<td style="text-align:${align[i]}">${escapeHtml(cellText(row[name]))}</td>`).join('')}</tr>`;
  const { head, left, tail } = shorten(rows);
  const gap =
    left === 0 ? '' : `<tr><td colspan="${names.length}" style="text-align:left">… ${left} more rows …</td></tr>`;
  const header = names.map((name, i) => `<th style="text-align:${align[i]}">${escapeHtml(name)}</th>`).join('');
  return `<table><thead><tr>${header}</tr></thead><tbody>${head.map(cells).join('')}${gap}${tail.map(cells).join('')}</tbody></table>`;
}

/** The table as text, columns aligned. */
export function tableText(rows: readonly Row[], columns?: readonly string[]): string {
  const names = columnNames(rows, columns);
  const { head, left, tail } = shorten(rows);
  const texts = [...head, ...tail].map((row) => names.map((name) => cellText(row[name])));
  const widths = names.map((name, i) => Math.max(name.length, ...texts.map((row) => row[i].length)));
  const right = names.map((name) => isNumeric(rows, name));
  const line = (row: readonly string[]): string =>
    row
      .map((text, i) => (right[i] ? text.padStart(widths[i]) : text.padEnd(widths[i])))
      .join('  ')
      .trimEnd();
  const lines = [line(names), line(widths.map((width) => '─'.repeat(width))), ...texts.map(line)];
  if (left > 0) lines.splice(2 + head.length, 0, `… ${left} more rows …`);
  return lines.join('\n');
}
