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
import { paced, type LongWork, type Steps } from '../../base';
import { allWeightShapes, batchTensor, disposeTensors, forwardLayer, inMemory, inputShapeOf, loadBackend, sizeOf, tensorsOf, type InputSource, type Network, type Tensors } from '../../nn';
import { spreadSamples } from '../spread-samples';
import type { BiasShifts, Ranges } from './affine';
import { FakeQuantizers } from './fake-quantizers';
import { consumersOf, isLinear } from './fold-batch-norm';
import type { WeightGrid } from './quantize-weights';
import type { Scheme } from './quantized-model';

/**
 * Samples that means are taken over. They pass through a layer at once: with shifts of its own in each batch, a constant
 * near the middle between two steps would be rounded up in one and down in the next.
 */
const mostSamples = 128;

/** A layer's output in the float network and in the rounded one. */
interface Pair {
  readonly float: tf.Tensor4D;
  readonly rounded: tf.Tensor4D;
}

const channelMean = (value: tf.Tensor4D): tf.Tensor1D => tf.mean(value, [0, 1, 2]);

/** Both networks, layer by layer; a yield after each. What is kept in `pairs` is the caller's to dispose of. */
function* measure(
  { architecture }: Network,
  tensors: Tensors,
  quantizers: FakeQuantizers,
  x: tf.Tensor4D,
  pairs: Map<string, Pair>,
): Steps<BiasShifts> {
  const { begin, weight, output: round } = quantizers.hooks();
  begin?.();
  const shapes = allWeightShapes(architecture);
  const unread = new Map([...consumersOf(architecture)].map(([name, readers]) => [name, readers.length]));
  const shifts = new Map<string, Float32Array>();
  for (const layer of architecture.layers) {
    tf.tidy(() => {
      const inputs = layer.inputs.map((name) => pairs.get(name) as Pair);
      const run = (which: keyof Pair, hooks = {}): tf.Tensor4D =>
        forwardLayer(layer, layer.kind === 'input' ? [x] : inputs.map((pair) => pair[which]), tensors, shapes, { hooks });
      const float = run('float');
      let rounded = run('rounded', { weight });
      if (isLinear(layer)) {
        const shift = tf.sub(channelMean(float), channelMean(rounded));
        shifts.set(layer.name, shift.dataSync<'float32'>().slice());
        rounded = tf.add(rounded, shift);
      }
      // Reshapes and the like give their input's values under another name.
      pairs.set(layer.name, { float: tf.keep(tf.clone(float)), rounded: tf.keep(tf.clone(round?.(layer, rounded) ?? rounded)) });
    });
    for (const name of layer.inputs) {
      const left = (unread.get(name) as number) - 1;
      unread.set(name, left);
      if (left === 0) tf.dispose(Object.values(pairs.get(name) as Pair));
      if (left === 0) pairs.delete(name);
    }
    yield;
  }
  return shifts;
}

export interface CorrectionOptions extends LongWork {
  /** Scales of kernels, by layer, where they do not follow from the weights. */
  weightGrids?: ReadonlyMap<string, WeightGrid>;
}

/**
 * What is to be added to the biases of a prepared network, by linear layer, one an output channel.
 * @param samples of more than 128 an even choice.
 */
export async function biasShifts(
  network: Network,
  ranges: Ranges,
  scheme: Scheme,
  samples: InputSource,
  { signal, weightGrids }: CorrectionOptions = {},
): Promise<BiasShifts> {
  await loadBackend();
  const shape = inputShapeOf(network.architecture);
  const chosen = await inMemory(spreadSamples(samples, mostSamples), { name: 'samples', size: sizeOf(shape) });
  const tensors = tensorsOf(network);
  const quantizers = new FakeQuantizers(network, ranges, scheme, weightGrids);
  const x = batchTensor(chosen.x, shape, 0, chosen.n);
  const pairs = new Map<string, Pair>();
  try {
    return await paced(measure(network, tensors, quantizers, x, pairs), signal, 'the bias correction', 50);
  } finally {
    disposeTensors(tensors);
    quantizers.dispose();
    tf.dispose([x, ...[...pairs.values()].flatMap((pair) => Object.values(pair))]);
  }
}
