import { ParetinoError, type Rng } from '../../../base';
import { cardinality, enumerate, sample } from '../../../space';
import { SpaceExhaustedError } from '../../../study';
import { candidateOf, type Candidate, type Problem } from './problem';

/** Some allowed point that is left: by counting out a finite space, by drawing from another. */
export function lastResort(problem: Problem, taken: ReadonlySet<string>, rng: Rng): Candidate {
  if (cardinality(problem.space) <= 1_000_000) {
    const left: Candidate[] = [];
    for (const params of enumerate(problem.space)) {
      const candidate = candidateOf(problem, params, taken);
      if (candidate) left.push(candidate);
      if (left.length >= 64) break;
    }
    if (left.length > 0) return rng.choice(left);
    throw new SpaceExhaustedError(taken.size);
  }
  for (let attempt = 0; attempt < 2000; attempt++) {
    const candidate = candidateOf(problem, sample(problem.space, rng), taken);
    if (candidate) return candidate;
  }
  throw new ParetinoError('no point was found that the known constraints allow: check them, or widen the search space');
}
