/*
 * The constrained versions of the problems of Tanabe and Ishibuchi 2020 (see re.ts). Constraints are the negated
 * slacks: ≤ 0 feasible.
 */
import { variablesOf, type Problem } from './types';
import {
  carSideBox, carSideImpact, conceptualMarine, discBrakeBox, discBrakeCost, discBrakeSlack, marineBox, re31, re35, speedReducerSlack,
  waterBox, waterResource, weldedBeamBox, weldedBeamCost, weldedBeamSlack,
} from './re';

const { abs, max, round, sqrt } = Math;

type Body = (x: number[]) => { objectives: number[]; slack: number[] };

function cre(name: string, bounds: Problem['bounds'], m: number, c: number, body: Body, more: Partial<Problem> = {}): Problem {
  return {
    name,
    bounds,
    objectiveCount: m,
    constraintCount: c,
    ...more,
    evaluate: (x) => {
      const { objectives, slack } = body(variablesOf(x, bounds.length));
      // Not −0 where the slack is none.
      return { objectives, constraints: slack.map((v) => 0 - v) };
    },
  };
}

/** Two-bar truss. */
export function cre21(): Problem {
  return cre('CRE21', re31().bounds, 2, 3, ([x1, x2, x3]) => {
    const f = [x1 * sqrt(16 + x3 * x3) + x2 * sqrt(1 + x3 * x3), (20 * sqrt(16 + x3 * x3)) / (x1 * x3)];
    return { objectives: f, slack: [0.1 - f[0], 1e5 - f[1], 1e5 - (80 * sqrt(1 + x3 * x3)) / (x3 * x2)] };
  });
}

/** Welded beam. */
export function cre22(): Problem {
  return cre('CRE22', weldedBeamBox(), 2, 4, (x) => ({ objectives: weldedBeamCost(x), slack: weldedBeamSlack(x) }));
}

/** Disc brake. */
export function cre23(): Problem {
  return cre('CRE23', discBrakeBox(), 2, 4, (x) => ({ objectives: discBrakeCost(x), slack: discBrakeSlack(x) }));
}

/** Speed reducer. */
export function cre24(): Problem {
  const base = re35();
  return cre('CRE24', base.bounds, 2, 11, (x) => {
    const [weight, bend] = base.evaluate(x).objectives;
    return { objectives: [weight, bend], slack: speedReducerSlack(x) };
  }, { integers: [2] });
}

/** Gear train. */
export function cre25(): Problem {
  return cre('CRE25', Array.from({ length: 4 }, () => [12, 60] as const), 2, 1, (x) => {
    const [x1, x2, x3, x4] = x.map(round);
    const error = abs(6.931 - (x3 / x1) * (x4 / x2));
    return { objectives: [error, max(x1, x2, x3, x4)], slack: [0.5 - error / 6.931] };
  }, { integers: [0, 1, 2, 3] });
}

/** Car side impact. */
export function cre31(): Problem {
  return cre('CRE31', carSideBox(), 3, 10, carSideImpact);
}

/** Conceptual marine design. */
export function cre32(): Problem {
  return cre('CRE32', marineBox(), 3, 9, conceptualMarine);
}

/** Water resource planning. */
export function cre51(): Problem {
  return cre('CRE51', waterBox(), 5, 7, waterResource);
}
