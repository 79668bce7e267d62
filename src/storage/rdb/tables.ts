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

/** In what the databases differ: how a table's own numbers come to be, and what the types are called. */
export interface Dialect {
  /** Column type of a table's own number. */
  readonly key: string;
  /** Column type of a double-precision number. */
  readonly float: string;
  /** Column type of a moment. */
  readonly date: string;
  /** Column type of one of some words; `name` is Optuna's name for the set. */
  oneOf(name: string, words: readonly string[]): string;
  /** Statements to go before the tables. */
  types(sets: Readonly<Record<string, readonly string[]>>): string[];
}

export const SQLITE: Dialect = {
  key: 'INTEGER NOT NULL PRIMARY KEY',
  float: 'FLOAT',
  date: 'DATETIME',
  oneOf: (_name, words) => `VARCHAR(${Math.max(...words.map((word) => word.length))})`,
  types: () => [],
};

export const POSTGRES: Dialect = {
  key: 'SERIAL PRIMARY KEY',
  float: 'DOUBLE PRECISION',
  date: 'TIMESTAMP WITHOUT TIME ZONE',
  oneOf: (name) => name,
  types: (sets) => Object.entries(sets).map(([name, words]) => `CREATE TYPE ${name} AS ENUM (${words.map((word) => `'${word}'`).join(', ')})`),
};

/** The statements that make Optuna's tables. */
export function definitions({ key, float, date, oneOf, types }: Dialect): string[] {
  const sets = { studydirection: DIRECTION_NAMES, trialstate: STATES, trialvaluetype: VALUE_TYPES, trialintermediatevaluetype: INTERMEDIATE_TYPES };
  const word = (name: keyof typeof sets): string => `${oneOf(name, sets[name])} NOT NULL`;
  const child = (table: string, id: string, owner: 'study' | 'trial', columns: string, unique: string, nullable = true): string => {
    const owners = owner === 'study' ? 'studies' : 'trials';
    return `CREATE TABLE ${table} (${id} ${key}, ${owner}_id INTEGER${nullable ? '' : ' NOT NULL'}, ${columns}` +
      `, UNIQUE (${owner}_id${unique === '' ? '' : `, ${unique}`}), FOREIGN KEY(${owner}_id) REFERENCES ${owners} (${owner}_id))`;
  };
  const attribute = '"key" VARCHAR(512), value_json TEXT';
  return [
    ...types(sets),
    `CREATE TABLE studies (study_id ${key}, study_name VARCHAR(512) NOT NULL)`,
    'CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name)',
    'CREATE TABLE version_info (version_info_id INTEGER NOT NULL PRIMARY KEY CHECK (version_info_id = 1), schema_version INTEGER, library_version VARCHAR(256))',
    child('study_directions', 'study_direction_id', 'study', `direction ${word('studydirection')}, objective INTEGER NOT NULL`, 'objective', false),
    child('study_user_attributes', 'study_user_attribute_id', 'study', attribute, '"key"'),
    child('study_system_attributes', 'study_system_attribute_id', 'study', attribute, '"key"'),
    `CREATE TABLE trials (trial_id ${key}, number INTEGER, study_id INTEGER, state ${word('trialstate')}` +
      `, datetime_start ${date}, datetime_complete ${date}, FOREIGN KEY(study_id) REFERENCES studies (study_id))`,
    'CREATE INDEX ix_trials_study_id ON trials (study_id)',
    child('trial_user_attributes', 'trial_user_attribute_id', 'trial', attribute, '"key"'),
    child('trial_system_attributes', 'trial_system_attribute_id', 'trial', attribute, '"key"'),
    child('trial_params', 'param_id', 'trial', `param_name VARCHAR(512), param_value ${float}, distribution_json TEXT`, 'param_name'),
    child('trial_values', 'trial_value_id', 'trial', `objective INTEGER NOT NULL, value ${float}, value_type ${word('trialvaluetype')}`, 'objective', false),
    child('trial_intermediate_values', 'trial_intermediate_value_id', 'trial',
      `step INTEGER NOT NULL, intermediate_value ${float}, intermediate_value_type ${word('trialintermediatevaluetype')}`, 'step', false),
    child('trial_heartbeats', 'trial_heartbeat_id', 'trial', `heartbeat ${date} NOT NULL`, '', false),
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
