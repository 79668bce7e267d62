/*
 * Acquisitions of one objective, for minimisation, of a normal belief N(μ, s²), each with its logarithm where it can
 * underflow (Ament et al. 2023, arXiv 2310.20708).
 */
import { normal } from '../../math';

/** E[max(best − Y, 0)]. */
export function expectedImprovement(mean: number, deviation: number, best: number): number {
  if (!(deviation > 0)) return Math.max(best - mean, 0);
  return deviation * normal.h((best - mean) / deviation);
}

/** log E[max(best − Y, 0)], finite far below what the plain form can hold. */
export function logExpectedImprovement(mean: number, deviation: number, best: number): number {
  if (!(deviation > 0)) return Math.log(Math.max(best - mean, 0));
  return Math.log(deviation) + normal.logH((best - mean) / deviation);
}

/** P(Y < best). */
export function probabilityOfImprovement(mean: number, deviation: number, best: number): number {
  if (!(deviation > 0)) return mean < best ? 1 : 0;
  return normal.cdf((best - mean) / deviation);
}

/** Lower confidence bound μ − √β s: the optimist's value of a minimised objective (UCB under maximisation). */
export function confidenceBound(mean: number, deviation: number, beta = 4): number {
  return mean - Math.sqrt(beta) * deviation;
}

/** log P(violation ≤ 0). */
export function logProbabilityOfFeasibility(mean: number, deviation: number): number {
  if (!(deviation > 0)) return mean <= 0 ? 0 : -Infinity;
  return normal.logCdf(-mean / deviation);
}
