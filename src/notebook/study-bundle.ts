import { explanationOf, shortNumber, type Study, type Trial, type TrialRecord } from '../study';
import type { MimeBundle } from './bundle';
import { escapeHtml, tableHtml, tableText, type Row } from './table-format';

function title(text: string): string {
  return `<div style="margin:0.3em 0"><b>${escapeHtml(text)}</b></div>`;
}

/** A study: what it has found so far, and its latest trials. */
export function studyBundle(study: Study): MimeBundle {
  const text = study.toString();
  const [head] = text.split('\n');
  const latest = study.trials.slice(-10);
  const note =
    study.trials.length > latest.length
      ? `<div style="opacity:0.7">the last ${latest.length} of ${study.trials.length} trials</div>`
      : '';
  const table = latest.length === 0 ? '' : tableHtml(study.toRows(latest));
  return { 'text/html': `${title(head)}${note}${table}`, 'text/plain': text };
}

function pairs(record: object): Row[] {
  return Object.entries(record).map(([name, value]) => ({
    name,
    value: typeof value === 'number' ? shortNumber(value) : value,
  }));
}

/** True for a list of plain records, such as what an optimiser predicts for each objective. */
function isRecords(value: unknown): value is Row[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((one) => one !== null && typeof one === 'object' && !Array.isArray(one))
  );
}

type Part = readonly [title: string, rows: readonly Row[]];

/** Titled tables beside one another, those without a row left out. */
function sideBySide(parts: readonly Part[]): string {
  const html = parts
    .filter(([, rows]) => rows.length > 0)
    .map(([name, rows]) => `<div>${title(name)}${tableHtml(rows)}</div>`);
  return `<div style="display:flex;flex-wrap:wrap;gap:2em;align-items:flex-start">${html.join('')}</div>`;
}

/** Why a trial was suggested. Lists of records, in the order of the objectives, are tables of their own. */
function reasons(explanation: Readonly<Record<string, unknown>>, names?: readonly string[]): Part[] {
  const why = Object.entries(explanation);
  return [
    ['suggested because', pairs(Object.fromEntries(why.filter(([, value]) => !isRecords(value))))],
    ...why.flatMap(([name, value]): Part[] =>
      isRecords(value) ? [[name, value.map((row, j) => ({ objective: names?.[j] ?? j + 1, ...row }))]] : [],
    ),
  ];
}

/** Names of its study's objectives, where it runs in its study's process. */
function objectiveNames(trial: Trial): string[] | undefined {
  const { host } = trial as unknown as { readonly host: Partial<Study> };
  return host.objectives?.map(({ name }) => name);
}

/** A trial that runs: its parameters, what is known of it, and why it was suggested. */
export function trialBundle(trial: Trial): MimeBundle {
  const parts: Part[] = [
    [`Trial ${trial.number}`, pairs(trial.params)],
    ['known beforehand', pairs(trial.known)],
    ...reasons(trial.explanation, objectiveNames(trial)),
  ];
  return { 'text/html': sideBySide(parts), 'text/plain': trial.toString() };
}

/** A stored trial: what it told, its parameters, what was noted with it, and why it was suggested. */
export function recordBundle(record: TrialRecord, study?: Study): MimeBundle {
  const names = study?.objectives.map(({ name }) => name);
  const values = (record.values ?? []).map((value, j): [string, number] => [names?.[j] ?? `value ${j + 1}`, value]);
  const parts: Part[] = [
    [`Trial ${record.number}: ${record.state}`, pairs(Object.fromEntries(values))],
    ['parameters', pairs(record.params)],
    ['noted', pairs(record.attributes)],
    ...reasons(explanationOf(record) ?? {}, names),
  ];
  return { 'text/html': sideBySide(parts), 'text/plain': tableText(rowsOf([record], study)) };
}

/** True for stored trials: what `study.trials` and `study.front()` hold. */
export function isTrialRecord(value: unknown): value is TrialRecord {
  if (value === null || typeof value !== 'object') return false;
  const record = value as Partial<TrialRecord>;
  return (
    typeof record.number === 'number' &&
    typeof record.state === 'string' &&
    typeof record.params === 'object' &&
    Array.isArray(record.intermediate)
  );
}

/** A record does not know its objectives' names: without its study their values are numbered. */
function rowsOf(trials: readonly TrialRecord[], study: Study | undefined): Row[] {
  if (study !== undefined) return study.toRows(trials);
  return trials.map((trial): Row => {
    const values = (trial.values ?? []).map((value, j): [string, number] => [`value ${j + 1}`, value]);
    return { trial: trial.number, state: trial.state, ...Object.fromEntries(values), ...trial.params };
  });
}

/** Stored trials as a table. */
export function trialsBundle(trials: readonly TrialRecord[], study?: Study): MimeBundle {
  const rows = rowsOf(trials, study);
  return { 'text/html': tableHtml(rows), 'text/plain': tableText(rows) };
}
