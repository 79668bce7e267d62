/**
 * A folder of one's own: a sub-folder for each class, holding CSV, WAV or picture files; or three folders train,
 * validation and test, each with such sub-folders.
 */
import { readdirSync } from 'node:fs';
import { basename, extname, join, relative, resolve } from 'node:path';
import { breathe, check, createRng, DataError } from '../../base';
import { assemble, subset, type RawPart } from '../assemble';
import { splitNames, type Dataset, type SplitName } from '../dataset';
import { readBytes } from '../formats/bytes';
import { parsePicture } from '../formats/picture';
import { parseTable } from '../formats/table';
import { parseWav } from '../formats/wav';
import { createLogMel, type LogMelOptions } from '../log-mel';
import { isFolder } from '../marked-folder';
import { checkLoadOptions, type LoadOptions } from '../options';
import { holdOut } from '../sample';
import { defaultSubjectSplit, splitBySubject, type SubjectSplit } from '../subjects';
import { windowPart, windows, type Recording, type WindowOptions } from '../windows';

/** What `fromFolder` takes: where the files are, how they are split, and how recordings become samples. */
export interface FromFolderOptions extends Omit<LoadOptions, 'download'> {
  /** Holds one folder a class, or folders named train, validation and test with those in them. */
  folder: string;
  /** Share of the files held out for testing where there is no test folder. Default 0.2. */
  testFraction?: number;
  /** Cuts CSV and WAV files into windows; without it each file is one sample, and all are equally long. */
  windows?: WindowOptions;
  /** Turns WAV files into log-mel pictures. */
  features?: Omit<LogMelOptions, 'rate'>;
  /** Hz, for CSV files. */
  sampleRate?: number;
  /** The person that a file is of, by its path below the folder; with it, files are split by person. */
  subjectOf?: (path: string) => number;
  /** Who is held out for validation and testing; only with `subjectOf`. Default: as `defaultSubjectSplit`, unless there are train and test folders. */
  subjects?: SubjectSplit;
  /** Default: the folder's own name. */
  name?: string;
}

/** One file read: a recording of one class, or a picture as one of a single step. */
interface Item extends Recording {
  readonly shape: readonly number[];
  readonly rate?: number;
  readonly channelNames?: readonly string[];
}

const kinds = ['.csv', '.wav', '.png', '.ppm', '.pgm'];
const visible = (folder: string): string[] => readdirSync(folder).filter((name) => !name.startsWith('.')).sort();

function kindOf(path: string): string {
  return extname(path.replace(/\.gz$/i, '')).toLowerCase();
}

/** Columns and, where the first line is no row of numbers, their names. */
function csvItem(bytes: Uint8Array, path: string): Pick<Item, 'values' | 'shape' | 'channelNames'> {
  const end = bytes.indexOf(10);
  const first = Buffer.from(bytes.subarray(0, end === -1 ? bytes.length : end)).toString('utf8').replace(/^\ufeff/, '').trim();
  if (first === '') throw new DataError(path, 'line 1', 'empty');
  const cells = first.split(',').map((cell) => cell.trim());
  const header = cells.some((cell) => cell === '' || !Number.isFinite(Number(cell))) ? cells : undefined;
  const table = parseTable(bytes, { file: path, columns: new Array<'number'>(cells.length).fill('number'), header });
  return { values: Float32Array.from(table.values), shape: [table.rows, cells.length], channelNames: header };
}

async function readItem(path: string, label: number, subject: number, options: FromFolderOptions): Promise<Item> {
  const bytes = await readBytes(path);
  const kind = kindOf(path);
  const whole = (length: number): Int32Array => new Int32Array(length).fill(label);
  if (kind === '.csv') {
    const item = csvItem(bytes, path);
    return { ...item, labels: whole(item.shape[0]), subject, rate: options.sampleRate };
  }
  if (kind === '.wav') {
    const { samples, channels, rate } = parseWav(bytes, path);
    return { values: samples, labels: whole(samples.length / channels), subject, shape: [samples.length / channels, channels], rate };
  }
  const { pixels, height, width, channels } = parsePicture(bytes, path);
  return { values: Float32Array.from(pixels), labels: whole(1), subject, shape: [height, width, channels] };
}

/** Files below the class folders of `root`, in order. */
function filesOf(root: string, classes: readonly string[]): { path: string; label: number }[] {
  return classes.flatMap((name, label) => {
    const folder = join(root, name);
    const names = visible(folder).filter((file) => !isFolder(join(folder, file)));
    const odd = names.find((file) => !kinds.includes(kindOf(file)));
    if (odd !== undefined) throw new DataError(join(folder, odd), undefined, `wanted files of ${kinds.join(', ')}`);
    return names.map((file) => ({ path: join(folder, file), label }));
  });
}

function partOf(items: readonly Item[], frontEnd: ReturnType<typeof createLogMel> | undefined, options: FromFolderOptions): RawPart {
  const bySteps = options.windows !== undefined;
  const channels = items[0].shape[items[0].shape.length - 1];
  let part: RawPart;
  let length = items[0].shape[0];
  if (bySteps) {
    const windowing = options.windows as WindowOptions;
    length = windowing.length;
    part = windowPart(items, windows(items, windowing), length, channels);
  } else {
    part = {
      y: Int32Array.from(items, (item) => item.labels[0]),
      subjects: Int32Array.from(items, (item) => item.subject),
      recordings: Int32Array.from(items, (_, i) => i),
      starts: new Int32Array(items.length),
      copy: (i, out, offset) => out.set(items[i].values, offset),
    };
  }
  if (!frontEnd) return part;
  const sound = new Float32Array(length);
  return { ...part, copy: (i, out, offset) => {
    part.copy(i, sound, 0);
    frontEnd.transform(sound, out, offset);
  } };
}

/** All files alike: kind, channels, rate, and, unless cut into windows, length. @throws DataError naming the odd one */
function checkAlike(items: readonly Item[], paths: readonly string[], options: FromFolderOptions): void {
  const about = (item: Item): string =>
    `${options.windows ? item.shape.slice(1).join(' × ') + ' channels' : item.shape.join(' × ')}${item.rate === undefined ? '' : ` at ${item.rate} Hz`}`;
  items.forEach((item, i) => {
    if (item.shape.length !== items[0].shape.length || about(item) !== about(items[0])) {
      throw new DataError(paths[i], undefined, `${about(item)}, wanted ${about(items[0])} as in ${paths[0]}`);
    }
  });
}

/**
 * Loads a folder. Without train, validation and test folders, files (never windows of one file) are held out at random,
 * class by class; with `subjectOf`, by person.
 * @throws DataError naming the file that does not fit
 */
export async function fromFolder(options: FromFolderOptions): Promise<Dataset> {
  checkLoadOptions(options);
  const { testFraction = 0.2, validationFraction = 0.1, seed = 0 } = options;
  check(testFraction >= 0 && testFraction + validationFraction < 1, 'testFraction', testFraction, 'a share that leaves some for training');
  check(!options.subjects || options.subjectOf, 'subjectOf', options.subjectOf, 'a function that says whose file it is, to go with subjects');
  const folder = resolve(options.folder);
  let entries: string[];
  try {
    entries = visible(folder).filter((name) => isFolder(join(folder, name)));
  } catch (error) {
    throw new DataError(folder, undefined, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  const given = entries.includes('train') && entries.includes('test');
  const roots = given ? splitNames.filter((name) => entries.includes(name)) : [undefined];
  const classes = given ? visible(join(folder, 'train')).filter((name) => isFolder(join(folder, 'train', name))) : entries;
  if (classes.length < 2) throw new DataError(folder, undefined, `${classes.length} sub-folders, wanted one for each of at least 2 classes`);
  const found = roots.flatMap((root) => {
    const base = root === undefined ? folder : join(folder, root);
    const unknown = visible(base).find((name) => isFolder(join(base, name)) && !classes.includes(name));
    if (unknown !== undefined) throw new DataError(join(base, unknown), undefined, `a class that is not in train: ${classes.join(', ')}`);
    const present = visible(base);
    return filesOf(base, classes.filter((name) => present.includes(name)))
      .map((file) => ({ ...file, label: classes.indexOf(basename(join(file.path, '..'))), root }));
  });
  if (found.length === 0) throw new DataError(folder, undefined, 'holds no files in its class folders');
  const items: Item[] = [];
  for (const { path, label } of found) {
    items.push(await readItem(path, label, options.subjectOf?.(relative(folder, path)) ?? -1, options));
    if (items.length % 50 === 0) {
      options.onProgress?.({ path: ['read'], done: items.length, total: found.length, unit: 'file' });
      await breathe(options.signal, 'loading');
    }
  }
  checkAlike(items, found.map((file) => file.path), options);
  const first = items[0];
  check(options.windows === undefined || first.shape.length === 2, 'windows', options.windows, 'none, for pictures');
  const isSound = kindOf(found[0].path) === '.wav';
  check(options.features === undefined || (isSound && first.shape[1] === 1), 'features', options.features, 'none, unless the files are mono WAV');
  const frontEnd = options.features && createLogMel({ ...options.features, rate: first.rate });
  const length = options.windows?.length ?? first.shape[0];

  const at = splitFiles(items, found.map((file) => file.root), options, { testFraction, validationFraction, seed });
  const all = partOf(items, frontEnd, options);
  const recordings = all.recordings as Int32Array;
  const parts = {} as Record<SplitName, RawPart>;
  for (const name of splitNames) {
    const files = new Set(at[name]);
    parts[name] = subset(all, Int32Array.from([...recordings.keys()].filter((i) => files.has(recordings[i]))));
  }
  check(parts.train.y.length > 0, 'windows', options.windows, 'a length that leaves at least one window for training');
  const shape = first.shape.length === 3 ? first.shape : [length, first.shape[1]];
  return assemble({
    name: options.name ?? basename(folder),
    inputShape: frontEnd ? [frontEnd.frames(length), frontEnd.width, 1] : shape,
    classes,
    source: folder,
    parts: options.subjectOf ? parts : withoutSubjects(parts),
    ...(first.channelNames ? { channels: first.channelNames } : {}),
    ...(first.rate !== undefined && !frontEnd ? { sampleRate: first.rate } : {}),
  }, options);
}

function withoutSubjects(parts: Record<SplitName, RawPart>): Record<SplitName, RawPart> {
  return Object.fromEntries(splitNames.map((name) => [name, { ...parts[name], subjects: undefined }])) as Record<SplitName, RawPart>;
}

/** Positions of the files of each split. */
function splitFiles(
  items: readonly Item[], roots: readonly (SplitName | undefined)[], options: FromFolderOptions,
  { testFraction, validationFraction, seed }: { testFraction: number; validationFraction: number; seed: number },
): Record<SplitName, Int32Array> {
  const subjects = items.map((item) => item.subject);
  if (options.subjects) return splitBySubject(subjects, options.subjects);
  // One person's recordings resemble each other: split at random they would leak into the test.
  if (options.subjectOf && roots[0] === undefined) return splitBySubject(subjects, defaultSubjectSplit(subjects));
  const positions = (wanted: SplitName): Int32Array => Int32Array.from([...items.keys()].filter((i) => roots[i] === wanted));
  const label = (i: number): number => items[i].labels[0];
  const rng = createRng(seed).fork('folder');
  let train = positions('train');
  let test = positions('test');
  if (roots[0] === undefined) {
    const { kept, held } = holdOut(items.map((item) => item.labels[0]), testFraction, rng.fork('test'));
    [train, test] = [kept, held];
  }
  const validation = positions('validation');
  if (validation.length > 0) return { train, validation, test };
  // The share is of all files that are not for testing, given or held out.
  const { kept, held } = holdOut(Array.from(train, label), validationFraction, rng.fork('validation'));
  return { train: kept.map((i) => train[i]), validation: held.map((i) => train[i]), test };
}
