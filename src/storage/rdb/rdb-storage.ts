/* A StudyStorage over a database with Optuna's tables. */
import { check } from '../../base';
import type { StoredStudy, StudyDefinition, StudyStorage } from '../../study';
import type { Database, Session } from './database';
import { RdbStudy, asJson } from './rdb-study';
import { TRIAL_TABLES } from './tables';

async function idOf(session: Session, name: string): Promise<number | undefined> {
  const [row] = await session.all('SELECT study_id FROM studies WHERE study_name = ?', [name]);
  return row && Number(row.study_id);
}

async function insertStudy(session: Session, name: string, { directions, system }: StudyDefinition): Promise<void> {
  const [{ study_id: id }] = await session.all('INSERT INTO studies (study_name) VALUES (?) RETURNING study_id', [name]);
  for (const [objective, direction] of directions.entries()) {
    await session.all('INSERT INTO study_directions (direction, study_id, objective) VALUES (?, ?, ?)', [direction.toUpperCase(), id, objective]);
  }
  for (const [key, value] of Object.entries(system)) {
    await session.all('INSERT INTO study_system_attributes (study_id, "key", value_json) VALUES (?, ?, ?)', [id, key, asJson(value)]);
  }
}

class RdbStorage implements StudyStorage {
  readonly description: string;

  constructor(private readonly database: Database) {
    this.description = database.description;
  }

  async studyNames(): Promise<string[]> {
    if (!(await this.database.exists())) return [];
    return this.database.read(async (session) => {
      const rows = await session.all('SELECT study_name FROM studies ORDER BY study_id');
      return rows.map((row) => String(row.study_name));
    });
  }

  async open(name: string, definition?: StudyDefinition): Promise<StoredStudy | undefined> {
    if (!(await this.database.exists())) {
      if (definition === undefined) return undefined;
      await this.database.create();
    }
    let id = await this.database.read((session) => idOf(session, name));
    if (id === undefined && definition !== undefined) {
      id = await this.database.write(async (session) => {
        if ((await idOf(session, name)) === undefined) await insertStudy(session, name, definition);
        return idOf(session, name);
      });
    }
    if (id === undefined) return undefined;
    const study = new RdbStudy(this.database, id, name);
    await study.refresh();
    return study;
  }

  async deleteStudy(name: string): Promise<void> {
    check((await this.studyNames()).includes(name), 'name', name, `a study of ${this.description}`);
    await this.database.write(async (session) => {
      const id = await idOf(session, name);
      if (id === undefined) return;
      for (const table of TRIAL_TABLES) {
        await session.all(`DELETE FROM ${table} WHERE trial_id IN (SELECT trial_id FROM trials WHERE study_id = ?)`, [id]);
      }
      for (const table of ['trials', 'study_directions', 'study_user_attributes', 'study_system_attributes', 'studies']) {
        await session.all(`DELETE FROM ${table} WHERE study_id = ?`, [id]);
      }
    });
  }
}

/** Studies in a database with Optuna's tables. */
export function rdbStorage(database: Database): StudyStorage {
  return new RdbStorage(database);
}
