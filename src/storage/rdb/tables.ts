/*
 * The tables of Optuna's RDBStorage (alembic revision v3.2.0.a: Optuna 3.2 to 5.0), and how it writes values and dates
 * in them. Read from the tables that Optuna 5.0 makes.
 */
import { DataError } from '../../base';
import { TRIAL_STATES } from '../optuna-format';
import type { Session } from './database';

/** Alembic's name for this set of tables, and the rows of `version_info` that Optuna looks for beside it. */
const REVISION = 'v3.2.0.a';
const SCHEMA_VERSION = 12;
const LIBRARY_VERSION = '5.0.0';

const STATES: readonly string[] = ['RUNNING', 'COMPLETE', 'PRUNED', 'FAIL', 'WAITING'];
const DIRECTION_NAMES: readonly string[] = ['NOT_SET', 'MINIMIZE', 'MAXIMIZE'];
const VALUE_TYPES: readonly string[] = ['FINITE', 'INF_POS', 'INF_NEG'];
const INTERMEDIATE_TYPES: readonly string[] = [...VALUE_TYPES, 'NAN'];

/** Children of a trial, each with the trial's id; in the order in which a study's removal must take them. */
export const TRIAL_TABLES = [
  'trial_user_attributes',
  'trial_system_attributes',
  'trial_params',
  'trial_values',
  'trial_intermediate_values',
  'trial_heartbeats',
] as const;

/** The statements that make Optuna's tables. */
export function definitions(): string[] {
  const key = 'INTEGER NOT NULL PRIMARY KEY';
  const oneOf = (words: readonly string[]): string => `VARCHAR(${Math.max(...words.map((word) => word.length))})`;
  const child = (table: string, id: string, owner: 'study' | 'trial', columns: string, unique: string, nullable = true): string => {
    const owners = owner === 'study' ? 'studies' : 'trials';
    return `CREATE TABLE ${table} (${id} ${key}, ${owner}_id INTEGER${nullable ? '' : ' NOT NULL'}, ${columns}` +
      `, UNIQUE (${owner}_id${unique === '' ? '' : `, ${unique}`}), FOREIGN KEY(${owner}_id) REFERENCES ${owners} (${owner}_id))`;
  };
  const attribute = '"key" VARCHAR(512), value_json TEXT';
  return [
    `CREATE TABLE studies (study_id ${key}, study_name VARCHAR(512) NOT NULL)`,
    'CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name)',
    'CREATE TABLE version_info (version_info_id INTEGER NOT NULL PRIMARY KEY CHECK (version_info_id = 1), schema_version INTEGER, library_version VARCHAR(256))',
    child('study_directions', 'study_direction_id', 'study', `direction ${oneOf(DIRECTION_NAMES)} NOT NULL, objective INTEGER NOT NULL`, 'objective', false),
    child('study_user_attributes', 'study_user_attribute_id', 'study', attribute, '"key"'),
    child('study_system_attributes', 'study_system_attribute_id', 'study', attribute, '"key"'),
    `CREATE TABLE trials (trial_id ${key}, number INTEGER, study_id INTEGER, state ${oneOf(STATES)} NOT NULL` +
      `, datetime_start DATETIME, datetime_complete DATETIME, FOREIGN KEY(study_id) REFERENCES studies (study_id))`,
    'CREATE INDEX ix_trials_study_id ON trials (study_id)',
    child('trial_user_attributes', 'trial_user_attribute_id', 'trial', attribute, '"key"'),
    child('trial_system_attributes', 'trial_system_attribute_id', 'trial', attribute, '"key"'),
    child('trial_params', 'param_id', 'trial', `param_name VARCHAR(512), param_value FLOAT, distribution_json TEXT`, 'param_name'),
    child('trial_values', 'trial_value_id', 'trial', `objective INTEGER NOT NULL, value FLOAT, value_type ${oneOf(VALUE_TYPES)} NOT NULL`, 'objective', false),
    child('trial_intermediate_values', 'trial_intermediate_value_id', 'trial',
      `step INTEGER NOT NULL, intermediate_value FLOAT, intermediate_value_type ${oneOf(INTERMEDIATE_TYPES)} NOT NULL`, 'step', false),
    child('trial_heartbeats', 'trial_heartbeat_id', 'trial', `heartbeat DATETIME NOT NULL`, '', false),
    'CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))',
    `INSERT INTO version_info VALUES (1, ${SCHEMA_VERSION}, '${LIBRARY_VERSION}')`,
    `INSERT INTO alembic_version VALUES ('${REVISION}')`,
  ];
}

/** @throws DataError where the database's tables are those of another Optuna, or of something else */
export async function checkRevision(session: Session, description: string): Promise<void> {
  let rows;
  try {
    rows = await session.all('SELECT version_num FROM alembic_version');
  } catch (error) {
    if (!/no such table|does not exist/.test(String(error))) throw error;
    throw new DataError(description, undefined, 'is a database without studies: it has no table alembic_version');
  }
  const found = rows.map((row) => String(row.version_num)).join(', ');
  if (found !== REVISION) throw new DataError(description, 'table alembic_version', `holds ${found || 'nothing'}, wanted ${REVISION} ('optuna storage upgrade' mends it)`);
}

/** A number as two columns: itself where it is finite, and which kind it is. */
export function toColumns(value: number): [number | null, string] {
  if (Number.isFinite(value)) return [value, 'FINITE'];
  return [null, Number.isNaN(value) ? 'NAN' : value > 0 ? 'INF_POS' : 'INF_NEG'];
}

/** The number of two columns; Optuna writes an unreported intermediate value as NULL. */
export function fromColumns(value: unknown, type: unknown): number {
  if (type === 'INF_POS') return Infinity;
  if (type === 'INF_NEG') return -Infinity;
  return type === 'NAN' || value === null ? NaN : Number(value);
}

/** A moment as Optuna's tables have it: local time without a zone, in microseconds. */
export function toDateTime(date: Date): string {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().replace('T', ' ').replace('Z', '000');
}

export function fromDateTime(value: unknown): Date | undefined {
  if (value === null || value === undefined) return undefined;
  return value instanceof Date ? value : new Date(String(value).replace(' ', 'T'));
}

/** Optuna's word for a state, here and there. */
export const stateName = (state: (typeof TRIAL_STATES)[number]): string => STATES[TRIAL_STATES.indexOf(state)];
export const stateOf = (name: unknown): (typeof TRIAL_STATES)[number] => TRIAL_STATES[STATES.indexOf(String(name))];
