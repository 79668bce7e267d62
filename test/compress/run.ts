import * as tf from '@tensorflow/tfjs';
import { createRng } from '../../src/base';
import {
  forward,
  inputShapeOf,
  loadBackend,
  logitsLayer,
  sizeOf,
  tensorsOf,
  type Architecture,
  type Network,
} from '../../src/nn';

/** Normal random samples, n × input size. */
export function samplesFor(architecture: Architecture, n: number, seed = 1): Float32Array {
  const rng = createRng(seed).fork('samples');
  return Float32Array.from({ length: n * sizeOf(inputShapeOf(architecture)) }, () => rng.normal());
}

/** What stands before the softmax, n × classes. */
export async function logitsOf(network: Network, x: Float32Array, n: number): Promise<Float32Array> {
  await loadBackend();
  const { architecture } = network;
  const name = logitsLayer(architecture);
  return tf.tidy(() => {
    const input = tf.tensor4d(x, [n, ...inputShapeOf(architecture)]);
    const values = forward(architecture, tensorsOf(network), input, { outputs: [name] }).get(name) as tf.Tensor;
    return values.dataSync<'float32'>().slice();
  });
}

/** Largest difference between two arrays, relative to the largest magnitude where that is above 1. */
export function difference(a: Float32Array, b: Float32Array): number {
  const scale = a.reduce((most, v) => Math.max(most, Math.abs(v)), 1);
  return a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), a.length === b.length ? 0 : Infinity) / scale;
}
