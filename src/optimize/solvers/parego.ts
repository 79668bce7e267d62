/*
 * ParEGO (Knowles 2006), qParEGO in batches (Daulton et al. 2020): each suggestion draws weights, scalarises the
 * objectives by the augmented Chebyshev function and takes one step of single-objective Bayesian optimisation on that.
 * Cheaper than hypervolume with many objectives; it is also what the literature on networks for microcontrollers calls
 * plain multi-objective Bayesian optimisation. Known constraints filter as ever; known objectives enter the scalar.
 */
import { minimized, type Objective, type Optimizer, type OptimizerContext, type Suggestion, type TrialRecord } from '../../study';
import { chebyshev, randomWeights, unitScaled } from '../acquisitions/scalarise';
import { bayesian, type BayesianOptions } from './bayesian';

/**
 * ParEGO (Knowles 2006): each suggestion draws weights, scalarises the objectives by the augmented Chebyshev function and takes
 * one step of single-objective Bayesian optimisation on that. Cheap with many objectives; takes the options of `bayesian`.
 */
export function parego(options: BayesianOptions = {}): Optimizer {
  const inner = bayesian({ ...options, models: { knownAsInputs: false, ...options.models } });
  return {
    name: 'parego',
    async suggest(context, n) {
      const { rng } = context;
      const suggestions: Suggestion[] = [];
      while (suggestions.length < n) {
        const k = suggestions.length;
        const pending = [...context.pending, ...suggestions.map(({ params }, i) => running(params, context, i))];
        const weights = randomWeights(context.objectives.length, rng.fork(`weights ${k}`));
        const scalar = scalarised({ ...context, pending, rng: rng.fork(`step ${k}`) }, weights);
        const [one] = await inner.suggest(scalar, 1);
        suggestions.push({ params: one.params, explanation: { ...one.explanation, weights } });
      }
      return suggestions;
    },
  };
}

function running(params: TrialRecord['params'], context: OptimizerContext, i: number): TrialRecord {
  const number = context.history.length + context.pending.length + i;
  return { number, state: 'running', params, intermediate: [], attributes: {} };
}

/** The study with one objective in place of all. */
export function scalarised(context: OptimizerContext, weights: readonly number[]): OptimizerContext {
  const { objectives, constraints, history } = context;
  const complete = history.filter((trial) => trial.state === 'complete' && trial.values?.every(Number.isFinite));
  const scaled = unitScaled(complete.map((trial) => minimized(objectives, trial.values as number[])));
  const value = new Map(complete.map((trial, i) => [trial, chebyshev(scaled[i], weights)]));
  // A constraint that has its value from a known objective keeps it.
  const kept = constraints.map((constraint) => ({
    ...constraint,
    known: constraint.known ?? objectives.find((objective) => objective.name === constraint.name)?.known,
  }));
  const scalar: Objective = { name: 'scalar', direction: 'minimize' };
  return {
    ...context,
    objectives: [scalar],
    constraints: kept,
    history: history.map((trial) => ({ ...trial, values: value.has(trial) ? [value.get(trial) as number] : undefined })),
  };
}
