import { inspect } from 'node:util';
import { ParetinoError } from '../base';
import type { Params } from '../space';
import { cellText } from './table';
import type { Artifact } from './types';

/** Thrown by an objective function to end its trial early: `throw new TrialPruned('no better than before')`. */
export class TrialPruned extends ParetinoError {
  constructor(reason = 'pruned') {
    super(reason);
  }
}

/** Where a trial reports to: its study, or what stands for it in another process. */
export interface TrialHost {
  /** A point of the trial's learning curve. */
  report(trial: number, step: number, value: number): Promise<void>;
  /** Any JSON to keep with the trial. */
  setTrialAttribute(trial: number, key: string, value: unknown): Promise<void>;
  /** A file of an artifact store to keep with the trial. */
  attach(trial: number, artifact: Artifact): Promise<void>;
  /** Ends the trial without values. */
  fail(trial: number, reason: string): Promise<void>;
  /** Ends the trial early. */
  prune(trial: number, reason: string): Promise<void>;
}

/** A running trial: what `study.ask` gives, and an objective function takes. */
export class Trial<P = Params> {
  constructor(
    private readonly host: TrialHost,
    /** Of the trial in its study, from 0. */
    readonly number: number,
    /** What to evaluate: a point of the space. */
    readonly params: P,
    /** Values of the objectives and constraints that follow from the parameters alone, by name. */
    readonly known: Readonly<Record<string, number>>,
    /** Why the optimiser suggested it. */
    readonly explanation: Readonly<Record<string, unknown>> = {},
  ) {}

  /** Notes a point of the learning curve, such as the validation accuracy after an epoch. */
  async report(step: number, value: number): Promise<void> {
    await this.host.report(this.number, step, value);
  }

  /** Keeps something with the trial: any JSON. */
  async setAttribute(key: string, value: unknown): Promise<void> {
    await this.host.setTrialAttribute(this.number, key, value);
  }

  /** Keeps a file with the trial: `trial.attach(store.put('curve.svg', svg))`, with a storage.artifactStore. */
  async attach(artifact: Artifact): Promise<void> {
    await this.host.attach(this.number, artifact);
  }

  /** Ends the trial without values. */
  async fail(reason: string): Promise<void> {
    await this.host.fail(this.number, reason);
  }

  /** Ends the trial early: not worth finishing. */
  async prune(reason: string): Promise<void> {
    await this.host.prune(this.number, reason);
  }

  /** Its parameters and what is known of them, in two lines. */
  toString(): string {
    const pairs = (record: object): string => Object.entries(record).map(([k, v]) => `${k} ${cellText(v)}`).join(', ');
    const known = Object.keys(this.known).length > 0 ? `\n  known: ${pairs(this.known)}` : '';
    return `Trial ${this.number}: ${pairs(this.params as object)}${known}`;
  }

  /** The same, for a console. */
  [inspect.custom](): string {
    return this.toString();
  }
}
