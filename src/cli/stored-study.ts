import { closeSync, openSync, readSync } from 'node:fs';
import { DataError } from '../base';
import { isPostgresAddress, journalStorage, postgresStorage, sqliteStorage } from '../storage';
import type { Constraint, Direction, Objective, StoredStudy, StudyStorage, TrialRecord } from '../study';
import { requireFile } from './input-file';
import { oneOf, UsageError } from './usage';

/** A study as it lies in a file: enough to look at, not to go on with (the functions of its task are not stored). */
export interface StudyOnDisk {
  readonly name: string;
  readonly objectives: readonly Objective[];
  readonly constraints: readonly Constraint[];
  readonly trials: readonly TrialRecord[];
}

interface Written {
  readonly objectives?: readonly { name: string; direction: Direction; label?: string; reference?: number }[];
  readonly constraints?: readonly Constraint[];
}

function describe(stored: StoredStudy): StudyOnDisk {
  const written = (stored.system['paretino:study'] ?? {}) as Written;
  // A study that Optuna began names its objectives at most.
  const names = (stored.system['study:metric_names'] ?? []) as readonly string[];
  const objectives = stored.directions.map((direction, j) => ({
    name: written.objectives?.[j]?.name ?? names[j] ?? `value ${j}`,
    direction,
    label: written.objectives?.[j]?.label,
    reference: written.objectives?.[j]?.reference,
  }));
  return { name: stored.name, objectives, constraints: written.constraints ?? [], trials: stored.trials };
}

/** The store that a file is, or an address names: every SQLite file begins with these words. */
function storageOf(file: string): StudyStorage {
  if (isPostgresAddress(file)) return postgresStorage(file);
  requireFile(file);
  const start = Buffer.alloc(15);
  try {
    const fd = openSync(file, 'r');
    readSync(fd, start, 0, start.length, 0);
    closeSync(fd);
  } catch {
    // Whoever reads it next says what is wrong.
  }
  return start.toString('latin1') === 'SQLite format 3' ? sqliteStorage(file) : journalStorage(file);
}

/**
 * The studies of a journal or SQLite file or of a PostgreSQL address, or the one of this name.
 * @throws DataError where there is no such file or it is no journal; UsageError where it holds no such study
 */
export async function readStudies(file: string, name?: string): Promise<StudyOnDisk[]> {
  const storage = storageOf(file);
  const names = await storage.studyNames();
  if (name !== undefined) oneOf('--study', name, names, `a study; ${storage.description} holds none`);
  const studies: StudyOnDisk[] = [];
  for (const one of name === undefined ? names : [name]) {
    const stored = await storage.open(one);
    if (stored !== undefined) studies.push(describe(stored));
  }
  return studies;
}

/**
 * The one study that a command is about.
 * @throws DataError where the file holds none; UsageError where it holds several and none was named
 */
export async function readStudy(file: string, name?: string): Promise<StudyOnDisk> {
  const studies = await readStudies(file, name);
  if (studies.length === 0) throw new DataError(file, undefined, 'holds no study');
  if (studies.length > 1) throw new UsageError('--study', name, `one of ${studies.map((study) => study.name).join(', ')}`);
  return studies[0];
}
