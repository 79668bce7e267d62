/* Small problems that papers on constrained and Bayesian search use. Constraints ≤ 0 feasible. */
import { sum, unitBox, variablesOf, type Problem } from './types';

const { PI, abs, atan2, cos, exp, pow, sin, sqrt } = Math;

type Body = (x: number[]) => { objectives: number[]; constraints: number[] };

function problem(name: string, bounds: [number, number][], m: number, c: number, body: Body, more: Partial<Problem> = {}): Problem {
  return { name, bounds, objectiveCount: m, constraintCount: c, ...more, evaluate: (x) => body(variablesOf(x, bounds.length)) };
}

/** Binh and Korn 1997; constraints divided by their right-hand sides. */
export function bnh(): Problem {
  return problem('BNH', [[0, 5], [0, 3]], 2, 2, ([a, b]) => ({
    objectives: [4 * a * a + 4 * b * b, (a - 5) ** 2 + (b - 5) ** 2],
    constraints: [((a - 5) ** 2 + b * b - 25) / 25, (7.7 - (a - 8) ** 2 - (b + 3) ** 2) / 7.7],
  }), { reference: [149.6, 54.6] });
}

/** Osyczka and Kundu 1995; constraints divided by their constants. */
export function osy(): Problem {
  const bounds: [number, number][] = [[0, 10], [0, 10], [1, 5], [0, 6], [1, 5], [0, 10]];
  return problem('OSY', bounds, 2, 6, (x) => ({
    objectives: [
      -(25 * (x[0] - 2) ** 2 + (x[1] - 2) ** 2 + (x[2] - 1) ** 2 + (x[3] - 4) ** 2 + (x[4] - 1) ** 2),
      sum(x.map((v) => v * v)),
    ],
    constraints: [
      -(x[0] + x[1] - 2) / 2,
      -(6 - x[0] - x[1]) / 6,
      -(2 - x[1] + x[0]) / 2,
      -(2 - x[0] + 3 * x[1]) / 2,
      -(4 - (x[2] - 3) ** 2 - x[3]) / 4,
      -((x[4] - 3) ** 2 + x[5] - 4) / 4,
    ],
  }), { reference: [-75, 75], bestHypervolume: 10107.852764122737 });
}

/** Srinivas and Deb 1994. */
export function srn(): Problem {
  return problem('SRN', [[-20, 20], [-20, 20]], 2, 2, ([a, b]) => ({
    objectives: [2 + (a - 2) ** 2 + (b - 1) ** 2, 9 * a - (b - 1) ** 2],
    constraints: [a * a + b * b - 225, a - 3 * b + 10],
  }), { reference: [231.211577644, -5.958038396] });
}

/** Tanaka, Watanabe, Furukawa, Tanino 1995. */
export function tnk(): Problem {
  return problem('TNK', [[0, PI], [0, PI]], 2, 2, ([a, b]) => ({
    objectives: [a, b],
    constraints: [-(a * a + b * b - 1 - 0.1 * cos(16 * atan2(a, b))), 2 * ((a - 0.5) ** 2 + (b - 0.5) ** 2) - 1],
  }), { reference: [1.2, 1.2] });
}

/** Deb's two-bar CONSTR problem. */
export function constr(): Problem {
  return problem('CONSTR', [[0.1, 1], [0, 5]], 2, 2, ([a, b]) => ({
    objectives: [a, (1 + b) / a],
    constraints: [-(b + 9 * a - 6), -(-b + 9 * a - 1)],
  }), { reference: [10, 10] });
}

/** Kursawe 1990. */
export function kursawe(): Problem {
  return problem('KURSAWE', [[-5, 5], [-5, 5], [-5, 5]], 2, 0, (x) => ({
    objectives: [
      sum([0, 1].map((i) => -10 * exp(-0.2 * sqrt(x[i] ** 2 + x[i + 1] ** 2)))),
      sum(x.map((v) => pow(abs(v), 0.8) + 5 * sin(v ** 3))),
    ],
    constraints: [],
  }), { reference: [-10, 4] });
}

/** Branin's function of two variables in their own units. */
function branin(a: number, b: number): number {
  return (b - (5.1 / (4 * PI * PI)) * a * a + (5 / PI) * a - 6) ** 2 + 10 * (1 - 1 / (8 * PI)) * cos(a) + 10;
}

/** Currin's exponential function of two variables in [0, 1]. */
function currin(a: number, b: number): number {
  const factor = b === 0 ? 1 : 1 - exp(-1 / (2 * b));
  return (factor * (2300 * a ** 3 + 1900 * a * a + 2092 * a + 60)) / (100 * a ** 3 + 500 * a * a + 4 * a + 20);
}

/** Branin against Currin over the unit square (Belakaria, Deshwal, Doppa 2019). */
export function braninCurrin(): Problem {
  return problem('BraninCurrin', unitBox(2), 2, 0, ([a, b]) => ({
    objectives: [branin(15 * a - 5, 15 * b), currin(a, b)],
    constraints: [],
  }), { reference: [18, 6], bestHypervolume: 59.4008 });
}

/** As braninCurrin, inside a disc (Gelbart, Snoek, Adams 2014). */
export function constrainedBraninCurrin(): Problem {
  return problem('ConstrainedBraninCurrin', unitBox(2), 2, 1, ([a, b]) => ({
    objectives: [branin(15 * a - 5, 15 * b), currin(a, b)],
    constraints: [(15 * a - 5 - 2.5) ** 2 + (15 * b - 7.5) ** 2 - 50],
  }), { reference: [80, 12], bestHypervolume: 608.4004237022673 });
}
