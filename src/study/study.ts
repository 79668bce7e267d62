import { inspect } from 'node:util';
import { ArgumentError, check, createRng, messageOf, throwIfCancelled, type LongWork } from '../base';
import { checkParams, contains, dimensionNames, type Params, type SearchSpace } from '../space';
import { artifactsOf, noteOf } from './artifacts';
import { checkNames, mergedParams, writeEdit } from './edit';
import { dataFrameOf } from './data-frame';
import { endedTrials, wasInterrupted } from './ended';
import { keptExplanation } from './explanation';
import { frontOf, hypervolumeHistory, hypervolumeOf, inferReference, normalizedHypervolume } from './front';
import { knownValues, measure, type Evaluation } from './known';
import { isFeasible, minimized } from './orientation';
import { hasEnded, thisProcess } from './owner';
import { complete, countCandidates, propose, SpaceExhaustedError, triedKeys } from './propose';
import { aimsOf, countsOf, resultsOf, trialRows } from './rows';
import { runStudy, stepStudy, type ObjectiveFunction, type RunOptions } from './run';
import { textTable } from './table';
import { Trial } from './trial';
import type { Artifact, Constraint, NewTrial, Objective, Optimizer, OptimizerContext, Outcome, StoredStudy, TrialRecord } from './types';

/** Names under which the study notes things for itself in a trial's `system` attributes. */
const STREAM = 'paretino:stream';
const OWNER = 'paretino:owner';

/** What `createStudy` was given, checked and with its defaults. */
export interface StudySettings {
  /** What parameters may be. */
  readonly space: SearchSpace;
  /** In the order of each trial's `values`. */
  readonly objectives: readonly Objective[];
  /** In the order of each trial's `violations`; perhaps none. */
  readonly constraints: readonly Constraint[];
  /** What suggests the next trials. */
  readonly optimizer: Optimizer;
  /** Everything drawn at random follows from it. */
  readonly seed: number | string;
}

/**
 * A search in progress: asks an optimiser for parameters, keeps what trials told. Everything that it does next follows
 * from its settings and its stored trials.
 */
export class Study<P = Params> {
  private readonly fits = new WeakMap<TrialRecord, boolean>();
  private candidates: number | undefined;

  /** Use `createStudy`. */
  constructor(
    private readonly stored: StoredStudy,
    private readonly settings: StudySettings,
  ) {}

  /** Under which it is stored and found again. */
  get name(): string {
    return this.stored.name;
  }

  /** What its parameters may be. */
  get space(): SearchSpace<P> {
    return this.settings.space;
  }

  /** What is to be minimised or maximised, in the order of each trial's `values`. */
  get objectives(): readonly Objective[] {
    return this.settings.objectives;
  }

  /** Which trials are feasible, in the order of each trial's `violations`. */
  get constraints(): readonly Constraint[] {
    return this.settings.constraints;
  }

  /** What suggests the next trials. */
  get optimizer(): Optimizer {
    return this.settings.optimizer;
  }

  /** Every trial, as of the last call that wrote or read the storage; `refresh` reads what others wrote since. */
  get trials(): readonly TrialRecord[] {
    return this.stored.trials;
  }

  /** Any JSON kept with the study. */
  get attributes(): Readonly<Record<string, unknown>> {
    return this.stored.attributes;
  }

  /** Keeps any JSON with the study, under `key`. */
  async setAttribute(key: string, value: unknown): Promise<void> {
    await this.stored.setAttribute(key, value);
  }

  /** Reads what other processes wrote. */
  async refresh(): Promise<void> {
    await this.stored.refresh();
  }

  /** Marks running trials as failed whose process has ended (or all of them), and returns their numbers. */
  async recover(which: 'dead' | 'all' = 'dead'): Promise<number[]> {
    const recovered: number[] = [];
    for (const trial of this.trials) {
      if (trial.state !== 'running') continue;
      if (which === 'dead' && !hasEnded(trial.system?.[OWNER])) continue;
      if (await this.interrupt(trial.number, 'its process ended')) recovered.push(trial.number);
    }
    return recovered;
  }

  /** What an optimiser would be told now; `number` is the trial that it is asked for, if that is stored already. */
  context(stream: number = this.nextStream(this.trials), number?: number, signal?: AbortSignal): OptimizerContext {
    const usable = this.trials.filter((trial) => this.usable(trial));
    const { space, objectives, constraints, seed } = this.settings;
    return {
      space,
      objectives,
      constraints,
      history: endedTrials(usable),
      pending: usable.filter((trial) => trial.state === 'running' && trial.number !== number),
      rng: createRng(seed).fork(`suggestion ${stream}`),
      place: stream,
      seed,
      signal,
    };
  }

  /**
   * The next trial: one that was enqueued, else one that the optimiser suggests.
   * @throws SpaceExhaustedError where every point that may be tried has been
   */
  async ask(work: LongWork = {}): Promise<Trial<P>> {
    throwIfCancelled(work.signal, 'ask');
    await this.stored.refresh();
    const queued = await this.askQueued(work);
    if (queued !== undefined) return queued;
    this.candidates ??= countCandidates(this.settings);
    const tried = this.candidates === Infinity ? 0 : triedKeys(this.trials).size;
    if (tried >= this.candidates) throw new SpaceExhaustedError(tried);
    const begun = await this.stored.createTrial((trials) => this.newTrial(trials));
    try {
      const context = this.context(begun.system?.[STREAM] as number, begun.number, work.signal);
      const suggestion = await propose(this.optimizer, context, this.trials.filter((trial) => trial.number !== begun.number));
      const { params, explanation } = suggestion;
      await this.stored.setParams(begun.number, params, this.space.dimensions, keptExplanation(explanation));
      return this.trial(begun.number, params, explanation);
    } catch (error) {
      await this.interrupt(begun.number, `no suggestion: ${messageOf(error)}`);
      throw error;
    }
  }

  private newTrial(trials: readonly TrialRecord[]): NewTrial {
    return { state: 'running', system: { [STREAM]: this.nextStream(trials), [OWNER]: thisProcess() } };
  }

  /**
   * The lowest place in the study that no trial has: that of a lost trial is given out again, so that a study that was
   * killed goes on as if it had not been.
   */
  private nextStream(trials: readonly TrialRecord[]): number {
    const used = new Set<unknown>();
    for (const trial of trials) {
      if (trial.state !== 'waiting' && !wasInterrupted(trial)) used.add(trial.system?.[STREAM] ?? trial.number);
    }
    let stream = 0;
    while (used.has(stream)) stream++;
    return stream;
  }

  private async askQueued(work: LongWork): Promise<Trial<P> | undefined> {
    while (this.trials.some(({ state }) => state === 'waiting')) {
      const stream = this.nextStream(this.trials);
      const waiting = await this.stored.claimWaiting({ [STREAM]: stream, [OWNER]: thisProcess() });
      if (waiting === undefined) return undefined;
      try {
        const given = (waiting.system?.fixed_params ?? {}) as Params;
        const params = complete(this.context(stream, waiting.number, work.signal), given);
        await this.stored.setParams(waiting.number, params, this.space.dimensions);
        return this.trial(waiting.number, params, { enqueued: true });
      } catch (error) {
        // Enqueued elsewhere, for another space: says so, and the study goes on.
        await this.fail(waiting.number, `enqueued parameters: ${messageOf(error)}`);
      }
    }
    return undefined;
  }

  private trial(number: number, params: Params, explanation?: Readonly<Record<string, unknown>>): Trial<P> {
    return new Trial<P>(this, number, params as P, knownValues(this.settings, params), explanation);
  }

  /** Trials that an optimiser can learn from: their parameters are a point of the space. */
  private usable(trial: TrialRecord): boolean {
    let fits = this.fits.get(trial);
    if (fits === undefined) {
      fits = contains(this.space, trial.params);
      this.fits.set(trial, fits);
    }
    return fits;
  }

  /** Has these parameters tried before the optimiser is asked; those left out are drawn at random. */
  async enqueue(params: Partial<P>): Promise<void> {
    const given = params as Partial<Params>;
    checkNames(this.space, given);
    if (dimensionNames(this.space).every((name) => given[name] !== undefined)) checkParams(this.space, given as Params);
    else complete(this.context(), given);
    await this.stored.createTrial(() => ({ state: 'waiting', system: { fixed_params: given } }));
  }

  /** Enqueues the points of trials of another study, its front perhaps; those that this space does not hold are left out. */
  async enqueueTrials(trials: readonly TrialRecord[]): Promise<number> {
    const fitting = trials.filter((trial) => contains(this.space, trial.params));
    for (const { params } of fitting) await this.stored.createTrial(() => ({ state: 'waiting', system: { fixed_params: params } }));
    return fitting.length;
  }

  /**
   * Changes parameters of a trial that runs or waits, and gives a running one anew, to be evaluated as it now is: the
   * optimiser sees the point as if it had suggested it.
   * @throws ArgumentError naming the parameter, or where the trial has ended; nothing is then changed
   */
  async edit(trial: Trial<P> | number, changes: Partial<P>): Promise<Trial<P> | undefined> {
    await this.refresh();
    const record = this.trials[this.numberOf(trial)];
    const params = mergedParams(this.space, record, changes as Partial<Params>);
    if (record.state === 'waiting') complete(this.context(), params);
    await writeEdit(this.stored, this.space, record, params);
    return record.state === 'running' ? this.trial(record.number, params, { edited: true }) : undefined;
  }

  /**
   * Ends a trial with what it measured: a value each objective in order (or each that is not known), or values by name;
   * further names become attributes. What is left out is filled in where it is known. On disk when it returns.
   * @throws ArgumentError where a value is missing or not finite; the trial is then marked as failed
   */
  async tell(trial: Trial<P> | number, evaluation: Evaluation): Promise<TrialRecord> {
    const number = this.numberOf(trial);
    let outcome: Outcome;
    try {
      const { values, violations, extras } = measure(this.objectives, this.constraints, this.trials[number].params, evaluation);
      outcome = { state: 'complete', values, violations, attributes: extras };
    } catch (error) {
      await this.fail(number, messageOf(error));
      throw error;
    }
    await this.end(number, outcome);
    return this.trials[number];
  }

  /** Ends a trial without values. */
  async fail(trial: Trial<P> | number, reason: string): Promise<void> {
    await this.end(this.numberOf(trial), { state: 'failed', attributes: { reason } });
  }

  /** Ends a trial early. */
  async prune(trial: Trial<P> | number, reason: string): Promise<void> {
    await this.end(this.numberOf(trial), { state: 'pruned', attributes: { reason } });
  }

  /**
   * Stores a point of a running trial's learning curve, as `Trial.report` does.
   * @throws ArgumentError where the study has no such trial
   */
  async report(trial: number, step: number, value: number): Promise<void> {
    check(Number.isInteger(step), 'step', step, 'an integer');
    check(typeof value === 'number', 'value', value, 'a number');
    await this.stored.report(trial, step, value);
  }

  /** Keeps any JSON with a trial, under `key`, as `Trial.setAttribute` does. */
  async setTrialAttribute(trial: number, key: string, value: unknown): Promise<void> {
    await this.stored.setTrialAttribute(trial, key, value);
  }

  /** Keeps a file of an artifact store with a running trial, where Optuna finds it too. */
  async attach(trial: number, artifact: Artifact): Promise<void> {
    const [key, value] = noteOf(this.trials[this.numberOf(trial)], artifact);
    await this.stored.setTrialAttribute(trial, key, value, 'system');
  }

  /** The files kept with a trial. */
  artifacts(trial: Trial<P> | number): Artifact[] {
    return artifactsOf(this.trials[this.numberOf(trial)]);
  }

  private numberOf(trial: Trial<P> | number): number {
    const number = typeof trial === 'number' ? trial : trial.number;
    check(this.trials[number] !== undefined, 'trial', number, `a trial of study '${this.name}'`);
    return number;
  }

  private async end(number: number, outcome: Outcome): Promise<void> {
    if (await this.stored.finish(number, outcome)) return;
    throw new ArgumentError('trial', number, `a running trial; this one is ${this.trials[number].state}`);
  }

  /** Ends a trial as failed through no fault of its parameters: they may be tried again. False where it had ended. */
  async interrupt(trial: Trial<P> | number, reason: string): Promise<boolean> {
    return this.stored.finish(this.numberOf(trial), { state: 'failed', attributes: { reason: `interrupted: ${reason}`, interrupted: true } });
  }

  /**
   * One step of the study: ask, evaluate, tell. An error in the objective function, or a value that is no number, marks
   * the trial as failed and is thrown on; an abort marks it as interrupted.
   */
  async step(objective: ObjectiveFunction<P>, work: LongWork = {}): Promise<TrialRecord> {
    return stepStudy(this, objective, work);
  }

  /**
   * Steps until `trials` more trials, or `total` in all, are finished, a criterion of `stop` holds, or the space is
   * exhausted. Trials that an interrupt ended do not count. Gives the reason, where a criterion or an exhausted space ended the run.
   * @throws what the objective function throws (unless `onFailure` is 'continue'), and CancelledError on an abort
   */
  async run(objective: ObjectiveFunction<P>, options: RunOptions): Promise<string | undefined> {
    return runStudy(this, objective, options);
  }

  /** The trial that finished last. */
  latest(): TrialRecord | undefined {
    return this.trials.reduce<TrialRecord | undefined>(
      (latest, trial) => (trial.finished && trial.finished >= (latest?.finished ?? trial.finished) ? trial : latest),
      undefined,
    );
  }

  /** The best trade-offs: feasible complete trials that no other one dominates. */
  front(): TrialRecord[] {
    return frontOf(this.objectives, this.trials);
  }

  /** The feasible trial with the best value of one objective, by default the first. */
  best(objective: string = this.objectives[0].name): TrialRecord | undefined {
    const at = this.objectives.findIndex((one) => one.name === objective);
    check(at >= 0, 'objective', objective, this.objectives.map((one) => one.name).join(', '));
    const score = (trial: TrialRecord): number => minimized(this.objectives, trial.values!)[at];
    return this.trials.filter(isFeasible).reduce<TrialRecord | undefined>(
      (best, trial) => (best === undefined || score(trial) < score(best) ? trial : best),
      undefined,
    );
  }

  /** Reference point of the hypervolume, in the user's directions: given with the objectives, or inferred. */
  reference(): number[] {
    return inferReference(this.objectives, this.trials);
  }

  /** Hypervolume of the front. Without a reference of its own, an objective's moves as trials come in. */
  hypervolume(reference: readonly number[] = this.reference()): number {
    return hypervolumeOf(this.objectives, this.front(), reference);
  }

  /**
   * Hypervolume of the front as a share, 0 … 1, of the box between the best value of each objective and its own
   * `reference`; undefined with one objective, or where one has no reference.
   */
  normalizedHypervolume(): number | undefined {
    return normalizedHypervolume(this.objectives, this.trials);
  }

  /** Hypervolume after each trial that was asked for, in order of number. */
  hypervolumeHistory(reference: readonly number[] = this.reference()): number[] {
    return hypervolumeHistory(this.objectives, this.trials.filter((trial) => !wasInterrupted(trial) && trial.state !== 'waiting'), reference);
  }

  /** One flat record a trial: number, state, parameters, values, feasibility, seconds. */
  toRows(trials: readonly TrialRecord[] = this.trials): Record<string, unknown>[] {
    return trialRows(this.objectives, trials);
  }

  /** The trials as a DataFrame of danfojs-node, which has to be installed. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the type is an optional package's
  toDataFrame(): any {
    return dataFrameOf(this.toRows());
  }

  /** A summary and the latest trials, as text. */
  toString(): string {
    const head = [`Study '${this.name}' (${aimsOf(this.objectives)})`, countsOf(this.trials), ...resultsOf(this.objectives, this.trials)].join(' · ');
    return this.trials.length === 0 ? head : `${head}\n${textTable(this.toRows(this.trials.slice(-10)))}`;
  }

  /** The study as text, for a console. */
  [inspect.custom](): string {
    return this.toString();
  }
}
