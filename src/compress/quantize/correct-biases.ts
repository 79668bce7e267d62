/**
 * Empirical bias correction (Nagel et al. 2019, section 4.2): rounding weights and activations shifts the mean of
 * each output channel; the shift, measured on samples, is taken off the bias. Layers are corrected in order in one
 * pass, each seeing its predecessors already corrected.
 */
import * as tf from '@tensorflow/tfjs';
import { check, type LongWork, throwIfCancelled } from '../../base';
import { batchTensor, forward, inputShapeOf, loadBackend, sizeOf, tensorsOf, type Layer, type Network } from '../../nn';
import { disposeTensors } from '../tensors';
import type { Ranges } from './affine';
import { FakeQuantizers } from './fake-quantizers';
import { isLinear } from './fold-batch-norm';
import { prepareNetwork } from './prepare';
import type { Scheme } from './quantized-model';

const channelMean = (value: tf.Tensor4D): tf.Tensor1D => tf.mean(value, [0, 1, 2]);

/** Every linear layer gets a bias: the correction needs a place. */
function withBiases({ architecture, weights }: Network): Network {
  const layers = architecture.layers.map((layer): Layer => (isLinear(layer) ? { ...layer, useBias: true } : layer));
  return { architecture: { name: architecture.name, layers }, weights };
}

/**
 * The network (batch norm folded) with corrected biases; quantise it with the same ranges and scheme.
 * @param samples n × input size; they pass through at once, so a hundred or so.
 */
export async function correctBiases(
  network: Network,
  ranges: Ranges,
  scheme: Scheme,
  samples: Float32Array,
  n: number,
  { signal }: LongWork = {},
): Promise<Network> {
  const prepared = prepareNetwork(network);
  const { architecture } = prepared;
  const shape = inputShapeOf(architecture);
  check(
    n > 0 && samples.length === n * sizeOf(shape),
    'samples',
    samples.length,
    `n × ${sizeOf(shape)} numbers, n = ${n} above 0`,
  );
  await loadBackend();
  throwIfCancelled(signal, 'the correction');
  const tensors = tensorsOf(prepared);
  const quantizers = new FakeQuantizers(prepared, ranges, scheme);
  const shifts = new Map<string, Float32Array>();
  try {
    tf.tidy(() => {
      const x = batchTensor(samples, shape, 0, n);
      const wanted = new Map<string, tf.Tensor1D>();
      forward(architecture, tensors, x, {
        hooks: {
          output(layer, value) {
            if (isLinear(layer)) wanted.set(layer.name, channelMean(value));
            return value;
          },
        },
      });
      const rounding = quantizers.hooks();
      forward(architecture, tensors, x, {
        hooks: {
          weight: rounding.weight,
          output(layer, value) {
            const own = wanted.get(layer.name);
            if (!own) return rounding.output?.(layer, value) ?? value;
            const shift = tf.sub(own, channelMean(value));
            shifts.set(layer.name, shift.dataSync<'float32'>().slice());
            const corrected = tf.add(value, shift) as tf.Tensor4D;
            return rounding.output?.(layer, corrected) ?? corrected;
          },
        },
      });
    });
  } finally {
    disposeTensors(tensors);
    quantizers.dispose();
  }
  const weights = new Map(prepared.weights);
  for (const [layer, shift] of shifts) {
    const own = weights.get(layer) as Readonly<Record<string, Float32Array>>;
    weights.set(layer, { ...own, bias: shift.map((s, c) => s + (own.bias?.[c] ?? 0)) });
  }
  return withBiases({ architecture, weights });
}
