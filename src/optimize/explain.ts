/*
 * What the surrogates of a study believe, as plain data: along one parameter, over two, and how well each trial is
 * predicted from all the others. In the user's units and directions; `plot.posteriorSlice`, `posteriorContour` and
 * `surrogateCalibration` draw them.
 */
import { check, createRng } from '../base';
import { checkParams, columns, decode, decodeValue, encode, encodeValue, isAllowed, type Params } from '../space';
import type { Objective, OptimizerContext } from '../study';
import { DEFAULT_WARP, type BayesianOptions } from './solvers/bayesian';
import { fitModels, type Surrogate } from './solvers/bayesian/models';
import { inUsersUnits } from './solvers/bayesian/outputs';
import { toProblem, type Problem } from './solvers/bayesian/problem';
import { frontOf, makeScorer, referencesOf, type Scorer } from './solvers/bayesian/scorer';
import { pointPosterior } from './surrogates/posterior';

/**
 * What a surrogate believes of one objective along one parameter, in the user's units; x, mean, deviation and acquisition have one entry a point.
 */
export interface SliceData {
  /** Along which. */
  readonly parameter: string;
  /** Of which. */
  readonly objective: string;
  /** Values of the parameter. */
  readonly x: number[];
  /** Predicted at each x, in the objective's units. */
  readonly mean: number[];
  /** Standard deviation of the prediction at each x. */
  readonly deviation: number[];
  /** log acquisition of what would be suggested. */
  readonly acquisition: number[];
  /** Trials as [value of the parameter, value of the objective]. */
  readonly observed: [number, number][];
}

/** A value over two parameters: a surrogate's mean or deviation, or the acquisition. */
export interface SurfaceData {
  /** The parameter across. */
  readonly xName: string;
  /** The parameter up. */
  readonly yName: string;
  /** What is shown: an objective's mean or deviation, or the acquisition. */
  readonly zName: string;
  /** Values of the parameter across. */
  readonly x: number[];
  /** Values of the parameter up. */
  readonly y: number[];
  /** y.length rows of x.length. */
  readonly z: number[][];
  /** Trials as [x, y]. */
  readonly observed: [number, number][];
}

/** How well a surrogate predicts each trial from all the others, in the user's units; arrays have one entry a trial. */
export interface CalibrationData {
  /** Of which. */
  readonly objective: string;
  /** What each trial told, in the objective's units. */
  readonly observed: number[];
  /** Of each trial as predicted from all the others (Rasmussen and Williams, 5.12). */
  readonly mean: number[];
  /** Standard deviation of that prediction, noise included. */
  readonly deviation: number[];
  /** Share of the trials within two deviations of their prediction: 0.95 where the surrogate is honest. */
  readonly within: number;
  /** Mean log density of the trials under their predictions: the higher the better. */
  readonly logScore: number;
}

/** Where a slice lies, and how fine it is. */
export interface SliceOptions {
  /** The other parameters' values. Default: the best trial's. */
  readonly at?: Params;
  /** Points along each parameter. Default 64 (of a surface 24). */
  readonly points?: number;
}

/** A study's surrogates, fitted once. */
export class Explanation {
  private readonly problem: Problem;
  private readonly surrogates: readonly (Surrogate | undefined)[];
  private readonly scorer: Scorer;
  private readonly row: (u: Float64Array) => Float64Array;

  constructor(private readonly context: Omit<OptimizerContext, 'rng'>, options: Pick<BayesianOptions, 'models' | 'warp'> = {}) {
    const problem = toProblem({ ...context, rng: createRng(0) });
    check(problem.observations.length > 0, 'history', context.history.length, 'at least one complete trial');
    const references = referencesOf(problem);
    const models = fitModels(problem, references, { secondOpinion: 0, ...options.models }, new Map(), options.warp ?? DEFAULT_WARP);
    const front = frontOf(problem, models);
    this.problem = problem;
    this.surrogates = models.objectives;
    this.scorer = makeScorer(problem, models, references, front, front.length > 0 || models.constraints.length === 0);
    this.row = (u) => {
      const params = decode(context.space, u);
      const values = context.objectives.map((one) => (one.known ? signOf(one) * one.known(params) : NaN));
      return models.features.row(u, { values, feasible: true });
    };
  }

  /** What it has a belief about: each objective, and whether that is a surrogate's or exact. */
  describe(): {
    /** Its name. */
    objective: string;
    /** Exact, or a surrogate's. */
    belief: 'known' | 'modelled';
    /** Trials that it rests on. */
    trials: number;
  }[] {
    const trials = this.problem.observations.length;
    return this.context.objectives.map(({ name, known }) => ({ objective: name, belief: known ? 'known' : 'modelled', trials }));
  }

  /** Mean and deviation of an objective at parameters; of a known one its value and 0. */
  predict(objective: string, params: Params): {
    /** In the objective's units. */
    mean: number;
    /** Standard deviation, without the noise of a measurement. */
    deviation: number;
  } {
    checkParams(this.context.space, params);
    return this.predictAt(this.indexOf(objective), Float64Array.from(encode(this.context.space, params)));
  }

  /** Belief about an objective and acquisition along a numeric or ordered parameter. */
  slice(objective: string, parameter: string, options: SliceOptions = {}): SliceData {
    const j = this.indexOf(objective);
    const k = this.columnOf(parameter);
    checkGrid(options);
    const base = Float64Array.from(encode(this.context.space, options.at ?? this.best(j)));
    const grid = this.grid(k, options.points ?? 64);
    const at = grid.map(({ u }) => moved(base, [[k, u]]));
    const predictions = at.map((u) => this.predictAt(j, u));
    return {
      parameter,
      objective,
      x: grid.map(({ value }) => value),
      mean: predictions.map(({ mean }) => mean),
      deviation: predictions.map(({ deviation }) => deviation),
      acquisition: at.map((u) => this.acquisitionAt(u)),
      observed: this.context.history.flatMap((trial): [number, number][] => {
        const value = trial.params[parameter];
        return trial.state === 'complete' && trial.values && typeof value === 'number' ? [[value, trial.values[j]]] : [];
      }),
    };
  }

  /** Mean or deviation of an objective, or the acquisition, over two numeric or ordered parameters. */
  surface(what: 'mean' | 'deviation' | 'acquisition', objective: string, xName: string, yName: string, options: SliceOptions = {}): SurfaceData {
    const j = this.indexOf(objective);
    checkGrid(options);
    check(['mean', 'deviation', 'acquisition'].includes(what), 'what', what, "'mean', 'deviation' or 'acquisition'");
    check(xName !== yName, 'yName', yName, 'another parameter than xName');
    const [kx, ky] = [this.columnOf(xName), this.columnOf(yName)];
    const base = Float64Array.from(encode(this.context.space, options.at ?? this.best(j)));
    const [xs, ys] = [this.grid(kx, options.points ?? 24), this.grid(ky, options.points ?? 24)];
    const z = ys.map((y) =>
      xs.map((x) => {
        const u = moved(base, [[kx, x.u], [ky, y.u]]);
        return what === 'acquisition' ? this.acquisitionAt(u) : this.predictAt(j, u)[what];
      }),
    );
    const observed = this.context.history.flatMap((trial): [number, number][] => {
      const [a, b] = [trial.params[xName], trial.params[yName]];
      return typeof a === 'number' && typeof b === 'number' ? [[a, b]] : [];
    });
    const zName = what === 'mean' ? objective : what === 'deviation' ? `deviation of ${objective}` : this.scorer.name;
    return { xName, yName, zName, x: xs.map(({ value }) => value), y: ys.map(({ value }) => value), z, observed };
  }

  /** Each trial as predicted from all the others. Throws ArgumentError for an objective that is known. */
  calibration(objective: string): CalibrationData {
    const j = this.indexOf(objective);
    const surrogate = this.surrogates[j];
    check(surrogate !== undefined, 'objective', objective, 'one that is modelled, not known');
    const { posterior } = surrogate;
    const sign = signOf(this.context.objectives[j]);
    const { mean, variance } = posterior.leaveOneOut();
    const z = Array.from(posterior.y, (v, i) => (v - mean[i]) / Math.sqrt(variance[i]));
    const beliefs = Array.from(mean, (v, i) => inUsersUnits(surrogate.output, sign, v, Math.sqrt(variance[i])));
    const deviation = beliefs.map((one) => one.deviation);
    return {
      objective,
      observed: this.problem.observations.map(({ values }) => sign * values[j]),
      mean: beliefs.map((one) => one.mean),
      deviation,
      within: z.filter((v) => Math.abs(v) <= 2).length / z.length,
      logScore: z.reduce((sum, v, i) => sum - (0.5 * v * v + Math.log(deviation[i]) + 0.5 * Math.log(2 * Math.PI)) / z.length, 0),
    };
  }

  private indexOf(objective: string): number {
    const j = this.context.objectives.findIndex((one) => one.name === objective);
    check(j >= 0, 'objective', objective, this.context.objectives.map((one) => one.name).join(', '));
    return j;
  }

  private columnOf(parameter: string): number {
    const list = columns(this.context.space);
    const k = list.findIndex(({ name, kind, levels }) => name === parameter && kind !== 'categorical' && levels > 1);
    const fit = list.filter(({ kind, levels }) => kind !== 'categorical' && levels > 1).map(({ name }) => name);
    check(k >= 0, 'parameter', parameter, `a numeric or ordered parameter: ${fit.join(', ')}`);
    return k;
  }

  private best(j: number): Params {
    const feasible = this.problem.observations.filter((one) => one.feasible);
    const from = feasible.length > 0 ? feasible : this.problem.observations;
    return from.reduce((a, b) => (b.values[j] < a.values[j] ? b : a)).params;
  }

  /** Coordinates and values along a column: evenly, or each of its levels. */
  private grid(k: number, points: number): { u: number; value: number }[] {
    const [name, dimension] = Object.entries(this.context.space.dimensions)[k];
    const { levels } = columns(this.context.space)[k];
    const count = Math.min(points, levels);
    return Array.from({ length: count }, (_, i) => {
      const value = decodeValue(dimension, levels <= points ? (i + 0.5) / levels : i / (count - 1));
      check(typeof value === 'number', 'parameter', name, 'a parameter whose values are numbers');
      return { u: encodeValue(dimension, value), value };
    });
  }

  private predictAt(j: number, u: Float64Array): { mean: number; deviation: number } {
    const objective = this.context.objectives[j];
    const surrogate = this.surrogates[j];
    if (!surrogate) return { mean: objective.known!(decode(this.context.space, u)), deviation: 0 };
    const row = this.row(u);
    const point = pointPosterior(row.length);
    surrogate.posterior.at(row, point);
    return inUsersUnits(surrogate.output, signOf(objective), point.mean, Math.sqrt(point.variance));
  }

  /** −Infinity where a point may not be tried. */
  private acquisitionAt(u: Float64Array): number {
    const params = decode(this.context.space, u);
    const known = this.problem.knownPart(params);
    return known.feasible && isAllowed(this.context.space, params) ? this.scorer.score(u, known) : -Infinity;
  }
}

const signOf = (objective: Objective): number => (objective.direction === 'maximize' ? -1 : 1);

const checkGrid = ({ points = 2 }: SliceOptions): void => check(Number.isInteger(points) && points >= 2, 'points', points, 'an integer ≥ 2');

function moved(base: Float64Array, to: readonly (readonly [column: number, value: number])[]): Float64Array {
  const u = Float64Array.from(base);
  for (const [k, v] of to) u[k] = v;
  return u;
}

/** Surrogates of a study's objectives, to look at: `explain(study.context())`. */
export function explain(context: Omit<OptimizerContext, 'rng'>, options: Pick<BayesianOptions, 'models' | 'warp'> = {}): Explanation {
  check(Array.isArray(context.history), 'context', typeof context, 'what study.context() gives');
  return new Explanation(context, options);
}
