import { pointPosterior } from '../../surrogates/posterior';
import type { Acquisition, AcquisitionState, Place } from '../acquisition';
import { sampledImprovement, type SampledOptions } from '../sampled-improvement';

/** Trials that may be on the front: not those that are worse than another by two deviations of both in every objective. */
function contenders({ posteriors, observed }: AcquisitionState): Place[] {
  const beliefs = observed.map(({ row, known }) =>
    posteriors.map((posterior, j) => {
      if (!posterior) return { mean: known[j], deviation: 0 };
      const point = pointPosterior(posterior.inputs.d);
      posterior.at(row, point);
      return { mean: point.mean, deviation: Math.sqrt(point.variance) };
    }),
  );
  return observed.filter((_, i) =>
    !beliefs.some((other, k) => k !== i && other.every(({ mean, deviation }, j) => mean + 2 * deviation < beliefs[i][j].mean - 2 * beliefs[i][j].deviation)),
  );
}

/** qNEHVI by quasi-Monte-Carlo: as qEHVI, with the front drawn too, which is what noise calls for. */
export function qNehvi(options: SampledOptions = {}): Acquisition {
  return {
    name: 'qNEHVI',
    joint: true,
    prepare: (state) => sampledImprovement(state, [...contenders(state), ...state.waiting], [], false, options),
  };
}

/** log qNEHVI, softened so that it has a slope everywhere: the usual choice elsewhere for noisy objectives. */
export function qLogNehvi(options: SampledOptions = {}): Acquisition {
  return {
    name: 'log qNEHVI',
    joint: true,
    prepare: (state) => sampledImprovement(state, [...contenders(state), ...state.waiting], [], true, options),
  };
}
