/* Whether a trial was a success: the same question for one objective and for several. */
import { hypervolume, paretoFront } from '../../../moo';
import type { Individual } from '../evolution/individuals';

/** What an improvement must be of what there was, as in TuRBO. */
const RELATIVE = 1e-3;

/**
 * True where `one` is better than all of `before` by more than rounding: a better value (one objective), hypervolume
 * added (several, the reference a tenth of the range beyond the worst of both), or less broken constraints.
 */
export function isSuccess(before: readonly Individual[], one: Individual): boolean {
  if (before.length === 0) return true;
  const least = before.reduce((low, other) => Math.min(low, other.violation), Infinity);
  if (one.violation > 0 || least > 0) return one.violation < least * (1 - RELATIVE);
  const feasible = before.filter((other) => other.violation <= 0).map((other) => other.f);
  if (one.f.length === 1) {
    const best = feasible.reduce((low, f) => Math.min(low, f[0]), Infinity);
    return one.f[0] < best - RELATIVE * Math.abs(best);
  }
  const front = paretoFront(feasible).map((i) => feasible[i]);
  const all = [...front, one.f];
  const low = one.f.map((_, j) => all.reduce((a, f) => Math.min(a, f[j]), Infinity));
  const high = one.f.map((_, j) => all.reduce((a, f) => Math.max(a, f[j]), -Infinity));
  const unit = all.map((f) => f.map((v, j) => (high[j] > low[j] ? (v - low[j]) / (high[j] - low[j]) : 0)));
  const reference = low.map(() => 1.1);
  const without = hypervolume(unit.slice(0, -1), reference);
  return hypervolume(unit, reference) > without * (1 + RELATIVE);
}
