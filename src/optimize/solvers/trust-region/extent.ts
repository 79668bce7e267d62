/*
 * How a trust region grows and shrinks (Eriksson, Pearce, Gardner, Turner and Poloczek 2019, "Scalable global
 * optimization via local Bayesian optimization", arXiv 1910.01739, section 2): doubled after some successes in a row,
 * halved after some failures in a row, given up when it is too small. Lengths are of the unit cube.
 */

/** When a trust region grows, shrinks and ends (Eriksson et al. 2019); sides are shares of the unit cube's. */
export interface ExtentRules {
  /** Side at first. */
  readonly initial: number;
  /** A region whose side falls below this ends, and another begins. */
  readonly least: number;
  /** Greatest side. */
  readonly most: number;
  /** Successes in a row before it doubles. */
  readonly successes: number;
  /** Failures in a row before it halves. */
  readonly failures: number;
}

export interface Extent {
  readonly length: number;
  readonly successes: number;
  readonly failures: number;
}

export const startOf = (rules: ExtentRules): Extent => ({ length: rules.initial, successes: 0, failures: 0 });

/** The extent after one more trial; `length` < `least` says that the region is done with. */
export function adapted({ length, successes, failures }: Extent, success: boolean, rules: ExtentRules): Extent {
  const won = success ? successes + 1 : 0;
  const lost = success ? 0 : failures + 1;
  if (won >= rules.successes) return { length: Math.min(rules.most, 2 * length), successes: 0, failures: 0 };
  if (lost >= rules.failures) return { length: length / 2, successes: 0, failures: 0 };
  return { length, successes: won, failures: lost };
}
