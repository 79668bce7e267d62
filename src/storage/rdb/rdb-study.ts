import { ArgumentError, DataError } from '../../base';
import { isOpen, type Dimension, type Direction, type NewTrial, type Outcome, type Params, type StoredStudy, type TrialRecord } from '../../study';
import { distributionOf, parse, stringify, toInternal } from '../optuna-format';
import { ending } from '../trial-record';
import type { Database, Row, Session } from './database';
import { readTrials, type StoredTrial } from './read-trials';
import { stateName, toColumns, toDateTime } from './tables';

type Fields = Readonly<Record<string, unknown>>;

/** What JSON cannot hold becomes null. */
export const asJson = (value: unknown): string => stringify(value) ?? 'null';

/** One study in Optuna's tables. Trials that ended never change: only new and open ones are read again. */
export class RdbStudy implements StoredStudy {
  directions: readonly Direction[] = [];
  attributes: Fields = {};
  system: Fields = {};
  trials: readonly TrialRecord[] = [];
  /** Ids by number, and the open trials' numbers by id. */
  private readonly ids: number[] = [];
  private readonly open = new Map<number, number>();
  private last = -1;
  private version: string | undefined;

  constructor(
    private readonly database: Database,
    private readonly id: number,
    readonly name: string,
  ) {}

  async refresh(): Promise<void> {
    const version = await this.database.version();
    if (version === this.version) return;
    await this.database.read((session) => this.update(session));
    this.version = version;
  }

  /** Reads what is new, in the transaction at hand. */
  private async update(session: Session): Promise<void> {
    const [own] = await session.all('SELECT study_name FROM studies WHERE study_id = ?', [this.id]);
    if (own?.study_name !== this.name) throw new DataError(this.database.description, `study '${this.name}'`, 'was deleted');
    if (this.directions.length === 0) {
      const rows = await session.all('SELECT direction FROM study_directions WHERE study_id = ? ORDER BY objective', [this.id]);
      this.directions = rows.map((row) => (row.direction === 'MAXIMIZE' ? 'maximize' : 'minimize'));
    }
    const attributes = async (kind: string): Promise<Fields> => {
      const rows = await session.all(`SELECT "key", value_json FROM study_${kind}_attributes WHERE study_id = ? ORDER BY study_${kind}_attribute_id`, [this.id]);
      return Object.fromEntries(rows.map((row: Row) => [String(row.key), parse(String(row.value_json))]));
    };
    this.attributes = await attributes('user');
    this.system = await attributes('system');
    this.take(await this.changes(session));
  }

  private changes(session: Session): Promise<StoredTrial[]> {
    return readTrials(session, this.database.description, this.id, this.last, [...this.open.keys()]);
  }

  private take(found: StoredTrial[]): void {
    let trials: TrialRecord[] | undefined;
    for (const { id, record } of found.sort((a, b) => a.record.number - b.record.number)) {
      const { number } = record;
      const known = this.trials[number] as TrialRecord | undefined;
      if (isOpen(record)) this.open.set(id, number);
      else this.open.delete(id);
      this.last = Math.max(this.last, id);
      // The same record as long as nothing changed: others keep what they worked out about it.
      if (known !== undefined && asJson(known) === asJson(record)) continue;
      trials ??= [...this.trials];
      if (number > trials.length) throw new DataError(this.database.description, `study '${this.name}'`, `has no trial ${trials.length}, but a trial ${number}`);
      trials[number] = record;
      this.ids[number] = id;
    }
    this.trials = trials ?? this.trials;
  }

  /** Runs `work` while nobody else writes, knowing all that was written; reads on from its own writing. */
  private async write<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const { result, found } = await this.database.write(async (session) => {
      await this.update(session);
      return { result: await work(session), found: await this.changes(session) };
    });
    // Only now does it hold.
    this.take(found);
    return result;
  }

  async setAttribute(key: string, value: unknown): Promise<void> {
    const json = asJson(value);
    await this.write((session) => this.setStudyAttribute(session, 'user', key, json));
    this.attributes = { ...this.attributes, [key]: parse(json) };
  }

  private async setStudyAttribute(session: Session, kind: 'user' | 'system', key: string, json: string): Promise<void> {
    await session.all(
      `INSERT INTO study_${kind}_attributes (study_id, "key", value_json) VALUES (?, ?, ?) ON CONFLICT (study_id, "key") DO UPDATE SET value_json = excluded.value_json`,
      [this.id, key, json],
    );
  }

  private async setTrialAttributes(session: Session, kind: 'user' | 'system', trial: number, fields: Fields): Promise<void> {
    for (const [key, value] of Object.entries(fields)) {
      await session.all(
        `INSERT INTO trial_${kind}_attributes (trial_id, "key", value_json) VALUES (?, ?, ?) ON CONFLICT (trial_id, "key") DO UPDATE SET value_json = excluded.value_json`,
        [trial, key, asJson(value)],
      );
    }
  }

  async createTrial(make: (trials: readonly TrialRecord[]) => NewTrial): Promise<TrialRecord> {
    const number = await this.write(async (session) => {
      const { state, system = {} } = make(this.trials);
      const started = state === 'running' ? toDateTime(new Date()) : null;
      const next = this.trials.length;
      const [{ trial_id: id }] = await session.all(
        'INSERT INTO trials (number, study_id, state, datetime_start) VALUES (?, ?, ?, ?) RETURNING trial_id',
        [next, this.id, stateName(state), started],
      );
      await this.setTrialAttributes(session, 'system', Number(id), system);
      return next;
    });
    return this.trials[number];
  }

  async claimWaiting(system: Fields): Promise<TrialRecord | undefined> {
    if (!this.trials.some((trial) => trial.state === 'waiting')) return undefined;
    const number = await this.write(async (session) => {
      const waiting = this.trials.find((trial) => trial.state === 'waiting');
      if (waiting === undefined) return undefined;
      const id = this.ids[waiting.number];
      await session.all("UPDATE trials SET state = 'RUNNING', datetime_start = ? WHERE trial_id = ?", [toDateTime(new Date()), id]);
      await this.setTrialAttributes(session, 'system', id, system);
      return waiting.number;
    });
    return number === undefined ? undefined : this.trials[number];
  }

  /** Runs `work` on a trial that is still open; false where it has ended. */
  private change(number: number, work: (session: Session, id: number) => Promise<void>): Promise<boolean> {
    if (this.trials[number] === undefined) throw new ArgumentError('trial', number, `the number of a trial of study '${this.name}'`);
    return this.write(async (session) => {
      if (!isOpen(this.trials[number])) return false;
      await work(session, this.ids[number]);
      return true;
    });
  }

  async setParams(number: number, params: Params, dimensions: Readonly<Record<string, Dimension>>, system: Fields = {}): Promise<void> {
    await this.change(number, async (session, id) => {
      for (const [name, value] of Object.entries(params)) {
        await session.all(
          'INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json) VALUES (?, ?, ?, ?) ON CONFLICT (trial_id, param_name)' +
            ' DO UPDATE SET param_value = excluded.param_value, distribution_json = excluded.distribution_json',
          [id, name, toInternal(dimensions[name], value), stringify(distributionOf(dimensions[name]))],
        );
      }
      await this.setTrialAttributes(session, 'system', id, system);
    });
  }

  async report(number: number, step: number, value: number): Promise<void> {
    await this.change(number, async (session, id) => {
      await session.all(
        'INSERT INTO trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type) VALUES (?, ?, ?, ?) ON CONFLICT (trial_id, step)' +
          ' DO UPDATE SET intermediate_value = excluded.intermediate_value, intermediate_value_type = excluded.intermediate_value_type',
        [id, step, ...toColumns(value)],
      );
    });
  }

  async setTrialAttribute(number: number, key: string, value: unknown, kind: 'user' | 'system' = 'user'): Promise<void> {
    const json = asJson(value);
    await this.change(number, (session, id) => this.setTrialAttributes(session, kind, id, { [key]: parse(json) }));
  }

  async finish(number: number, outcome: Outcome): Promise<boolean> {
    const { state, notes } = ending(outcome.state, this.directions.length, outcome.violations);
    return this.change(number, async (session, id) => {
      await this.setTrialAttributes(session, 'user', id, outcome.attributes ?? {});
      await this.setTrialAttributes(session, 'system', id, notes);
      for (const [objective, value] of (outcome.values ?? []).entries()) {
        await session.all('INSERT INTO trial_values (trial_id, objective, value, value_type) VALUES (?, ?, ?, ?)', [id, objective, ...toColumns(value)]);
      }
      await session.all('UPDATE trials SET state = ?, datetime_complete = ? WHERE trial_id = ?', [stateName(state), toDateTime(new Date()), id]);
    });
  }
}
