/*
 * What a candidate is worth: log expected hypervolume improvement plus the log probability that the uncertain
 * constraints hold; while nothing feasible is known, that probability alone.
 */
import { boxDecomposition, hypervolume } from '../../../moo';
import { GreyboxImprovement, logGreyboxEhvi, type ImprovementLevels } from '../../acquisitions/greybox-ehvi';
import { HypervolumeImprovement } from '../../acquisitions/ehvi';
import { normal } from '../../../math';
import { pointPosterior, type PointPosterior } from '../../surrogates/posterior';
import type { Rng } from '../../../base';
import type { Acquisition, Place, PreparedAcquisition } from '../../acquisitions/acquisition';
import type { Prior } from '../../prior';
import { cutAtFloors, floorsOf } from './floors';
import type { Models, Surrogate } from './models';
import { inUsersUnits } from './outputs';
import { bestOf, type KnownPart, type Problem } from './problem';

/** Acquisition of candidates, with gradients in the coordinates of the unit cube; the known part held fixed. */
export interface Scorer {
  /** Which closed form is used. */
  readonly name: string;
  score(u: Float64Array, known: KnownPart, gradient?: Float64Array): number;
  /** Predicted mean and deviation of each modelled objective, P(feasible), expected share of improvement, for display. */
  explain(u: Float64Array, known: KnownPart): Record<string, unknown>;
}

/** Reference values in minimised units; where the user gave none, the front's worst value and a tenth of its range. */
export function referencesOf(problem: Problem): number[] {
  const { from, front } = bestOf(problem);
  return problem.references.map((given, j) => {
    if (Number.isFinite(given)) return given;
    const column = (front.length > 1 ? front : from).map((o) => o.values[j]);
    const worst = Math.max(...column);
    const range = worst - Math.min(...column);
    return worst + 0.1 * (range > 0 ? range : Math.abs(worst) || 1);
  });
}

/**
 * Feasible points in the units of the models, known objectives as they are and modelled ones as the surrogate sees them:
 * its mean at the point, not the observation, or else what the surrogate takes for noise would look, at the very point
 * that was tried, like an improvement still to be had.
 */
export function frontOf(problem: Problem, models: Models): number[][] {
  const point = pointPosterior(models.features.d);
  return problem.observations
    .filter((o) => o.feasible)
    .map((o) => {
      const row = models.features.row(o.u, { values: o.values, feasible: true });
      return o.values.map((v, j) => {
        const surrogate = models.objectives[j];
        if (!surrogate) return v;
        surrogate.posterior.at(row, point);
        return point.mean;
      });
    });
}

export function makeScorer(
  problem: Problem,
  models: Models,
  references: readonly number[],
  front: readonly (readonly number[])[],
  feasibleKnown: boolean,
  own?: { readonly name: string; readonly value: PreparedAcquisition },
): Scorer {
  const { m } = problem;
  const reference = references.map((v, j) => models.objectives[j]?.output.toModel(v) ?? v);
  const points = models.objectives.map((surrogate) => surrogate && pointPosterior(models.features.d));
  const constraint = pointPosterior(models.features.d);
  const mean = new Float64Array(m);
  const deviation = new Float64Array(m);
  const slopes = new Float64Array(2 * m);
  const greybox = problem.modelled.length === 1 && problem.known.length > 0;
  const floors = floorsOf(problem, references).map(({ value, weight }, j) => {
    const output = models.objectives[j]?.output;
    return { value: output && value > -Infinity ? output.toModel(value) : -Infinity, weight };
  });
  // The surrogate's mean on a plateau is a little above or below it.
  const onFloors = greybox ? front : front.map((p) => p.map((v, j) => Math.max(v, floors[j].value)));
  const uncut = boxDecomposition(onFloors as number[][], reference);
  // The grey-box form has no weights for its boxes; what is known there is not searched for its floor anyway.
  const boxes = greybox ? uncut : cutAtFloors(uncut, floors);
  const unknown = problem.modelled[0];
  const stretches = models.objectives.map((surrogate) => surrogate?.output.stretch);
  const byLevels = greybox && !stretches[unknown];
  const levelsOf = byLevels ? new GreyboxImprovement(boxes, unknown) : undefined;
  const general = byLevels ? undefined : new HypervolumeImprovement(boxes, stretches);
  const pair = new Float64Array(2);
  let memo: { known: KnownPart; levels: ImprovementLevels } | undefined;

  const addFeasibility = (row: Float64Array, gradient: Float64Array | undefined): number => {
    let sum = 0;
    for (const surrogate of models.constraints) {
      const threshold = surrogate.output.toModel(0);
      surrogate.posterior.at(row, constraint, gradient !== undefined);
      const s = Math.sqrt(constraint.variance);
      const z = (threshold - constraint.mean) / s;
      sum += normal.logCdf(z);
      if (!gradient) continue;
      const inverse = Math.exp(normal.logPdf(z) - normal.logCdf(z));
      for (let k = 0; k < gradient.length; k++) {
        const slope = constraint.varianceGradient[k] / (2 * s);
        gradient[k] += inverse * (-constraint.meanGradient[k] / s - (z * slope) / s);
      }
    }
    return sum;
  };
  const addObjective = (j: number, toMean: number, toDeviation: number, gradient: Float64Array): void => {
    const point = points[j] as PointPosterior;
    for (let k = 0; k < gradient.length; k++) {
      gradient[k] += toMean * point.meanGradient[k] + (toDeviation * point.varianceGradient[k]) / (2 * deviation[j]);
    }
  };
  const predict = (row: Float64Array, known: KnownPart, gradient: boolean): void => {
    for (let j = 0; j < m; j++) {
      const surrogate = models.objectives[j];
      if (!surrogate) {
        mean[j] = known.values[j];
        deviation[j] = 0;
        continue;
      }
      const point = points[j] as PointPosterior;
      surrogate.posterior.at(row, point, gradient);
      mean[j] = point.mean;
      deviation[j] = Math.sqrt(point.variance);
    }
  };

  /** What is expected to be gained, as a share of the hypervolume that there is; undefined before there is one. */
  const shareOf = (value: number): number | undefined => {
    const lengths = (p: readonly number[]): number[] =>
      p.map((v, j) => {
        const output = models.objectives[j]?.output;
        return output?.stretch ? (output.fromModel(v) - output.shift) / output.scale : v;
      });
    const volume = feasibleKnown ? hypervolume(front.map(lengths), lengths(reference)) : 0;
    return volume > 0 ? Math.exp(value) / volume : undefined;
  };
  const scorer: Scorer = {
    name: own?.name ?? (greybox ? 'log EHVI, grey-box' : 'log EHVI'),
    score(u, known, gradient) {
      gradient?.fill(0);
      const row = models.features.row(u, known);
      const feasibility = addFeasibility(row, gradient);
      if (!feasibleKnown) return feasibility;
      if (own) return feasibility + own.value({ row, known: known.values }, gradient);
      if (levelsOf) {
        if (memo?.known !== known) memo = { known, levels: levelsOf.levels(known.values) };
        if (memo.levels.levels.length === 0) return -Infinity;
        predict(row, known, gradient !== undefined);
        const value = logGreyboxEhvi(memo.levels, mean[unknown], deviation[unknown], gradient && pair);
        if (gradient) addObjective(unknown, pair[0], pair[1], gradient);
        return value + feasibility;
      }
      predict(row, known, gradient !== undefined);
      const value = (general as HypervolumeImprovement).log(mean, deviation, gradient && slopes);
      if (gradient) for (const j of problem.modelled) addObjective(j, slopes[j], slopes[m + j], gradient);
      return value + feasibility;
    },
    explain(u, known) {
      const row = models.features.row(u, known);
      predict(row, known, false);
      const real = (j: number): { mean: number; deviation: number } => {
        const { output } = models.objectives[j] as Surrogate;
        return inUsersUnits(output, problem.signs[j], mean[j], deviation[j]);
      };
      return {
        predictions: Array.from({ length: m }, (_, j) => (models.objectives[j] ? real(j) : { known: problem.signs[j] * known.values[j] })),
        probabilityFeasible: Math.exp(addFeasibility(row, undefined)),
        ...(own ? {} : { improvement: shareOf(scorer.score(u, known)) }),
      };
    },
  };
  return scorer;
}

/** The acquisition times a power of a prior over where the optimum lies. */
export function withPrior(scorer: Scorer, prior: Prior, power: number): Scorer {
  return {
    name: `${scorer.name}, prior`,
    score(u, known, gradient) {
      const value = scorer.score(u, known, gradient);
      // Known objectives may be inputs too: gradients are of the coordinates before them.
      return value + power * prior.logDensity(u, gradient, power);
    },
    explain: (u, known) => ({ ...scorer.explain(u, known), prior: prior.logDensity(u) }),
  };
}

/** A scorer by another acquisition than the closed forms. */
export function ownScorer(
  problem: Problem,
  acquisition: Acquisition,
  { models, front }: { readonly models: Models; readonly front: readonly (readonly number[])[] },
  references: readonly number[],
  feasibleKnown: boolean,
  waiting: readonly { readonly u: Float64Array; readonly known: KnownPart }[],
  rng: Rng,
): Scorer {
  const place = (u: Float64Array, known: KnownPart): Place => ({ row: models.features.row(u, known), known: known.values });
  const value = acquisition.prepare({
    posteriors: models.objectives.map((surrogate) => surrogate?.posterior),
    reference: references.map((v, j) => models.objectives[j]?.output.toModel(v) ?? v),
    front,
    observed: problem.observations.filter((one) => one.feasible).map(({ u, values }) => place(u, { values, feasible: true })),
    waiting: waiting.map(({ u, known }) => place(u, known)),
    rng: rng.fork('acquisition'),
  });
  return makeScorer(problem, models, references, front, feasibleKnown, { name: acquisition.name, value });
}
