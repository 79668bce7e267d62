/*
 * Augmented random search (Mania, Guy and Recht 2018, "Simple random search of static linear policies is competitive for
 * reinforcement learning", arXiv 1803.07055, algorithm 2, V1-t): finite differences along random directions, of which the
 * K best by either sign make the step
 *     Θ ← Θ + α / (K σ_R) Σ_top-K (r₊ − r₋) φ,
 * σ_R the deviation of the 2K rewards. Maximises.
 */
import type { Rng } from '../../../base';

/** Settings of augmented random search (Mania, Guy and Recht 2018, algorithm 2). */
export interface RandomSearchOptions {
  /** Steps of the search. */
  readonly iterations: number;
  /** Directions drawn in each iteration. */
  readonly directions: number;
  /** How many of the directions make the step (K), the best of them. */
  readonly top: number;
  /** Step size α. */
  readonly step: number;
  /** Size ν of the differences. */
  readonly noise: number;
}

/** Parameters after the search; `reward` is asked `2 · directions` times an iteration, `pause` awaited after each. */
export async function augmentedRandomSearch(
  reward: (theta: Float64Array) => number,
  start: Float64Array,
  options: RandomSearchOptions,
  rng: Rng,
  pause?: () => Promise<void>,
): Promise<Float64Array> {
  const { iterations, directions, step, noise } = options;
  const top = Math.min(options.top, directions);
  const theta = Float64Array.from(start);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const tried = Array.from({ length: directions }, () => {
      const phi = theta.map(() => rng.normal());
      const plus = reward(theta.map((v, i) => v + noise * phi[i]));
      const minus = reward(theta.map((v, i) => v - noise * phi[i]));
      return { phi, plus, minus };
    });
    const best = tried.sort((a, b) => Math.max(b.plus, b.minus) - Math.max(a.plus, a.minus)).slice(0, top);
    const rewards = best.flatMap(({ plus, minus }) => [plus, minus]);
    const mean = rewards.reduce((sum, r) => sum + r / rewards.length, 0);
    const deviation = Math.sqrt(rewards.reduce((sum, r) => sum + (r - mean) ** 2 / rewards.length, 0));
    // Without any difference there is no direction to go.
    if (deviation > 0) {
      for (const { phi, plus, minus } of best) {
        const weight = (step * (plus - minus)) / (top * deviation);
        for (let i = 0; i < theta.length; i++) theta[i] += weight * phi[i];
      }
    }
    await pause?.();
  }
  return theta;
}
