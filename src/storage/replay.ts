/*
 * What a journal says, built up record by record: the same state that Optuna's replay of the same records has.
 * Records that come too late (for a trial that ended, a study that was deleted, a study name taken a moment before) are
 * passed over, as in Optuna: that is how processes that race settle it.
 */
import { DataError } from '../base';
import { isOpen, type Direction, type ParamValue, type TrialRecord } from '../study';
import { recordOf as makeRecord, type TrialFields } from './trial-record';
import { DIRECTIONS, Operation, TRIAL_STATES, fromInternal, parse, type Distribution, type LogRecord } from './optuna-format';

type Fields = Readonly<Record<string, unknown>>;

export interface ReplayedTrial extends TrialFields {
  readonly id: number;
  readonly study: ReplayedStudy;
  params: Record<string, ParamValue>;
  /** Made when asked for, dropped at each change. */
  record?: TrialRecord;
}

export interface ReplayedStudy {
  readonly id: number;
  readonly name: string;
  readonly directions: readonly Direction[];
  user: Record<string, unknown>;
  system: Record<string, unknown>;
  readonly trials: ReplayedTrial[];
  /** Raised by each change to a trial. */
  version: number;
}

/** What an ended trial has no more use for. */
const NONE: Map<number, number> = new Map();

/** A trial as history sees it. */
export function recordOf(trial: ReplayedTrial): TrialRecord {
  if (trial.record !== undefined) return trial.record;
  trial.record = makeRecord(trial);
  // It changes no more: the record is all that is kept.
  if (!isOpen(trial)) Object.assign(trial, { params: trial.record.params, intermediate: NONE });
  return trial.record;
}

export class Replay {
  readonly studies = new Map<number, ReplayedStudy>();
  private readonly trials: ReplayedTrial[] = [];
  private nextStudy = 0;
  private readonly distributions = new Map<string, Distribution>();

  constructor(private readonly source: string) {}

  studyNamed(name: string): ReplayedStudy | undefined {
    for (const study of this.studies.values()) if (study.name === name) return study;
    return undefined;
  }

  /** Applies one record; `where` says where it stands, for messages. Throws DataError where it makes no sense. */
  apply(record: LogRecord, where: string): void {
    const wrong = (problem: string): never => {
      throw new DataError(this.source, where, problem);
    };
    if (record === null || typeof record !== 'object' || typeof record.op_code !== 'number') wrong('not a record with an op_code');
    const op = record.op_code;
    if (op === Operation.createStudy) this.createStudy(record, wrong);
    else if (op <= Operation.createTrial && op >= 0) this.applyToStudy(record, wrong);
    else if (op <= Operation.setTrialSystemAttribute && op >= 0) this.applyToTrial(record, wrong);
    // Written by an Optuna in another language; Optuna itself passes over it.
    else if (op !== Operation.discardTrials) wrong(`op_code ${op} is not one of 0 to 10`);
  }

  private createStudy(record: LogRecord, wrong: (problem: string) => never): void {
    const { study_name: name, directions } = record;
    if (typeof name !== 'string') return wrong('study_name is missing');
    if (!Array.isArray(directions) || directions.length === 0) return wrong('directions are missing');
    if (directions.some((d) => DIRECTIONS[d as number] === undefined)) return wrong('directions hold a number other than 0, 1, 2');
    if (this.studyNamed(name) !== undefined) return;
    const id = this.nextStudy++;
    const study: ReplayedStudy = {
      id,
      name,
      directions: directions.map((d) => DIRECTIONS[d as number]),
      user: {},
      system: {},
      trials: [],
      version: 0,
    };
    this.studies.set(id, study);
  }

  private applyToStudy(record: LogRecord, wrong: (problem: string) => never): void {
    const id = record.study_id;
    if (!Number.isInteger(id) || (id as number) >= this.nextStudy) return wrong(`study_id ${String(id)} was never created`);
    const study = this.studies.get(id as number);
    if (study === undefined) return;
    if (record.op_code === Operation.deleteStudy) this.studies.delete(study.id);
    else if (record.op_code === Operation.setStudyUserAttribute) study.user = { ...study.user, ...(record.user_attr as Fields) };
    else if (record.op_code === Operation.setStudySystemAttribute) study.system = { ...study.system, ...(record.system_attr as Fields) };
    else this.createTrial(study, record, wrong);
  }

  private createTrial(study: ReplayedStudy, record: LogRecord, wrong: (problem: string) => never): void {
    const state = TRIAL_STATES[(record.state as number | undefined) ?? 0];
    if (state === undefined) return wrong(`state ${String(record.state)} is not one of 0 to 4`);
    const trial: ReplayedTrial = {
      id: this.trials.length,
      number: study.trials.length,
      study,
      state,
      params: {},
      intermediate: new Map(Object.entries((record.intermediate_values ?? {}) as Record<string, number>).map(([k, v]) => [Number(k), v])),
      user: { ...(record.user_attrs as Fields) },
      system: { ...(record.system_attrs as Fields) },
      started: this.date(record.datetime_start, wrong),
      finished: this.date(record.datetime_complete, wrong),
    };
    const values = record.values ?? (typeof record.value === 'number' ? [record.value] : undefined);
    if (Array.isArray(values)) trial.values = values as number[];
    const distributions = (record.distributions ?? {}) as Record<string, string>;
    for (const [name, internal] of Object.entries((record.params ?? {}) as Record<string, number>)) {
      this.setParam(trial, name, internal, distributions[name], wrong);
    }
    this.trials.push(trial);
    study.trials.push(trial);
    study.version++;
  }

  private applyToTrial(record: LogRecord, wrong: (problem: string) => never): void {
    const id = record.trial_id;
    const trial = this.trials[id as number] as ReplayedTrial | undefined;
    if (trial === undefined) return wrong(`trial_id ${String(id)} was never created`);
    if (!isOpen(trial)) return;
    trial.record = undefined;
    trial.study.version++;
    switch (record.op_code) {
      case Operation.setTrialParam:
        return this.setParam(trial, record.param_name as string, record.param_value_internal as number, record.distribution, wrong);
      case Operation.setTrialState:
        return this.setState(trial, record, wrong);
      case Operation.setTrialIntermediateValue:
        if (!Number.isInteger(record.step) || typeof record.intermediate_value !== 'number') return wrong('step or intermediate_value is missing');
        trial.intermediate.set(record.step as number, record.intermediate_value);
        return;
      case Operation.setTrialUserAttribute:
        trial.user = { ...trial.user, ...(record.user_attr as Fields) };
        return;
      default:
        trial.system = { ...trial.system, ...(record.system_attr as Fields) };
    }
  }

  private setState(trial: ReplayedTrial, record: LogRecord, wrong: (problem: string) => never): void {
    const state = TRIAL_STATES[record.state as number];
    if (state === undefined) return wrong(`state ${String(record.state)} is not one of 0 to 4`);
    // Taken by another process a moment before.
    if (state === 'running' && trial.state === 'running') return;
    if (state === 'running') trial.started = this.date(record.datetime_start, wrong);
    if (!isOpen({ state })) trial.finished = this.date(record.datetime_complete, wrong);
    trial.state = state;
    if (Array.isArray(record.values)) trial.values = record.values as number[];
  }

  private setParam(trial: ReplayedTrial, name: string, internal: number, json: unknown, wrong: (problem: string) => never): void {
    if (typeof name !== 'string' || typeof internal !== 'number') return wrong('param_name or param_value_internal is missing');
    if (typeof json !== 'string') return wrong(`the distribution of '${name}' is missing`);
    let distribution = this.distributions.get(json);
    if (distribution === undefined) {
      try {
        distribution = parse(json) as Distribution;
      } catch {
        return wrong(`the distribution of '${name}' is not JSON`);
      }
      if (typeof distribution?.attributes !== 'object') return wrong(`the distribution of '${name}' has no attributes`);
      this.distributions.set(json, distribution);
    }
    const value = fromInternal(distribution, internal);
    if (value === undefined) return wrong(`'${name}' has no choice ${internal}`);
    trial.params[name] = value;
  }

  private date(text: unknown, wrong: (problem: string) => never): Date | undefined {
    if (text === undefined || text === null) return undefined;
    const date = new Date(String(text));
    return Number.isNaN(date.getTime()) ? wrong(`'${String(text)}' is not a date`) : date;
  }
}
