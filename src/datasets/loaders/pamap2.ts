/**
 * PAMAP2 (Reiss and Stricker 2012): 9 people, three nodes (hand, chest, ankle) at 100 Hz, 12 activities of the protocol.
 * Each row has 54 columns: time, activity, heart rate, then 17 for each node: temperature, accelerometer ±16 g,
 * accelerometer ±6 g, gyroscope, magnetometer, orientation (void). Lost radio packets are rows of NaN. Accelerations are in
 * m/s², rates in rad/s; the ±6 g accelerometer saturates, so that the authors advise against it.
 *
 * Source: the set's own description (readme.pdf of the archive, "Attribute Information" of its page at UCI): columns 1 time,
 * 2 activity, 3 heart rate, 4–20 hand, 21–37 chest, 38–54 ankle; activity 0 is a transition. The authors evaluate by leaving
 * one person out; the default split here is that of Hammerla, Halloran, Plötz (IJCAI 2016): 105 validation, 106 test.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '../../base';
import type { Dataset } from '../dataset';
import { readBytes } from '../formats/bytes';
import { parseTable, type Column } from '../formats/table';
import { locateDataset } from '../locate';
import { readManifest } from '../manifest';
import { checkLoadOptions } from '../options';
import { defaultSubjectSplit } from '../subjects';
import type { Recording } from '../windows';
import { assembleRecordings, filesOfPeople, readRecordings, type SignalOptions } from './signals';

const activities: readonly (readonly [code: number, name: string])[] = [
  [1, 'lying'], [2, 'sitting'], [3, 'standing'], [4, 'walking'], [5, 'running'], [6, 'cycling'], [7, 'Nordic walking'],
  [12, 'ascending stairs'], [13, 'descending stairs'], [16, 'vacuum cleaning'], [17, 'ironing'], [24, 'rope jumping'],
];
const classOf = new Map(activities.map(([code], k) => [code, k]));
const sensors = [['acc', 1], ['gyro', 7]] as const;
const names = ['hand', 'chest', 'ankle'].flatMap((node) => sensors.flatMap(([sensor]) => ['x', 'y', 'z'].map((axis) => `${node} ${sensor} ${axis}`)));
const wanted = [0, 1, 2].flatMap((node) => sensors.flatMap(([, first]) => [0, 1, 2].map((axis) => 3 + 17 * node + first + axis)));
const columns: Column[] = Array.from({ length: 54 }, (_, c) => (c === 1 ? { from: 0, to: 24 } : wanted.includes(c) ? 'number' : 'skip'));
const rate = 100;
const people = Array.from({ length: 9 }, (_, k) => 101 + k);

/**
 * Fills gaps (NaN) of up to `maxGap` steps by linear interpolation, in place; steps of longer gaps, and of gaps at
 * either end, are set to 0 and their label to −1, so that no window holds them.
 */
function fillGaps(values: Float32Array, channels: number, labels: Int32Array, maxGap: number): void {
  const steps = labels.length;
  for (let c = 0; c < channels; c++) {
    for (let t = 0; t < steps; t++) {
      if (!Number.isNaN(values[t * channels + c])) continue;
      let end = t;
      while (end < steps && Number.isNaN(values[end * channels + c])) end++;
      const fits = t > 0 && end < steps && end - t <= maxGap;
      const [from, to] = fits ? [values[(t - 1) * channels + c], values[end * channels + c]] : [0, 0];
      for (let k = t; k < end; k++) {
        values[k * channels + c] = fits ? from + ((to - from) * (k - t + 1)) / (end - t + 1) : 0;
        if (!fits) labels[k] = -1;
      }
      t = end;
    }
  }
}

/** One person's file, gaps of up to `maxGap` steps filled. */
async function readPerson(path: string, subject: number, maxGap: number): Promise<Recording> {
  const { rows, width, values: cells } = parseTable(await readBytes(path), { file: path, columns, separator: ' ', allowNaN: true });
  const values = new Float32Array(rows * names.length);
  const labels = new Int32Array(rows);
  for (let r = 0; r < rows; r++) {
    labels[r] = classOf.get(cells[r * width]) ?? -1;
    for (let c = 0; c < names.length; c++) values[r * names.length + c] = cells[r * width + 1 + c];
  }
  fillGaps(values, names.length, labels, maxGap);
  return { values, labels, subject };
}

export interface Pamap2Options extends SignalOptions {
  /** Longest gap of lost packets that is filled by interpolation, s. Default 0.2. */
  maxGap?: number;
}

/**
 * Accelerometer and gyroscope of three nodes, 18 channels; windows of 512 steps, half overlapping, of a single
 * activity; transitions are left out. Default split: person 105 for validation, 106 for testing, the rest for training.
 */
export async function pamap2(options: Pamap2Options = {}): Promise<Dataset> {
  checkLoadOptions(options);
  const { maxGap = 0.2 } = options;
  check(maxGap >= 0, 'maxGap', maxGap, 'seconds, 0 or more');
  const found = await locateDataset(readManifest('pamap2'), options);
  const folder = existsSync(join(found, 'Protocol')) ? join(found, 'Protocol') : found;
  const files = filesOfPeople(people, (person) => join(folder, `subject${person}.dat`));
  const recordings = await readRecordings(files, 'person', ({ person, path }) => readPerson(path, person, Math.round(maxGap * rate)), options);
  const present = files.map((file) => file.person);
  const usual = { train: [101, 102, 103, 104, 107, 108, 109], validation: [105], test: [106] };
  return assembleRecordings(recordings, {
    name: 'PAMAP2',
    classes: activities.map(([, name]) => name),
    channels: names,
    sampleRate: rate,
    source: folder,
    windows: { length: 512, ...options.windows },
    subjects: options.subjects ?? (present.length === people.length ? usual : defaultSubjectSplit(present)),
  }, options);
}
