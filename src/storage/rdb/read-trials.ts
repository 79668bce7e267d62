/* Rows of Optuna's tables as trials. */
import { DataError, messageOf } from '../../base';
import type { ParamValue, TrialRecord } from '../../study';
import { fromInternal, parse, type Distribution } from '../optuna-format';
import { recordOf, type TrialFields } from '../trial-record';
import type { Row, Session } from './database';
import { fromColumns, fromDateTime, stateOf } from './tables';

/** Ids in one statement: short enough for any database. */
const CHUNK = 500;

/** Distributions repeat from trial to trial: each text is read once. */
const distributions = new Map<string, Distribution>();

function distributionFrom(json: string): Distribution {
  let found = distributions.get(json);
  if (found === undefined) {
    found = parse(json) as Distribution;
    if (distributions.size > 10_000) distributions.clear();
    distributions.set(json, found);
  }
  return found;
}

interface Draft extends TrialFields {
  readonly id: number;
}

function draftOf(row: Row): Draft {
  return {
    id: Number(row.trial_id),
    number: Number(row.number),
    state: stateOf(row.state),
    params: {},
    intermediate: new Map(),
    user: {},
    system: {},
    started: fromDateTime(row.datetime_start),
    finished: fromDateTime(row.datetime_complete),
  };
}

/** Takes one row of a table of trials' children. */
type Take = (draft: Draft, row: Row) => void;

const CHILDREN: readonly { readonly table: string; readonly columns: string; readonly order: string; readonly take: Take }[] = [
  {
    table: 'trial_params',
    columns: 'param_name, param_value, distribution_json',
    order: 'param_id',
    take(draft, { param_name: name, param_value: internal, distribution_json: json }) {
      const value = fromInternal(distributionFrom(String(json)), Number(internal));
      if (value === undefined) throw new Error(`'${String(name)}' has no choice ${String(internal)}`);
      (draft.params as Record<string, ParamValue>)[String(name)] = value;
    },
  },
  {
    table: 'trial_values',
    columns: 'objective, value, value_type',
    order: 'objective',
    take(draft, row) {
      draft.values = [...(draft.values ?? []), fromColumns(row.value, row.value_type)];
    },
  },
  {
    table: 'trial_intermediate_values',
    columns: 'step, intermediate_value, intermediate_value_type',
    order: 'step',
    take: (draft, row) => void draft.intermediate.set(Number(row.step), fromColumns(row.intermediate_value, row.intermediate_value_type)),
  },
  { table: 'trial_user_attributes', columns: '"key", value_json', order: 'trial_user_attribute_id', take: (draft, row) => void (draft.user[String(row.key)] = parse(String(row.value_json))) },
  { table: 'trial_system_attributes', columns: '"key", value_json', order: 'trial_system_attribute_id', take: (draft, row) => void (draft.system[String(row.key)] = parse(String(row.value_json))) },
];

/** A trial and the id under which the tables have it. */
export interface StoredTrial {
  readonly id: number;
  readonly record: TrialRecord;
}

/**
 * The trials of a study with an id above `after`, and those of the ids `again`.
 * @throws DataError naming the table and the trial where a row makes no sense
 */
export async function readTrials(session: Session, source: string, study: number, after: number, again: readonly number[]): Promise<StoredTrial[]> {
  const columns = 'trial_id, number, state, datetime_start, datetime_complete';
  const rows = await session.all(`SELECT ${columns} FROM trials WHERE study_id = ? AND trial_id > ?`, [study, after]);
  const drafts = new Map<number, Draft>();
  for (let at = 0; at < again.length; at += CHUNK) {
    rows.push(...(await session.all(`SELECT ${columns} FROM trials WHERE study_id = ? AND trial_id IN (${again.slice(at, at + CHUNK).join(',')})`, [study])));
  }
  for (const row of rows) {
    const draft = draftOf(row);
    if (draft.state === undefined) throw new DataError(source, `table trials, trial_id ${draft.id}`, `'${String(row.state)}' is not a state`);
    drafts.set(draft.id, draft);
  }
  const ids = [...drafts.keys()];
  for (const { table, columns: wanted, order, take } of CHILDREN) {
    const all = (where: string, parameters: readonly unknown[]): Promise<Row[]> =>
      session.all(`SELECT trial_id, ${wanted} FROM ${table} WHERE ${where} ORDER BY trial_id, ${order}`, parameters);
    const found: Row[] = [];
    if (after < 0) found.push(...(await all('trial_id IN (SELECT trial_id FROM trials WHERE study_id = ?)', [study])));
    else for (let at = 0; at < ids.length; at += CHUNK) found.push(...(await all(`trial_id IN (${ids.slice(at, at + CHUNK).join(',')})`, [])));
    for (const row of found) {
      const draft = drafts.get(Number(row.trial_id));
      if (draft === undefined) continue;
      try {
        take(draft, row);
      } catch (error) {
        throw new DataError(source, `table ${table}, trial_id ${draft.id}`, messageOf(error));
      }
    }
  }
  return [...drafts.values()].map((draft) => ({ id: draft.id, record: recordOf(draft) }));
}
