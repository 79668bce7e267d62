import type { Optimizer } from '../../study';
import { generational, type GenerationalOptions } from './evolution/generational';
import { leastCrowded, surviving } from './evolution/selection';

/**
 * NSGA-II: elitist, by non-dominated rank and crowding, with constraint domination (Deb, Pratap, Agarwal, Meyarivan,
 * IEEE TEC 6(2), 2002). Mixed types; candidates that known constraints reject, or that were tried, are bred again.
 */
export function nsga2(options: GenerationalOptions = {}): Optimizer {
  return generational('NSGA-II', options, (pool, size) => surviving(pool, size, (_, front, count) => leastCrowded(pool, front, count)));
}
