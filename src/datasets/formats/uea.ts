/** The .ts text format of the UEA/UCR archive: equal-length series; dimensions between colons, the class last. */
import { DataError } from '../../base';

export interface UeaSeries {
  readonly classes: readonly string[];
  readonly dimensions: number;
  readonly length: number;
  /** n × length × dimensions. */
  readonly values: Float32Array;
  readonly y: Int32Array;
}

/** Reads a .ts file. @throws DataError naming the line. */
export function parseUea(text: string, file: string): UeaSeries {
  const lines = text.split('\n');
  let classes: string[] | undefined;
  let at = 0;
  for (; at < lines.length; at++) {
    const line = lines[at].trim();
    if (/^@data$/i.test(line)) break;
    const label = /^@classLabel\s+true\s+(.+)$/i.exec(line);
    if (label) classes = label[1].split(/\s+/);
    if (/^@(timeStamps|missing)\s+true/i.test(line)) throw new DataError(file, `line ${at + 1}`, `${line.split(/\s+/)[0]} is not supported`);
  }
  if (at === lines.length) throw new DataError(file, undefined, 'has no @data');
  if (!classes) throw new DataError(file, undefined, 'has no @classLabel true … before @data');
  const y: number[] = [];
  const series: Float32Array[] = [];
  let [dimensions, length] = [0, 0];
  for (at++; at < lines.length; at++) {
    const line = lines[at].trim();
    if (line === '' || line.startsWith('#')) continue;
    const where = `line ${at + 1}`;
    const parts = line.split(':');
    const name = parts.pop() as string;
    const label = classes.indexOf(name);
    if (label === -1) throw new DataError(file, where, `class "${name}", wanted one of ${classes.join(', ')}`);
    const columns = parts.map((part) => part.split(','));
    if (series.length === 0) [dimensions, length] = [columns.length, columns[0]?.length ?? 0];
    if (columns.length !== dimensions) throw new DataError(file, where, `${columns.length} dimensions, wanted ${dimensions}`);
    const values = new Float32Array(dimensions * length);
    columns.forEach((column, d) => {
      if (column.length !== length) throw new DataError(file, where, `dimension ${d + 1} has ${column.length} values, wanted ${length}`);
      column.forEach((cell, t) => {
        const value = cell.trim() === '' ? NaN : Number(cell);
        if (!Number.isFinite(value)) throw new DataError(file, where, `"${cell}" in dimension ${d + 1}, wanted a number`);
        values[t * dimensions + d] = value;
      });
    });
    series.push(values);
    y.push(label);
  }
  if (series.length === 0) throw new DataError(file, undefined, 'no series after @data');
  const values = new Float32Array(series.length * dimensions * length);
  series.forEach((one, i) => values.set(one, i * dimensions * length));
  return { classes, dimensions, length, values, y: Int32Array.from(y) };
}
