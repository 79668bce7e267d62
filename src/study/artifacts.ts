/* Files kept with trials, as Optuna notes them: their content is in an artifact store. */
import type { Artifact, TrialRecord } from './types';

const PREFIX = 'artifacts:';

interface Noted {
  readonly artifact_id: string;
  readonly filename: string;
  readonly mimetype: string;
  readonly encoding: string | null;
}

/** The files kept with a trial, those that Optuna attached among them. */
export function artifactsOf(trial: TrialRecord): Artifact[] {
  const entries = Object.entries(trial.system ?? {}).filter(([key, value]) => key.startsWith(PREFIX) && typeof value === 'string');
  // 'null' is what optuna-dashboard leaves of one that it removed.
  const found = entries.map(([, value]) => JSON.parse(value as string) as Noted | null);
  return found.flatMap((one) => (one === null ? [] : [{ id: one.artifact_id, filename: one.filename, mimetype: one.mimetype }]));
}

/** Under which key and how an artifact is noted with a trial. */
export function noteOf(trial: TrialRecord, { id, filename, mimetype }: Artifact): readonly [key: string, value: string] {
  const known = artifactsOf(trial).find((one) => one.id === id);
  // The same content under a second name has an entry of its own.
  const key = known === undefined || known.filename === filename ? id : `${id}:${filename}`;
  const noted: Noted = { artifact_id: id, filename, mimetype, encoding: null };
  return [PREFIX + key, JSON.stringify(noted)];
}
