import { breathe, check, type LongWork } from '../../base';
import { assemble, subset } from '../assemble';
import type { Dataset } from '../dataset';
import { plainOrGzip } from '../formats/bytes';
import type { LoadOptions } from '../options';
import { splitBySubject, type SubjectSplit } from '../subjects';
import { windowPart, windows, type Recording, type WindowOptions } from '../windows';

/** What the loaders of people's recordings take besides. */
export interface SignalOptions extends LoadOptions {
  /** Length, overlap and label rule; what is left out is the set's own default. */
  windows?: Partial<WindowOptions>;
  /** Which people go into which split. */
  subjects?: SubjectSplit;
}

/** What a loader of recordings knows. */
export interface RecordingsAbout {
  readonly name: string;
  readonly classes: readonly string[];
  readonly channels: readonly string[];
  readonly sampleRate: number;
  readonly source: string;
  readonly windows: WindowOptions;
  readonly subjects: SubjectSplit;
  readonly notes?: readonly string[];
}

/** The files of those people who have one, plain or gzip. */
export function filesOfPeople(people: readonly number[], pathOf: (person: number) => string): { person: number; path: string }[] {
  return people.flatMap((person) => {
    const path = plainOrGzip(pathOf(person));
    return path === undefined ? [] : [{ person, path }];
  });
}

/** A recording of each file, one after the other. */
export async function readRecordings<F>(
  files: readonly F[], unit: string, read: (file: F) => Promise<Recording>, { signal, onProgress }: LongWork,
): Promise<Recording[]> {
  const recordings: Recording[] = [];
  for (const file of files) {
    recordings.push(await read(file));
    onProgress?.({ path: ['read'], done: recordings.length, total: files.length, unit });
    await breathe(signal, 'loading');
  }
  return recordings;
}

/** Windows, split by person, normalised. @throws ArgumentError where no recording is as long as a window. */
export async function assembleRecordings(
  recordings: readonly Recording[], about: RecordingsAbout, options: SignalOptions,
): Promise<Dataset> {
  const { windows: windowing, subjects, ...rest } = about;
  const index = windows(recordings, windowing);
  check(index.labels.length > 0, 'windows', windowing, 'a length and label rule that leave at least one window');
  const all = windowPart(recordings, index, windowing.length, about.channels.length);
  const at = splitBySubject(index.subjects, options.subjects ?? subjects);
  const notes = [...(about.notes ?? [])];
  if (index.dropped > 0) notes.push(`${index.dropped} windows dropped by the label rule, of ${index.dropped + index.labels.length}`);
  return assemble({
    ...rest,
    inputShape: [windowing.length, about.channels.length],
    parts: { train: subset(all, at.train), validation: subset(all, at.validation), test: subset(all, at.test) },
    ...(notes.length > 0 ? { notes } : {}),
  }, options);
}
