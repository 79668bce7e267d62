/* A StudyStorage over any append-only log of Optuna's records: the file's and memory's differ only in the log. */
import { randomUUID } from 'node:crypto';
import { ArgumentError, check } from '../base';
import { isOpen, type Dimension, type NewTrial, type Outcome, type Params, type StoredStudy, type StudyDefinition, type StudyStorage, type TrialRecord } from '../study';
import { DIRECTIONS, Operation, TRIAL_STATES, distributionOf, formatDate, stringify, toInternal, type LogRecord } from './optuna-format';
import { ending } from './trial-record';
import { Replay, recordOf, type ReplayedStudy, type ReplayedTrial } from './replay';

/** Where records are kept, in the order in which they were written by anyone. */
export interface RecordLog {
  /** For messages: where it is. */
  readonly description: string;
  /** Hands over the records written since the last call. */
  read(apply: (record: LogRecord, where: string) => void): void;
  /**
   * Runs `work` while nobody else can write. Its `append` writes all of its records or none; a `durable` one is on disk
   * when it returns.
   */
  exclusively<T>(work: (append: (records: readonly LogRecord[], durable: boolean) => void) => T): Promise<T>;
}

type Fields = Readonly<Record<string, unknown>>;

const ATTRIBUTES = {
  study: { user: Operation.setStudyUserAttribute, system: Operation.setStudySystemAttribute },
  trial: { user: Operation.setTrialUserAttribute, system: Operation.setTrialSystemAttribute },
} as const;

/** Optuna wants one attribute a record, and never none: what JSON cannot hold becomes null. */
function attributeRecords(owner: 'study' | 'trial', id: number, kind: 'user' | 'system', fields: Fields): LogRecord[] {
  return Object.entries(fields).map(([key, value]) => ({
    op_code: ATTRIBUTES[owner][kind],
    [`${owner}_id`]: id,
    [`${kind}_attr`]: { [key]: stringify(value) === undefined ? null : value },
  }));
}

class LogStorage implements StudyStorage {
  readonly description: string;
  private readonly replay: Replay;
  private readonly worker = `${randomUUID()}-${process.pid}`;

  constructor(private readonly log: RecordLog) {
    this.description = log.description;
    this.replay = new Replay(log.description);
  }

  async studyNames(): Promise<string[]> {
    this.refresh();
    return [...this.replay.studies.values()].map((study) => study.name);
  }

  async open(name: string, definition?: StudyDefinition): Promise<StoredStudy | undefined> {
    this.refresh();
    if (this.replay.studyNamed(name) === undefined && definition !== undefined) {
      await this.write((append) => {
        if (this.replay.studyNamed(name) !== undefined) return;
        const directions = definition.directions.map((direction) => DIRECTIONS.lastIndexOf(direction));
        append([{ op_code: Operation.createStudy, study_name: name, directions }], true);
        const id = this.replay.studyNamed(name)!.id;
        const attributes = attributeRecords('study', id, 'system', definition.system);
        if (attributes.length > 0) append(attributes, true);
      });
    }
    const study = this.replay.studyNamed(name);
    return study && new LogStudy(this, study);
  }

  async deleteStudy(name: string): Promise<void> {
    await this.write((append) => {
      const study = this.replay.studyNamed(name);
      check(study !== undefined, 'name', name, `a study of ${this.description}`);
      append([{ op_code: Operation.deleteStudy, study_id: study.id }], true);
    });
  }

  refresh(): void {
    this.log.read((record, where) => this.replay.apply(record, where));
  }

  /** Writes while nobody else can, knowing everything written before; what it appends is applied at once. */
  write<T>(work: (append: (records: readonly LogRecord[], durable: boolean) => void) => T): Promise<T> {
    return this.log.exclusively((append) => {
      this.refresh();
      return work((records, durable) => {
        append(records.map(({ op_code, ...rest }) => ({ op_code, worker_id: this.worker, ...rest })), durable);
        this.refresh();
      });
    });
  }
}

class LogStudy implements StoredStudy {
  private cached: { version: number; trials: readonly TrialRecord[] } | undefined;

  constructor(
    private readonly storage: LogStorage,
    private readonly study: ReplayedStudy,
  ) {}

  get name(): string {
    return this.study.name;
  }

  get directions(): StoredStudy['directions'] {
    return this.study.directions;
  }

  get attributes(): Fields {
    return this.study.user;
  }

  get system(): Fields {
    return this.study.system;
  }

  get trials(): readonly TrialRecord[] {
    if (this.cached?.version !== this.study.version) {
      this.cached = { version: this.study.version, trials: this.study.trials.map(recordOf) };
    }
    return this.cached.trials;
  }

  async refresh(): Promise<void> {
    this.storage.refresh();
  }

  async setAttribute(key: string, value: unknown): Promise<void> {
    const records = attributeRecords('study', this.study.id, 'user', { [key]: value });
    await this.storage.write((append) => append(records, false));
  }

  createTrial(make: (trials: readonly TrialRecord[]) => NewTrial): Promise<TrialRecord> {
    return this.storage.write((append) => {
      const trial = make(this.trials);
      const record = {
        op_code: Operation.createTrial,
        study_id: this.study.id,
        datetime_start: trial.state === 'running' ? formatDate(new Date()) : null,
        state: TRIAL_STATES.indexOf(trial.state),
        value: null,
        values: null,
        distributions: {},
        params: {},
        user_attrs: {},
        system_attrs: trial.system ?? {},
        intermediate_values: {},
      };
      append([record], false);
      return recordOf(this.study.trials[this.study.trials.length - 1]);
    });
  }

  async claimWaiting(system: Fields): Promise<TrialRecord | undefined> {
    // Without a waiting trial there is nothing to lock for.
    if (!this.study.trials.some((trial) => trial.state === 'waiting')) return undefined;
    return this.storage.write((append) => {
      const trial = this.study.trials.find((one) => one.state === 'waiting');
      if (trial === undefined) return undefined;
      const state = { op_code: Operation.setTrialState, trial_id: trial.id, state: 0, values: null, datetime_start: formatDate(new Date()) };
      append([state, ...attributeRecords('trial', trial.id, 'system', system)], false);
      return recordOf(trial);
    });
  }

  async setParams(number: number, params: Params, dimensions: Readonly<Record<string, Dimension>>, system: Fields = {}): Promise<void> {
    const trial = this.trial(number);
    const records = Object.entries(params).map(([name, value]) => ({
      op_code: Operation.setTrialParam,
      trial_id: trial.id,
      param_name: name,
      param_value_internal: toInternal(dimensions[name], value),
      distribution: stringify(distributionOf(dimensions[name])),
    }));
    await this.storage.write((append) => append([...records, ...attributeRecords('trial', trial.id, 'system', system)], false));
  }

  async report(number: number, step: number, value: number): Promise<void> {
    const record = { op_code: Operation.setTrialIntermediateValue, trial_id: this.trial(number).id, step, intermediate_value: value };
    await this.storage.write((append) => append([record], false));
  }

  async setTrialAttribute(number: number, key: string, value: unknown, kind: 'user' | 'system' = 'user'): Promise<void> {
    const records = attributeRecords('trial', this.trial(number).id, kind, { [key]: value });
    await this.storage.write((append) => append(records, false));
  }

  async finish(number: number, outcome: Outcome): Promise<boolean> {
    const trial = this.trial(number);
    return this.storage.write((append) => {
      if (!isOpen(trial)) return false;
      const { state: ended, notes } = ending(outcome.state, this.study.directions.length, outcome.violations);
      const state = {
        op_code: Operation.setTrialState,
        trial_id: trial.id,
        state: TRIAL_STATES.indexOf(ended),
        values: outcome.values ?? null,
        datetime_complete: formatDate(new Date()),
      };
      const user = attributeRecords('trial', trial.id, 'user', outcome.attributes ?? {});
      append([...user, ...attributeRecords('trial', trial.id, 'system', notes), state], true);
      return true;
    });
  }

  private trial(number: number): ReplayedTrial {
    const trial = this.study.trials[number] as ReplayedTrial | undefined;
    if (trial === undefined) throw new ArgumentError('trial', number, `the number of a trial of study '${this.name}'`);
    return trial;
  }
}

/** Studies kept in a log of records: give it a log of your own to keep them elsewhere. */
export function logStorage(log: RecordLog): StudyStorage {
  return new LogStorage(log);
}
