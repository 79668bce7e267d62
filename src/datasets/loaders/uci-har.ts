/**
 * UCI HAR (Anguita et al. 2013): a phone at the waist, 50 Hz, windows of 128 steps with half overlap as cut by its
 * authors, 9 channels, 6 activities, 21 people for training and 9 for testing.
 *
 * Source: README.txt and activity_labels.txt of the archive: labels 1 WALKING, 2 WALKING_UPSTAIRS, 3 WALKING_DOWNSTAIRS,
 * 4 SITTING, 5 STANDING, 6 LAYING; a row of 128 values a window and one file an axis; accelerations in g, rates in rad/s;
 * the split is the archive's two folders (7,352 windows; 2,947 of people 2, 4, 9, 10, 12, 13, 18, 20, 24), no person in
 * both.
 */
import { join } from 'node:path';
import { breathe, check, DataError } from '../../base';
import { assemble, subset, type RawPart } from '../assemble';
import type { Dataset } from '../dataset';
import { plainOrGzip, readBytes } from '../formats/bytes';
import { parseTable, type Column } from '../formats/table';
import { locateDataset } from '../locate';
import { readManifest } from '../manifest';
import { checkLoadOptions, type LoadOptions } from '../options';

const length = 128;
const signals = ['body_acc', 'body_gyro', 'total_acc'].flatMap((sensor) => ['x', 'y', 'z'].map((axis) => `${sensor}_${axis}`));
const classes = ['walking', 'walking upstairs', 'walking downstairs', 'sitting', 'standing', 'lying'];

async function table(folder: string, name: string, columns: readonly Column[]): Promise<{ path: string; rows: number; values: Float64Array }> {
  const path = plainOrGzip(join(folder, name));
  if (path === undefined) throw new DataError(folder, undefined, `holds no ${name}`);
  return { path, ...parseTable(await readBytes(path), { file: path, columns, separator: ' ' }) };
}

async function readPart(folder: string, part: 'train' | 'test', options: LoadOptions): Promise<RawPart> {
  const labels = await table(join(folder, part), `y_${part}.txt`, [{ from: 1, to: classes.length }]);
  const people = await table(join(folder, part), `subject_${part}.txt`, [{ from: 1, to: 30 }]);
  const channels: Float32Array[] = [];
  for (const signal of signals) {
    const read = await table(join(folder, part), join('Inertial Signals', `${signal}_${part}.txt`), new Array<Column>(length).fill('number'));
    for (const [what, rows, path] of [['windows', read.rows, read.path], ['people', people.rows, people.path]] as const) {
      if (rows !== labels.rows) throw new DataError(path, undefined, `${rows} ${what} for ${labels.rows} labels`);
    }
    channels.push(Float32Array.from(read.values));
    options.onProgress?.({ path: ['read', part], done: channels.length, total: signals.length, unit: 'channel' });
    await breathe(options.signal, 'loading');
  }
  return {
    y: Int32Array.from(labels.values, (label) => label - 1),
    subjects: Int32Array.from(people.values),
    copy: (i, out, offset) => {
      for (let t = 0; t < length; t++) for (let c = 0; c < channels.length; c++) out[offset + t * channels.length + c] = channels[c][i * length + t];
    },
  };
}

/** What `uciHar` takes; who is tested is fixed by the authors' own split (9 of 30 people). */
export interface UciHarOptions extends Omit<LoadOptions, 'validationFraction'> {
  /** People of the training files (1 to 30) held out for validation. Default: 3 of the 21, spread over the numbering. */
  validationSubjects?: readonly number[];
}

/** UCI HAR's own windows and its own split by person, with some of the training people held out for validation. */
export async function uciHar(options: UciHarOptions = {}): Promise<Dataset> {
  checkLoadOptions(options);
  const folder = await locateDataset(readManifest('uci-har'), options);
  const train = await readPart(folder, 'train', options);
  const test = await readPart(folder, 'test', options);
  const subjects = train.subjects as Int32Array;
  const people = [...new Set(subjects)].sort((a, b) => a - b);
  const held = options.validationSubjects ?? [1, 3, 5].map((sixth) => people[Math.floor((sixth * people.length) / 6)]);
  for (const person of held) check(people.includes(person), 'validationSubjects', person, `one of ${people.join(', ')}`);
  const at = (keep: boolean): Int32Array => Int32Array.from([...subjects.keys()].filter((i) => held.includes(subjects[i]) === keep));
  return assemble({
    name: 'UCI HAR',
    inputShape: [length, signals.length],
    classes,
    channels: signals,
    sampleRate: 50,
    source: folder,
    parts: { train: subset(train, at(false)), validation: subset(train, at(true)), test },
  }, options);
}
