import * as tf from '@tensorflow/tfjs';
import { breathe, check, type LongWork } from '../../base';
import { batchTensor, checkFinite, checkSamples, disposeTensors, forward, inBatches, inMemory, inputShapeOf, loadBackend, sizeOf, tensorsOf, type InputSource, type Network } from '../../nn';
import { spreadSamples } from '../spread-samples';
import type { BiasShifts, Calibration, Range } from './affine';
import { biasShifts } from './correct-biases';
import { minMax } from './observers/min-max';
import type { Observer } from './observers/observer';
import { prepareNetwork } from './prepare';
import type { WeightGrid } from './quantize-weights';
import type { Scheme } from './quantized-model';
import { evenFactors, rescalableLayers, rescaled } from './rescale';
import { calibratedTensors, structureOf } from './structure';

export interface CalibrateOptions extends LongWork {
  /** Of more samples than this, as many, evenly spread over them; default: all. */
  most?: number;
  /** How ranges are chosen; default minMax(). */
  observer?: Observer;
  /** Samples at a time; default 32. */
  batchSize?: number;
  /** Schemes for which biases are to be corrected; default both. None: ranges alone. */
  correctBiases?: readonly Scheme[];
  /** Scales of kernels, by layer, as quantize will be given them. */
  weightGrids?: ReadonlyMap<string, WeightGrid>;
  /** Makes the ranges of channels that share a scale even, where a factor can wander; default true, but for given weightGrids. */
  rescale?: boolean;
}

/**
 * Runs samples through the network (batch norm folded) and observes the activations that quantize will need: how far
 * channels differ, the ranges of those made even, and how far rounding would shift the mean of each.
 * @param samples normalised as in training. A hundred or so from all over the training split will do, as `most` takes them.
 * @returns ranges by the name of the layer, with the factors and the shifts.
 * @throws ArgumentError for samples of another size or none, or numbers that are not finite; CancelledError.
 */
export async function calibrate(
  network: Network,
  samples: InputSource,
  options: CalibrateOptions = {},
): Promise<Calibration> {
  const { observer = minMax(), batchSize = 32, correctBiases = ['int8', 'uint8'], weightGrids, signal, onProgress } = options;
  const { most = samples?.n, rescale = weightGrids === undefined } = options;
  check(typeof observer.create === 'function', 'observer', observer, 'an observer: minMax(), percentile(), mse() … or one of your own');
  for (const scheme of correctBiases) check(scheme === 'int8' || scheme === 'uint8', 'correctBiases', scheme, "'int8' or 'uint8'");
  const prepared = prepareNetwork(network);
  const shape = inputShapeOf(prepared.architecture);
  const form = { name: 'samples', size: sizeOf(shape) };
  checkSamples(samples, form);
  check(most > 0, 'most', most, 'at least one sample');
  // Gone through three times: where fewer than all are wanted, those are read once.
  const chosen = most < samples.n ? await inMemory(spreadSamples(samples, most), form) : samples;
  const names = [...calibratedTensors(structureOf(prepared.architecture)).values()].flat();
  await loadBackend();
  /** What the layers of these names give, batch by batch. */
  const observe = async (of: Network, phase: string, names: string[], see: (name: string, value: tf.Tensor4D) => void): Promise<void> => {
    const weights = tensorsOf(of);
    try {
      let done = 0;
      for await (const { x, n } of inBatches(chosen, batchSize, form)) {
        await breathe(signal, 'the calibration');
        tf.tidy(() => {
          for (const [name, value] of forward(of.architecture, weights, batchTensor(x, shape, 0, n), { outputs: names })) see(name, value);
        });
        done += n;
        onProgress?.({ path: ['calibrate', phase], done, total: chosen.n, unit: 'sample' });
      }
    } finally {
      disposeTensors(weights);
    }
  };
  const magnitudes = new Map<string, Float32Array>();
  if (rescale) {
    await observe(prepared, 'channels', rescalableLayers(prepared.architecture).flat(), (name, value) => {
      const own = tf.max(tf.abs(value), [0, 1, 2]).dataSync<'float32'>();
      const before = magnitudes.get(name);
      magnitudes.set(name, own.map((m, c) => Math.max(m, before?.[c] ?? 0)));
    });
  }
  const factors = evenFactors(prepared, magnitudes);
  const even = rescaled(prepared, factors);
  const trackers = new Map(names.map((name) => [name, observer.create()]));
  await observe(even, 'ranges', names, (name, value) => {
    const values = value.dataSync<'float32'>();
    checkFinite(`output of layer '${name}'`, values);
    trackers.get(name)?.observe(values);
  });
  const ranges = new Map<string, Range>([...trackers].map(([name, tracker]) => [name, tracker.range()]));
  const shifts: Partial<Record<Scheme, BiasShifts>> = {};
  for (const scheme of correctBiases) shifts[scheme] = await biasShifts(even, ranges, scheme, chosen, { weightGrids, signal });
  return Object.assign(ranges, { factors, biasShifts: shifts });
}
