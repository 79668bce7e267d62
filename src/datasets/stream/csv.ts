import { join } from 'node:path';
import { check, DataError } from '../../base';
import { plainOrGzip } from '../formats/bytes';
import { countLines, parseTable, type TableOptions } from '../formats/table';
import { daliacChannels, daliacClasses } from '../loaders/generated-imu';
import { locateDataset } from '../locate';
import { readManifest } from '../manifest';
import { windows, windowStep, type WindowOptions } from '../windows';
import { toBatches, type Batch, type StreamedSample, type StreamOptions } from './batches';
import { readPieces } from './pieces';

/** The rows of a table piece by piece: rows × width values each, cut at ends of lines. @throws DataError */
export async function* streamTable(path: string, options: Omit<TableOptions, 'file' | 'linesBefore'>, signal?: AbortSignal): AsyncGenerator<Float64Array> {
  let rest: Buffer = Buffer.alloc(0);
  let linesBefore = 0;
  const parse = (bytes: Buffer): Float64Array => {
    const { values } = parseTable(bytes, { ...options, header: linesBefore === 0 ? options.header : undefined, file: path, linesBefore });
    linesBefore += countLines(bytes);
    return values;
  };
  for await (const piece of readPieces(path, signal)) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const end = bytes.lastIndexOf(10) + 1;
    rest = bytes.subarray(end);
    if (end > 0) yield parse(bytes.subarray(0, end));
  }
  if (rest.length > 0) yield parse(rest);
}

/** What `streamCsvWindows` reads: recordings in CSV files, cut into windows on the way, one piece of a file in memory at a time. */
export interface CsvStreamOptions extends Omit<StreamOptions, 'folder'> {
  /** Files of equal columns, each a recording; plain or gzip. */
  files: readonly string[];
  /** Columns: all numbers but for one of class numbers. */
  table: Omit<TableOptions, 'file' | 'linesBefore'>;
  /** Which of the table's kept columns is the label. Default: the last. */
  labelColumn?: number;
  /** Subtracted from the label to give a class index. Default 0. */
  firstLabel?: number;
  /** How each file's recording is cut; windows never reach from one file into the next. */
  windows: WindowOptions;
}

/**
 * Windows of CSV files that need not fit in memory: n × length × channels a batch, in the order of the files, the same
 * windows that the loaders cut.
 */
export async function* streamCsvWindows(options: CsvStreamOptions): AsyncGenerator<Batch> {
  const { files, table, windows: windowing, firstLabel = 0, signal } = options;
  const width = table.columns.filter((column) => column !== 'skip').length;
  const labelColumn = options.labelColumn ?? width - 1;
  check(labelColumn >= 0 && labelColumn < width, 'labelColumn', labelColumn, `0 to ${width - 1}`);
  const channels = width - 1;
  const { length } = windowing;
  const step = windowStep(windowing);
  async function* samples(): AsyncGenerator<StreamedSample> {
    for (const [k, path] of files.entries()) {
      let kept = new Float64Array(0);
      for await (const piece of streamTable(path, table, signal)) {
        const rows = new Float64Array(kept.length + piece.length);
        rows.set(kept);
        rows.set(piece, kept.length);
        const steps = rows.length / width;
        const values = new Float32Array(steps * channels);
        const labels = new Int32Array(steps);
        for (let t = 0; t < steps; t++) {
          labels[t] = rows[t * width + labelColumn] - firstLabel;
          for (let c = 0, o = t * channels; c < width; c++) if (c !== labelColumn) values[o++] = rows[t * width + c];
        }
        const index = windows([{ values, labels, subject: 0 }], windowing);
        for (const [i, start] of index.starts.entries()) {
          yield { label: index.labels[i], write: (out, offset) => out.set(values.subarray(start * channels, (start + length) * channels), offset) };
        }
        // From the first window that does not yet have all its steps.
        const next = steps < length ? 0 : (Math.floor((steps - length) / step) + 1) * step;
        kept = rows.slice(next * width);
      }
      options.onProgress?.({ path: ['read'], done: k + 1, total: files.length, unit: 'file' });
    }
  }
  yield* toBatches(samples(), length * channels, options);
}

export interface DaliacStreamOptions extends StreamOptions {
  /** Whose files, 1 to 19. Default: 1 to 14, the usual people for training. */
  people?: readonly number[];
  /** Default: 1,024 steps, half overlapping, of a single label. */
  windows?: Partial<WindowOptions>;
}

/** DaLiAc's windows in batches of n × 1024 × 24, one person's file after the other, memory for a few batches only. */
export async function* streamDaliac(options: DaliacStreamOptions = {}): AsyncGenerator<Batch> {
  const { people = Array.from({ length: 14 }, (_, k) => k + 1) } = options;
  const folder = await locateDataset(readManifest('daliac'), options);
  const files = people.map((person) => {
    const path = plainOrGzip(join(folder, `dataset_${person}.txt`));
    if (path === undefined) throw new DataError(folder, undefined, `holds no dataset_${person}.txt`);
    return path;
  });
  yield* streamCsvWindows({
    ...options,
    files,
    table: { columns: [...daliacChannels.map((): 'number' => 'number'), { from: 1, to: daliacClasses.length }] },
    firstLabel: 1,
    windows: { length: 1024, ...options.windows },
  });
}
