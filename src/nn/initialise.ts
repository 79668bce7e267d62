import { createRng, product } from '../base';
import type { Architecture, Network, Weights } from './architecture';
import { allWeightShapes, type WeightRole } from './layouts';

/**
 * Fresh weights. Convolutions: He et al. 2015, uniform, bound √(6 / fan-in) (a depthwise filter's fan-in is its
 * own taps). Dense: Glorot and Bengio 2010, uniform, bound √(6 / (fan-in + fan-out)). Gamma and variance 1,
 * the rest 0. Each layer draws from its own stream: the same name, shape and seed give the same weights
 * whatever stands around the layer.
 */
export function initialWeights(architecture: Architecture, seed: number | string = 0): Weights {
  const rng = createRng(seed).fork('weights');
  const weights = new Map<string, Record<string, Float32Array>>();
  for (const [name, roles] of allWeightShapes(architecture)) {
    const kind = architecture.layers.find((layer) => layer.name === name)?.kind;
    const own: Record<string, Float32Array> = {};
    for (const [role, shape] of Object.entries(roles) as [WeightRole, number[]][]) {
      const values = new Float32Array(product(shape));
      if (role === 'gamma' || role === 'variance') values.fill(1);
      if (role === 'kernel') {
        const stream = rng.fork(name);
        const fan = kind === 'dense' ? shape[0] + shape[1] : shape[0] * shape[1] * (kind === 'conv2d' ? shape[2] : 1);
        const bound = Math.sqrt(6 / fan);
        for (let i = 0; i < values.length; i++) values[i] = (2 * stream.next() - 1) * bound;
      }
      own[role] = values;
    }
    weights.set(name, own);
  }
  return weights;
}

/** An untrained network. */
export function initialNetwork(architecture: Architecture, seed: number | string = 0): Network {
  return { architecture, weights: initialWeights(architecture, seed) };
}
