/**
 * DaLiAc, daily life activities (Leutheuser, Schuldhaus, Eskofier 2013): 19 people, four nodes, 24 channels at
 * 204.8 Hz, 13 activities; dataset_1.txt … dataset_19.txt, each row 24 values and a label from 1 to 13.
 *
 * Source: the authors' files, and their paper (PLoS ONE 8(10), e75196) for nodes, rate and activities. Columns: wrist, chest,
 * hip, ankle; of each node the accelerometer's x, y, z in g (its length is 1 at rest), then the gyroscope's. Labels in the
 * order of `daliacClasses`. Two projects of others that read these files, one in R and one in Python, agree: no header, 25
 * columns, wrist accelerometer in the first three, chest after the wrist, the label last, these 13 in this order, and
 * 4,686,842 rows in all. That the hip's columns come before the ankle's, and the rate, rest on the authors alone: neither
 * project says.
 */
import { join } from 'node:path';
import { DataError } from '../../base';
import type { Dataset } from '../dataset';
import { readBytes } from '../formats/bytes';
import { parseTable, type Column } from '../formats/table';
import { locateDataset } from '../locate';
import { readManifest } from '../manifest';
import { checkLoadOptions } from '../options';
import { defaultSubjectSplit, type SubjectSplit } from '../subjects';
import type { Recording } from '../windows';
import { daliacChannels, daliacClasses, daliacRate } from './generated-imu';
import { assembleRecordings, filesOfPeople, readRecordings, type SignalOptions } from './signals';

const people = Array.from({ length: 19 }, (_, k) => k + 1);
/** Rows of each person's file as published. */
const publishedRows = [
  245576, 301901, 245985, 248239, 254178, 224073, 261959, 231653, 248855, 242709, 240251, 254794, 246190, 244144, 241272, 255201,
  239838, 229396, 230628,
];
const columns: Column[] = [...daliacChannels.map((): Column => 'number'), { from: 1, to: daliacClasses.length }];

/** Reads one person's file. @throws DataError naming the line of a row that does not fit. */
function parseDaliac(bytes: Uint8Array, file: string): { values: Float32Array; labels: Uint8Array } {
  const width = daliacChannels.length;
  const table = parseTable(bytes, { file, columns });
  if (table.rows === 0) throw new DataError(file, undefined, 'no rows');
  const values = new Float32Array(table.rows * width);
  const labels = new Uint8Array(table.rows);
  for (let r = 0; r < table.rows; r++) {
    const from = r * (width + 1);
    values.set(table.values.subarray(from, from + width), r * width);
    labels[r] = table.values[from + width] - 1;
  }
  return { values, labels };
}

/** What is not as published: people who are missing, files that are cut off or were worked on. */
function notesOn(files: readonly { person: number; rows: number }[], isChosen: boolean): string[] {
  const notes: string[] = [];
  if (!isChosen && files.length < people.length) notes.push(`${files.length} of 19 people: ${files.map(({ person }) => person).join(', ')}`);
  const other = files.filter(({ person, rows }) => rows !== publishedRows[person - 1]);
  const named = other.slice(0, 3).map(({ person, rows }) => `dataset_${person}.txt ${rows} (${publishedRows[person - 1]})`);
  if (other.length > 0) notes.push(`${other.length} of ${files.length} files have another number of rows than published: ${named.join(', ')}${other.length > 3 ? ' …' : ''}`);
  return notes;
}

/** The split in use for DaLiAc: 1–14, 15–17, 18–19; where not all of them are there, the default for those who are. */
function subjectSplit(present: readonly number[]): SubjectSplit {
  const usual = { train: people.slice(0, 14), validation: people.slice(14, 17), test: people.slice(17) };
  return present.length === people.length ? usual : defaultSubjectSplit(present);
}

/**
 * Six channels (accelerometer in g, gyroscope) of each of wrist, chest, hip and ankle, in this order, at 204.8 Hz: by the
 * authors; of the order of hip and ankle and of the rate there is no second source here.
 * Windows of 1,024 steps (5 s), half overlapping, those of mixed label dropped; people 1–14 for training, 15–17 for
 * validation, 18–19 for testing. Memory for all of it: about 0.45 GB of signal while loading and 0.9 GB of windows;
 * `limit` or `fraction` leave most of the second out.
 * @throws DataError for a row without 24 channels and a label (file and line), or a missing folder
 */
export async function daliac(options: SignalOptions = {}): Promise<Dataset> {
  checkLoadOptions(options);
  const folder = await locateDataset(readManifest('daliac'), options);
  const wanted = options.subjects && new Set([...options.subjects.train, ...options.subjects.validation, ...options.subjects.test]);
  const files = filesOfPeople(people.filter((person) => wanted?.has(person) ?? true), (person) => join(folder, `dataset_${person}.txt`));
  const read = async ({ person, path }: (typeof files)[number]): Promise<Recording> => ({ ...parseDaliac(await readBytes(path), path), subject: person });
  const recordings = await readRecordings(files, 'person', read, options);
  const present = files.map((file) => file.person);
  return assembleRecordings(recordings, {
    name: 'DaLiAc',
    classes: daliacClasses,
    channels: daliacChannels,
    sampleRate: daliacRate,
    source: folder,
    windows: { length: 1024, ...options.windows },
    subjects: options.subjects ?? subjectSplit(present),
    notes: notesOn(recordings.map(({ subject, labels }) => ({ person: subject, rows: labels.length })), wanted !== undefined),
  }, options);
}
