import type { Rng } from '../base';
import type { Params, SearchSpace } from '../space';

export type Direction = 'minimize' | 'maximize';

export interface Objective {
  readonly name: string;
  readonly direction: Direction;
  /** Exact value from the parameters alone, in the user's own direction: no surrogate, no noise, no trial needed. */
  readonly known?: (params: Params) => number;
  /** Worst value of interest, for the hypervolume; inferred from the data where absent. */
  readonly reference?: number;
}

/** Feasible where value ≤ upper (and ≥ lower). The value is that of the objective or metric of this name, or `known`. */
export interface Constraint {
  readonly name: string;
  readonly upper?: number;
  readonly lower?: number;
  /** Exact value from the parameters alone; candidates that break it are never tried. */
  readonly known?: (params: Params) => number;
}

export type TrialState = 'waiting' | 'running' | 'complete' | 'pruned' | 'failed';

/** A trial as history sees it. */
export interface TrialRecord {
  readonly number: number;
  readonly state: TrialState;
  readonly params: Params;
  /** One an objective, in the user's directions; only for complete trials. */
  readonly values?: readonly number[];
  /** One a constraint: violation, ≤ 0 feasible. */
  readonly violations?: readonly number[];
  /** Learning curve: [step, value] in order of step. */
  readonly intermediate: readonly (readonly [step: number, value: number])[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly started?: Date;
  readonly finished?: Date;
}

/** What an optimiser is told: everything it may depend on, besides its own settings. */
export interface OptimizerContext {
  readonly space: SearchSpace;
  readonly objectives: readonly Objective[];
  readonly constraints: readonly Constraint[];
  /** Finished trials (complete, pruned, failed) in order of number. */
  readonly history: readonly TrialRecord[];
  /** Running trials. */
  readonly pending: readonly TrialRecord[];
  /** A stream that is a function of the study's seed and the number of trials so far. */
  readonly rng: Rng;
  readonly signal?: AbortSignal;
}

export interface Suggestion {
  readonly params: Params;
  /** Why: predicted mean and deviation, acquisition value …, for display. */
  readonly explanation?: Readonly<Record<string, unknown>>;
}

/** Pure: the same context gives the same suggestions. */
export interface Optimizer {
  readonly name: string;
  suggest(context: OptimizerContext, n: number): Promise<Suggestion[]>;
}
