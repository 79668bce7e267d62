import type { Rng } from '../base';
import type { Dimension, Params, SearchSpace } from '../space';

/** What is wanted of an objective's value, in the user's own units; solvers minimise, and signs flip inside. */
export type Direction = 'minimize' | 'maximize';

/** `P`, the type of the parameters, is for the compiler only: `createStudy` takes it from the space. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a list mixes objectives of any parameters
export interface Objective<P = any> {
  /** Under which values are told (`{accuracy: 0.9}`), stored and shown; unique within the study. */
  readonly name: string;
  /** Whether less or more of it is wanted. */
  readonly direction: Direction;
  /** Exact value from the parameters alone, in the user's own direction: no surrogate, no noise, no trial needed. */
  readonly known?: (params: P) => number;
  /** Worst value of interest, for the hypervolume; inferred from the data where absent. */
  readonly reference?: number;
  /** What figures write on its axis, with the unit: 'ROM (B)'. Default the name. */
  readonly label?: string;
}

/** Feasible where value ≤ upper (and ≥ lower). The value is that of the objective or metric of this name, or `known`. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
export interface Constraint<P = any> {
  /** Of an objective, of a value that is told beside them, or of its own where it is `known`. */
  readonly name: string;
  /** Greatest value allowed, included; none where absent. */
  readonly upper?: number;
  /** Least value allowed, included; none where absent. */
  readonly lower?: number;
  /** Exact value from the parameters alone; candidates that break it are never tried. */
  readonly known?: (params: P) => number;
}

/** 'waiting' was enqueued and is nobody's yet; 'running' was asked for and not told; the others are finished, and stay so. */
export type TrialState = 'waiting' | 'running' | 'complete' | 'pruned' | 'failed';

/** A trial as history sees it. */
export interface TrialRecord {
  /** From 0, in the order in which trials were asked for. */
  readonly number: number;
  /** Whether it waits, runs, or how it ended. */
  readonly state: TrialState;
  /** Parameters by name; none while it waits. */
  readonly params: Params;
  /** One an objective, in the user's directions; only for complete trials. */
  readonly values?: readonly number[];
  /** One a constraint: violation, ≤ 0 feasible. */
  readonly violations?: readonly number[];
  /** Learning curve: [step, value] in order of step. */
  readonly intermediate: readonly (readonly [step: number, value: number])[];
  /** The user's own notes, any JSON by name. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** What the toolkit (or Optuna) notes for itself. */
  readonly system?: Readonly<Record<string, unknown>>;
  /** When it was asked for. */
  readonly started?: Date;
  /** When it ended. */
  readonly finished?: Date;
}

/** What an optimiser is told: everything it may depend on, besides its own settings. */
export interface OptimizerContext {
  /** What may be suggested. */
  readonly space: SearchSpace;
  /** In the order of each trial's `values`. */
  readonly objectives: readonly Objective[];
  /** In the order of each trial's `violations`. */
  readonly constraints: readonly Constraint[];
  /** Finished trials (complete, pruned, failed) in order of number; those that an interrupt ended are left out. */
  readonly history: readonly TrialRecord[];
  /** Running trials. */
  readonly pending: readonly TrialRecord[];
  /** A stream that is a function of the study's seed and the suggestion's place in the study. */
  readonly rng: Rng;
  /** The suggestion's place in the study, from 0: no other trial has it, whatever runs at the same time. */
  readonly place?: number;
  /** The study's seed, for what stays the same throughout it, such as a first design. */
  readonly seed?: number | string;
  /** Aborted once nobody wants the suggestion any more. */
  readonly signal?: AbortSignal;
}

/** What an optimiser wants tried next. */
export interface Suggestion {
  /** A point of the space. */
  readonly params: Params;
  /** Why: predicted mean and deviation, acquisition value …, for display. */
  readonly explanation?: Readonly<Record<string, unknown>>;
}

/** Pure: the same context gives the same suggestions. */
export interface Optimizer {
  /** As figures and messages call it. */
  readonly name: string;
  /**
   * `n` suggestions for trials that will run at the same time.
   * @throws SpaceExhaustedError where a finite space has no point left; CancelledError after `context.signal`
   */
  suggest(context: OptimizerContext, n: number): Promise<Suggestion[]>;
}

/** A file kept with a trial; its content is in an artifact store, under its id. */
export interface Artifact {
  /** Under which the store keeps its content: the content's hash. */
  readonly id: string;
  /** May name a folder: 'pico/main.c'. */
  readonly filename: string;
  /** Of the content, by the ending of its name. */
  readonly mimetype: string;
}

/** What a study is stored under, beside its trials. */
export interface StudyDefinition {
  /** One an objective, in order. */
  readonly directions: readonly Direction[];
  /** Set when the study is created; plain JSON. */
  readonly system: Readonly<Record<string, unknown>>;
}

/** A trial to be stored. */
export interface NewTrial {
  /** 'waiting' for whoever asks next, 'running' where it is asked for now. */
  readonly state: 'waiting' | 'running';
  /** What the toolkit notes with it; plain JSON. */
  readonly system?: Readonly<Record<string, unknown>>;
}

/** How a trial ended. */
export interface Outcome {
  /** With values, ended early, or without values. */
  readonly state: 'complete' | 'pruned' | 'failed';
  /** One an objective, in the user's directions; of complete trials. */
  readonly values?: readonly number[];
  /** One a constraint, ≤ 0 where it holds. */
  readonly violations?: readonly number[];
  /** Added to the user's notes. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/**
 * One study in a storage. Other processes may write to it at the same time: `refresh` reads what they wrote, and what
 * takes a function of the trials calls it while nobody else can write.
 */
export interface StoredStudy {
  /** Unique within the storage. */
  readonly name: string;
  /** One an objective, in order. */
  readonly directions: readonly Direction[];
  /** The user's own notes, any JSON by name. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** What the toolkit (or Optuna) notes for itself. */
  readonly system: Readonly<Record<string, unknown>>;
  /** Every trial as of the latest refresh or write, in order of number. */
  readonly trials: readonly TrialRecord[];
  /** Reads what other processes wrote since. */
  refresh(): Promise<void>;
  /** Any JSON, kept with the study under `key`; undefined is kept as null. */
  setAttribute(key: string, value: unknown): Promise<void>;
  /** Stores the trial that `make` gives for the trials so far. */
  createTrial(make: (trials: readonly TrialRecord[]) => NewTrial): Promise<TrialRecord>;
  /** Takes the first waiting trial that nobody else took; undefined where there is none. */
  claimWaiting(system: Readonly<Record<string, unknown>>): Promise<TrialRecord | undefined>;
  /** Stores a running trial's parameters with the dimensions that they are of, as Optuna needs them. */
  setParams(number: number, params: Params, dimensions: Readonly<Record<string, Dimension>>, system?: Readonly<Record<string, unknown>>): Promise<void>;
  /** Stores a point of the learning curve; a step that was reported before is replaced. */
  report(number: number, step: number, value: number): Promise<void>;
  /** `kind`: the user's own, or what the toolkit (or Optuna) notes for itself. */
  setTrialAttribute(number: number, key: string, value: unknown, kind?: 'user' | 'system'): Promise<void>;
  /** Ends a running or waiting trial; false where it had already ended. On disk when the promise resolves. */
  finish(number: number, outcome: Outcome): Promise<boolean>;
}

/** Where studies live. */
export interface StudyStorage {
  /** For messages: 'memory', the path of the file. */
  readonly description: string;
  /** Of all studies in it, in the order in which they were made. */
  studyNames(): Promise<string[]>;
  /** The study of this name; created where there is none and a definition is given. */
  open(name: string, definition?: StudyDefinition): Promise<StoredStudy | undefined>;
  /** Removes the study and its trials. @throws ArgumentError where there is none of this name */
  deleteStudy(name: string): Promise<void>;
}
