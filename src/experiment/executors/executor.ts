import { ParetinoError, type LongWork } from '../../base';
import type { Evaluation, Trial } from '../../study';

/** Evaluates trials: here, in other processes, on other machines. What a study asks and tells stays with the caller. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- trials of any parameters
export interface Executor<P = any> {
  /** Its name, for people. */
  readonly name: string;
  /** Trials that it evaluates at the same time; more wait for their turn. */
  readonly slots: number;
  /**
   * What the objective gave for the trial. Aborting `work.signal` ends it within a second.
   * @throws TrialPruned as the objective threw it; TrialLostError where the process that ran it was lost; CancelledError
   *   after an abort; else what the objective threw
   */
  evaluate(trial: Trial<P>, work: LongWork): Promise<Evaluation>;
  /** Ends all that it started. */
  close(): Promise<void>;
}

/** A trial that did not come back: its process crashed, ran out of time or took too much memory. No other one suffers. */
export class TrialLostError extends ParetinoError {
  constructor(
    /** Its process ended by itself, or was ended at a limit. */
    readonly why: 'crash' | 'time' | 'memory',
    message: string,
  ) {
    super(message);
  }
}

/** The executor can evaluate nothing: its module does not load, or it is closed. */
export class ExecutorError extends ParetinoError {}
