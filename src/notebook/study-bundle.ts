import { shortNumber, type Study, type Trial, type TrialRecord } from '../study';
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

/** A trial that runs: its parameters, what is known of it, and why it was suggested. */
export function trialBundle(trial: Trial): MimeBundle {
  const why = Object.entries(trial.explanation);
  const parts: [string, Row[]][] = [
    [`Trial ${trial.number}`, pairs(trial.params)],
    ['known beforehand', pairs(trial.known)],
    ['suggested because', pairs(Object.fromEntries(why.filter(([, value]) => !isRecords(value))))],
    // Lists of records, in the order of the objectives, are tables of their own.
    ...why.flatMap(([name, value]): [string, Row[]][] =>
      isRecords(value) ? [[name, value.map((row, j) => ({ objective: j + 1, ...row }))]] : [],
    ),
  ];
  const html = parts
    .filter(([, rows]) => rows.length > 0)
    .map(([name, rows]) => `<div>${title(name)}${tableHtml(rows)}</div>`);
  return {
    'text/html': `<div style="display:flex;flex-wrap:wrap;gap:2em;align-items:flex-start">${html.join('')}</div>`,
    'text/plain': trial.toString(),
  };
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

/** Stored trials as a table. A record does not know its objectives' names: their values are numbered. */
export function trialsBundle(trials: readonly TrialRecord[]): MimeBundle {
  const rows = trials.map((trial): Row => {
    const values = (trial.values ?? []).map((value, j): [string, number] => [`value ${j + 1}`, value]);
    return { trial: trial.number, state: trial.state, ...trial.params, ...Object.fromEntries(values) };
  });
  return { 'text/html': tableHtml(rows), 'text/plain': tableText(rows) };
}
