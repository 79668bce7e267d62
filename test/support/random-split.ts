import type { Rng } from '../../src/base';
import { splitIntoPatches, splitPoints, type Graph } from '../../src/deploy';

/** The graph with its first layers, as many as it may be, cut into parts at random; undefined where nothing can be cut. */
export function randomSplit(rng: Rng, graph: Graph): Graph | undefined {
  const points = splitPoints(graph);
  if (points.length === 0) return undefined;
  const grid = [rng.integer(1, 4), rng.integer(1, 4)] as const;
  try {
    return splitIntoPatches(graph, rng.choice(points), grid);
  } catch (error) {
    // A part beyond which there is padding only.
    if (/padding alone/.test((error as Error).message)) return undefined;
    throw error;
  }
}
