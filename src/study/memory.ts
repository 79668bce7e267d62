import { ArgumentError } from '../base';
import type { Params } from '../space';
import { isOpen } from './ended';
import type { NewTrial, Outcome, StoredStudy, StudyDefinition, StudyStorage, TrialRecord } from './types';

type Fields = Readonly<Record<string, unknown>>;

/** As if written to a file and read again: what is stored no longer changes with the caller's objects. */
function copy<T>(value: T): T {
  const text = JSON.stringify(value);
  return (text === undefined ? null : JSON.parse(text)) as T;
}

class MemoryStudy implements StoredStudy {
  attributes: Fields = {};
  readonly directions: StoredStudy['directions'];
  readonly system: Fields;
  private list: readonly TrialRecord[] = [];

  constructor(
    readonly name: string,
    definition: StudyDefinition,
  ) {
    this.directions = [...definition.directions];
    this.system = copy(definition.system);
  }

  get trials(): readonly TrialRecord[] {
    return this.list;
  }

  async refresh(): Promise<void> {}

  async setAttribute(key: string, value: unknown): Promise<void> {
    this.attributes = { ...this.attributes, [key]: copy(value) };
  }

  async createTrial(make: (trials: readonly TrialRecord[]) => NewTrial): Promise<TrialRecord> {
    const { state, system = {} } = make(this.list);
    const started = state === 'running' ? { started: new Date() } : {};
    const number = this.list.length;
    this.list = [...this.list, { number, state, params: {}, intermediate: [], attributes: {}, system: copy(system), ...started }];
    return this.list[number];
  }

  async claimWaiting(system: Fields): Promise<TrialRecord | undefined> {
    const waiting = this.list.find((trial) => trial.state === 'waiting');
    if (waiting === undefined) return undefined;
    return this.change(waiting.number, { state: 'running', started: new Date(), system: { ...waiting.system, ...copy(system) } });
  }

  async setParams(number: number, params: Params, _dimensions: unknown, system: Fields = {}): Promise<void> {
    const trial = this.open(number);
    if (trial) this.change(number, { params: { ...trial.params, ...params }, system: { ...trial.system, ...copy(system) } });
  }

  async report(number: number, step: number, value: number): Promise<void> {
    const trial = this.open(number);
    if (trial === undefined) return;
    const others = trial.intermediate.filter(([at]) => at !== step);
    this.change(number, { intermediate: [...others, [step, value] as const].sort(([a], [b]) => a - b) });
  }

  async setTrialAttribute(number: number, key: string, value: unknown, kind: 'user' | 'system' = 'user'): Promise<void> {
    const trial = this.open(number);
    const field = kind === 'user' ? 'attributes' : 'system';
    if (trial) this.change(number, { [field]: { ...trial[field], [key]: copy(value) } });
  }

  async finish(number: number, outcome: Outcome): Promise<boolean> {
    const trial = this.open(number);
    if (trial === undefined) return false;
    const { state, values, violations, attributes = {} } = outcome;
    this.change(number, {
      state,
      finished: new Date(),
      attributes: { ...trial.attributes, ...copy(attributes) },
      ...(values === undefined ? {} : { values: [...values] }),
      ...(violations === undefined || violations.length === 0 ? {} : { violations: [...violations] }),
    });
    return true;
  }

  /** The trial where it can still change. */
  private open(number: number): TrialRecord | undefined {
    const trial = this.list[number] as TrialRecord | undefined;
    if (trial === undefined) throw new ArgumentError('trial', number, `the number of a trial of study '${this.name}'`);
    return isOpen(trial) ? trial : undefined;
  }

  private change(number: number, change: Partial<TrialRecord>): TrialRecord {
    const changed = { ...this.list[number], ...change };
    this.list = this.list.map((trial) => (trial.number === number ? changed : trial));
    return changed;
  }
}

class MemoryStorage implements StudyStorage {
  readonly description = 'memory';
  private readonly studies = new Map<string, StoredStudy>();

  async studyNames(): Promise<string[]> {
    return [...this.studies.keys()];
  }

  async open(name: string, definition?: StudyDefinition): Promise<StoredStudy | undefined> {
    if (!this.studies.has(name) && definition !== undefined) this.studies.set(name, new MemoryStudy(name, definition));
    return this.studies.get(name);
  }

  async deleteStudy(name: string): Promise<void> {
    if (!this.studies.delete(name)) throw new ArgumentError('name', name, 'a study in memory');
  }
}

/** Keeps studies for as long as it is itself kept. */
export function memoryStorage(): StudyStorage {
  return new MemoryStorage();
}
