import { check, nested } from '../../base';
import {
  checkSamples,
  inMemory,
  inputShapeOf,
  loadBackend,
  modelOf,
  networkOf,
  sizeOf,
  train,
  type History,
  type Network,
  type TrainingData,
  type TrainOptions,
  type WeightMasks,
} from '../../nn';
import { refuseOptions } from '../refuse-options';
import { spreadSamples } from '../spread-samples';
import type { BiasShifts, Ranges } from './affine';
import { calibrate } from './calibrate';
import { FakeQuantizers } from './fake-quantizers';
import type { Observer } from './observers/observer';
import { prepareNetwork } from './prepare';
import { quantize, shifted } from './quantize';
import type { QuantizedModel, Scheme } from './quantized-model';
import { rescaled } from './rescale';
import { roundWeights } from './round-weights';

/** Training options without those that would bring back weights from before their scales were learned. */
export interface TrainQuantizedOptions extends Omit<
  TrainOptions,
  'architecture' | 'hooks' | 'extraVariables' | 'masks' | 'earlyStop' | 'checkpoint'
> {
  /** Default 'int8'. */
  scheme?: Scheme;
  /** 'weights': activations stay float while training, and get ranges from samples afterwards. Default 'weightsAndActivations'. */
  target?: 'weights' | 'weightsAndActivations';
  /** Weights that are 0 stay 0: pruning survives. Default true. */
  keepZeros?: boolean;
  /** Training samples for the first ranges; default 128. */
  calibrationSamples?: number;
  /** Sets the first ranges; default: that of `calibrate`. */
  observer?: Observer;
}

/** What quantisation-aware training leaves: the network with the scales that it learned, and the same in integers. */
export interface TrainedQuantized {
  /** Batch norm folded, weights as trained (not rounded). */
  readonly network: Network;
  /** Of its activations. */
  readonly ranges: Ranges;
  /** The same in integers: what the firmware computes. */
  readonly model: QuantizedModel;
  /** Loss and accuracy of each epoch, with rounding simulated. */
  readonly history: History;
}

/** Masks that hold the kernels' zeros. */
function zeroMasks({ weights }: Network): WeightMasks {
  return new Map(
    [...weights]
      .filter(([, own]) => own.kernel)
      .map(([layer, own]) => [layer, { kernel: own.kernel.map((w) => (w === 0 ? 0 : 1)) }]),
  );
}

/** With the shifts in the biases that there are. */
function withShifts({ architecture, weights }: Network, shifts: BiasShifts | undefined): Network {
  const own = [...weights].map(([layer, roles]) => {
    const bias = roles.bias && shifted(roles.bias, shifts?.get(layer));
    return [layer, bias ? { ...roles, bias } : roles] as const;
  });
  return { architecture, weights: new Map(own) };
}

/**
 * Quantisation-aware training: fine-tunes a trained network with batch norm folded and fake quantisers, whose
 * scales and zero points are trained too (LSQ), in the places where the integer model rounds. The model that comes
 * out uses the learned scales.
 */
export async function trainQuantized(
  network: Network,
  data: TrainingData,
  options: TrainQuantizedOptions = {},
): Promise<TrainedQuantized> {
  const {
    scheme = 'int8',
    target = 'weightsAndActivations',
    keepZeros = true,
    calibrationSamples = 128,
    observer,
  } = options;
  const { learningRate = 3e-4, signal, onProgress } = options;
  check(scheme === 'int8' || scheme === 'uint8', 'scheme', scheme, "'int8' or 'uint8'");
  check(
    target === 'weights' || target === 'weightsAndActivations',
    'target',
    target,
    "'weights' or 'weightsAndActivations'",
  );
  refuseOptions(options, ['earlyStop', 'checkpoint'], 'it would bring back weights from before their scales were learned');
  const prepared = prepareNetwork(network);
  const { architecture } = prepared;
  await loadBackend();
  const form = { name: 'train', size: sizeOf(inputShapeOf(architecture)) };
  check(data, 'data', data, 'a data set, or { train } of samples');
  checkSamples(data.train, form);
  check(calibrationSamples >= 1, 'calibrationSamples', calibrationSamples, 'at least 1');
  const samples = await inMemory(spreadSamples(data.train, calibrationSamples), form);
  const isFull = target === 'weightsAndActivations';
  // Of weights alone only the factors are wanted now; biases follow when they are trained.
  const before = await calibrate(prepared, samples, { observer, correctBiases: isFull ? [scheme] : [], signal });
  const even = rescaled(prepared, before.factors);
  const model = modelOf(isFull ? withShifts(even, before.biasShifts[scheme]) : even);
  const quantizers = new FakeQuantizers(even, isFull ? before : undefined, scheme);
  try {
    const history = await train(model, data, {
      ...options,
      architecture,
      learningRate,
      hooks: quantizers.hooks(),
      extraVariables: quantizers.variables,
      masks: keepZeros ? zeroMasks(even) : undefined,
      onProgress: nested(onProgress, 'quantise'),
    });
    const trained = networkOf(model, architecture);
    const weightGrids = quantizers.weightGrids();
    const ranges = isFull
      ? quantizers.ranges()
      : await calibrate(roundWeights(trained, scheme, weightGrids), samples, { observer, correctBiases: [scheme], signal, weightGrids });
    return {
      network: trained,
      ranges,
      model: quantize(trained, ranges, scheme, { weightGrids }),
      history,
    };
  } finally {
    quantizers.dispose();
    model.dispose();
  }
}
