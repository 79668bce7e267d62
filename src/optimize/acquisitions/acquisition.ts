/*
 * What `bayesian({ acquisition })` takes. The search maximises its value plus the log probability that the uncertain
 * constraints hold, so an acquisition answers with a logarithm; all values are minimised, in the units of the surrogates.
 */
import type { Rng } from '../../base';
import { pointPosterior, type Posterior } from '../surrogates/posterior';

/** A point as surrogates see it: its row of inputs, and its objectives as far as they are known (m; NaN elsewhere). */
export interface Place {
  /** What surrogates read (d). */
  readonly row: Float64Array;
  /** Objectives as far as they are known (m; NaN elsewhere). */
  readonly known: readonly number[];
}

/** What is believed when a suggestion is looked for. */
export interface AcquisitionState {
  /** Of each objective; undefined where it is known. */
  readonly posteriors: readonly (Posterior | undefined)[];
  /** Of the hypervolume (m), minimised. */
  readonly reference: readonly number[];
  /** Means of the feasible trials, those that still run among them unless the acquisition is `joint`. */
  readonly front: readonly (readonly number[])[];
  /** Feasible trials. */
  readonly observed: readonly Place[];
  /** Trials that still run or are in the batch already. */
  readonly waiting: readonly Place[];
  /** For acquisitions that draw. */
  readonly rng: Rng;
}

/** Value at a place; with `gradient`, adds the slope in the row's first entries, as many as it has. */
export type PreparedAcquisition = (place: Place, gradient?: Float64Array) => number;

/** What a Bayesian solver maximises: how much a trial at a place is worth, as a logarithm, given what the surrogates believe. */
export interface Acquisition {
  /** As figures and explanations call it. */
  readonly name: string;
  /** Accounts for `waiting` by itself; else these are taken to come out as predicted. */
  readonly joint?: boolean;
  /** Once a suggestion. Throws ArgumentError where it does not fit the study. */
  prepare(state: AcquisitionState): PreparedAcquisition;
}

/** Value of independent normal beliefs (m means and deviations, deviation 0: known); `slopes` as in log EHVI: ∂/∂mean, ∂/∂deviation. */
export type BeliefValue = (mean: Float64Array, deviation: Float64Array, slopes?: Float64Array) => number;

/** An acquisition of means and deviations alone. */
export function ofBelief(name: string, prepare: (state: AcquisitionState) => BeliefValue): Acquisition {
  return {
    name,
    prepare(state) {
      const value = prepare(state);
      const { posteriors } = state;
      const m = posteriors.length;
      const points = posteriors.map((posterior) => posterior && pointPosterior(posterior.inputs.d));
      const mean = new Float64Array(m);
      const deviation = new Float64Array(m);
      const slopes = new Float64Array(2 * m);
      return ({ row, known }, gradient) => {
        posteriors.forEach((posterior, j) => {
          const point = points[j];
          if (posterior && point) posterior.at(row, point, gradient !== undefined);
          mean[j] = point ? point.mean : known[j];
          deviation[j] = point ? Math.sqrt(point.variance) : 0;
        });
        slopes.fill(0);
        const result = value(mean, deviation, gradient && slopes);
        if (gradient) {
          points.forEach((point, j) => {
            if (!point) return;
            for (let k = 0; k < gradient.length; k++) {
              gradient[k] += slopes[j] * point.meanGradient[k] + (slopes[m + j] * point.varianceGradient[k]) / (2 * deviation[j]);
            }
          });
        }
        return result;
      };
    },
  };
}
