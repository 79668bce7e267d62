import { createRng } from '../../src/base';
import { calibrate, quantize } from '../../src/compress';
import { lower, type Graph } from '../../src/deploy';
import { initialNetwork, inputShapeOf, loadBackend, sizeOf, type Architecture } from '../../src/nn';

/** A model as a graph, its weights as they are before training: costs do not depend on them. */
export async function untrained(architecture: Architecture): Promise<Graph> {
  await loadBackend();
  const network = initialNetwork(architecture, 1);
  const rng = createRng('bench/untrained');
  const samples = Float32Array.from({ length: 4 * sizeOf(inputShapeOf(architecture)) }, () => 2 * rng.next() - 1);
  return lower(quantize(network, await calibrate(network, { x: samples, n: 4 }), 'int8'));
}
