import type { ParamValue, TrialRecord, TrialState } from '../study';

/** Marks a trial as pruned that Optuna shall take for failed: its samplers stumble over pruned ones of several objectives. */
export const PRUNED = 'paretino:pruned';

/** What is known of a trial in Optuna's terms. */
export interface TrialFields {
  readonly number: number;
  state: TrialState;
  params: Readonly<Record<string, ParamValue>>;
  values?: readonly number[];
  intermediate: Map<number, number>;
  user: Record<string, unknown>;
  system: Record<string, unknown>;
  started?: Date;
  finished?: Date;
}

type Fields = Readonly<Record<string, unknown>>;

function violationsOf(system: Fields): number[] | undefined {
  const list: unknown[] = Array.isArray(system.constraints) ? [...system.constraints] : [];
  for (const [key, value] of Object.entries(system)) if (key.startsWith('constraints:')) list.push(value);
  return list.length > 0 || Array.isArray(system.constraints) ? (list as number[]) : undefined;
}

/** A trial as history sees it. Nothing of it changes with the fields: `user` and `system` are replaced as a whole, never changed. */
export function recordOf(trial: TrialFields): TrialRecord {
  const violations = violationsOf(trial.system);
  return {
    number: trial.number,
    state: trial.state === 'failed' && trial.system[PRUNED] === true ? 'pruned' : trial.state,
    params: { ...trial.params },
    ...(trial.values === undefined || trial.state !== 'complete' ? {} : { values: trial.values }),
    ...(violations === undefined ? {} : { violations }),
    intermediate: [...trial.intermediate].sort(([a], [b]) => a - b),
    attributes: trial.user,
    system: trial.system,
    ...(trial.started === undefined ? {} : { started: trial.started }),
    ...(trial.finished === undefined ? {} : { finished: trial.finished }),
  };
}

/** How a trial's end is written: what Optuna takes for failed, and what is noted beside. */
export function ending(state: TrialState, objectives: number, violations: readonly number[] | undefined): { state: TrialState; notes: Record<string, unknown> } {
  const asFailed = state === 'pruned' && objectives > 1;
  return {
    state: asFailed ? 'failed' : state,
    notes: { ...(violations && violations.length > 0 ? { constraints: violations } : {}), ...(asFailed ? { [PRUNED]: true } : {}) },
  };
}
