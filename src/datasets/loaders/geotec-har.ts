/**
 * GeoTec's smartphone and smartwatch activities (Matey-Sanz, Casteleyn, Granell 2023): 23 people, a phone in the
 * pocket and a watch, accelerometer and gyroscope each, at about 102 Hz with uneven time stamps. Both are put onto one
 * uniform clock and stacked to 12 channels.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { check, DataError } from '../../base';
import type { Dataset } from '../dataset';
import { plainOrGzip, readBytes } from '../formats/bytes';
import { parseTable, type Column } from '../formats/table';
import { locateDataset } from '../locate';
import { readManifest } from '../manifest';
import { checkLoadOptions } from '../options';
import { alignOntoClock, type UnevenSignal } from '../resample';
import { defaultSubjectSplit } from '../subjects';
import { type Recording, type WindowOptions } from '../windows';
import { assembleRecordings, readRecordings, type SignalOptions } from './signals';

const classes = ['SEATED', 'STANDING_UP', 'WALKING', 'TURNING', 'SITTING_DOWN'];
const axes = ['x_acc', 'y_acc', 'z_acc', 'x_gyro', 'y_gyro', 'z_gyro'];
const header = [...axes, 'timestamp', 'label'];
const columns: Column[] = [...axes.map((): Column => 'number'), 'number', { categories: classes }];

export interface GeotecHarOptions extends SignalOptions {
  /** The common clock, Hz. Default 100. */
  rate?: number;
}

async function readDevice(path: string): Promise<UnevenSignal> {
  const table = parseTable(await readBytes(path), { file: path, columns, header });
  const times = new Float64Array(table.rows);
  const values = new Float64Array(table.rows * axes.length);
  const labels = new Int32Array(table.rows);
  for (let r = 0; r < table.rows; r++) {
    const row = r * table.width;
    for (let c = 0; c < axes.length; c++) values[r * axes.length + c] = table.values[row + c];
    times[r] = table.values[row + axes.length];
    labels[r] = table.values[row + axes.length + 1];
  }
  return { times, values, channels: axes.length, labels };
}

/** Executions sXX_YY under folder/sXX, in order. */
function executions(folder: string): { subject: number; phone: string; watch: string }[] {
  const found: { subject: number; phone: string; watch: string }[] = [];
  for (const person of readdirSync(folder).filter((name) => /^s\d+$/.test(name)).sort()) {
    const names = readdirSync(join(folder, person));
    for (const name of names.filter((file) => /^s\d+_\d+_sp\.csv(\.gz)?$/.test(file)).sort()) {
      const watch = plainOrGzip(join(folder, person, name.replace('_sp', '_sw').replace(/\.gz$/, '')));
      const phone = join(folder, person, name);
      if (watch === undefined) throw new DataError(phone, undefined, 'has no watch file (_sw) beside it');
      found.push({ subject: Number(person.slice(1)), phone, watch });
    }
  }
  if (found.length === 0) throw new DataError(folder, undefined, 'holds no sXX/sXX_YY_sp.csv');
  return found;
}

/**
 * The 12-channel windows of 5 activities, split by person (default about 70/15/15 % of them in order of number).
 * Windows: 128 steps at 100 Hz, half overlapping, the label that covers most of a window (activities such as turning
 * last about a second: 'pure' windows would lose nearly all of them).
 * @throws DataError naming file, line and column for a row that does not fit.
 */
export async function geotecHar(options: GeotecHarOptions = {}): Promise<Dataset> {
  checkLoadOptions(options);
  const { rate = 100 } = options;
  check(rate > 0 && Number.isFinite(rate), 'rate', rate, 'a rate above 0 Hz');
  const found = await locateDataset(readManifest('geotec-har'), options);
  const folder = existsSync(join(found, 'DATA')) ? join(found, 'DATA') : found;
  const files = executions(folder);
  const read = async ({ subject, phone, watch }: (typeof files)[number]): Promise<Recording> =>
    ({ ...alignOntoClock([await readDevice(phone), await readDevice(watch)], rate), subject });
  const recordings = await readRecordings(files, 'recording', read, options);
  const windowing: WindowOptions = { length: 128, label: 'majority', ...options.windows };
  return assembleRecordings(recordings, {
    name: 'GeoTec HAR',
    classes: ['seated', 'standing up', 'walking', 'turning', 'sitting down'],
    channels: ['phone', 'watch'].flatMap((device) => axes.map((axis) => `${device} ${axis}`)),
    sampleRate: rate,
    source: folder,
    windows: windowing,
    subjects: defaultSubjectSplit(recordings.map((recording) => recording.subject)),
  }, options);
}
