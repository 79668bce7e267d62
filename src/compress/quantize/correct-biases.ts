/**
 * Empirical bias correction (Nagel et al. 2019, section 4.2): rounding weights and activations shifts the mean of
 * each output channel; the shift, measured on samples, is taken off the bias. Layers are corrected in order in one
 * pass, each seeing its predecessors already corrected.
 *
 * Networks with few weights left cannot do without. A channel that lost all its inputs is a constant, and so, nearly,
 * is what is computed from it; training still normalises it, with a variance of about 0, so that the folded kernels of
 * its readers are up to 1/√ε = 32 times larger. A varying value's rounding errors average out, but the constant's
 * is the same at every position and in every sample: half a step of one such channel, times 32 again in each layer
 * that follows, moved whole layers by more than their range. As a shift of means it is what this takes off.
 */
import * as tf from '@tensorflow/tfjs';
import { breathe, type LongWork } from '../../base';
import { batchTensor, forward, inputShapeOf, loadBackend, tensorsOf, type Network } from '../../nn';
import { spreadSamples } from '../spread-samples';
import { disposeTensors } from '../tensors';
import type { BiasShifts, Ranges } from './affine';
import { FakeQuantizers } from './fake-quantizers';
import { isLinear } from './fold-batch-norm';
import type { WeightGrid } from './quantize-weights';
import type { Scheme } from './quantized-model';

/** Samples that means are taken over: they pass through a layer at once. */
const mostSamples = 128;

const channelMean = (value: tf.Tensor4D): tf.Tensor1D => tf.mean(value, [0, 1, 2]);

export interface CorrectionOptions extends LongWork {
  /** Scales of kernels, by layer, where they do not follow from the weights. */
  weightGrids?: ReadonlyMap<string, WeightGrid>;
}

/**
 * What is to be added to the biases of a prepared network, by linear layer, one an output channel.
 * @param samples n × input size; of more than 128 an even choice.
 */
export async function biasShifts(
  { architecture, weights }: Network,
  ranges: Ranges,
  scheme: Scheme,
  samples: Float32Array,
  n: number,
  { signal, weightGrids }: CorrectionOptions = {},
): Promise<BiasShifts> {
  const shape = inputShapeOf(architecture);
  await loadBackend();
  const chosen = spreadSamples(samples, n, mostSamples);
  const tensors = tensorsOf({ architecture, weights });
  const quantizers = new FakeQuantizers({ architecture, weights }, ranges, scheme, weightGrids);
  const rounding = quantizers.hooks();
  const shifts = new Map<string, Float32Array>();
  const wanted = new Map<string, tf.Tensor1D>();
  const pass = async (output: NonNullable<typeof rounding.output>, weight: typeof rounding.weight): Promise<void> => {
    await breathe(signal, 'the bias correction');
    tf.tidy(() => {
      forward(architecture, tensors, batchTensor(chosen.x, shape, 0, chosen.n), { hooks: { output, weight } });
    });
  };
  try {
    await pass((layer, value) => {
      if (isLinear(layer)) wanted.set(layer.name, tf.keep(channelMean(value)));
      return value;
    }, undefined);
    await pass((layer, value) => {
      const own = wanted.get(layer.name);
      if (!own) return rounding.output?.(layer, value) ?? value;
      const shift = tf.sub(own, channelMean(value));
      shifts.set(layer.name, shift.dataSync<'float32'>().slice());
      const corrected = tf.add(value, shift) as tf.Tensor4D;
      return rounding.output?.(layer, corrected) ?? corrected;
    }, rounding.weight);
  } finally {
    disposeTensors(tensors);
    tf.dispose([...wanted.values()]);
    quantizers.dispose();
  }
  return shifts;
}
