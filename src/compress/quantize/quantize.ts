import { blankInt32, blankInt8, blankScales, blankUint8 } from './blank';
import { ArgumentError, check, product } from '../../base';
import type { Architecture, Network } from '../../nn';
import { affineOf, fixedAffine, type BiasShifts, type Calibration, type Range, type Ranges } from './affine';
import { prepareNetwork, preparedArchitecture } from './prepare';
import { rescaled } from './rescale';
import { outputChannels } from './output-channels';
import { quantizeLayerWeights, type WeightGrid } from './quantize-weights';
import type {
  Affine,
  QuantizedModel,
  QuantizedOperation,
  QuantizedTensor,
  QuantizedWeights,
  Scheme,
} from './quantized-model';
import {
  calibratedTensors,
  isWeighted,
  scaleRoot,
  structureOf,
  type Structure,
  type WeightedSlot,
} from './structure';

/** A structure filled in with scales and weights. */
function filled(
  structure: Structure,
  scheme: Scheme,
  affine: (tensor: string) => Affine,
  weights: (slot: WeightedSlot, tensors: ReadonlyMap<string, QuantizedTensor>) => QuantizedWeights,
): QuantizedModel {
  const tensors = new Map<string, QuantizedTensor>();
  for (const [name, shape] of structure.shapes) {
    const root = scaleRoot(structure, name);
    const fixed = structure.fixed.get(root);
    const { scale, zeroPoint } = (fixed && fixedAffine(fixed, scheme)) || affine(root);
    tensors.set(name, { name, shape, scale, zeroPoint });
  }
  const operations = structure.operations.map((slot): QuantizedOperation =>
    isWeighted(slot) ? (Object.assign({ weights: weights(slot, tensors) }, slot) as QuantizedOperation) : slot,
  );
  return { name: structure.name, scheme, tensors, operations, input: structure.input, output: structure.output };
}

/** What `quantize` takes beside network, ranges and scheme. */
export interface QuantizeOptions {
  /** Scales of kernels, by layer, where they are not to follow from the weights: those that were trained. */
  weightGrids?: ReadonlyMap<string, WeightGrid>;
}

/** The bias with its shift added. */
export function shifted(bias: Float32Array | undefined, shift: Float32Array | undefined): Float32Array | undefined {
  return shift ? shift.map((s, c) => s + (bias?.[c] ?? 0)) : bias;
}

function rangeOf(ranges: Ranges, name: string): Range {
  const range = ranges.get(name);
  if (!range) throw new ArgumentError('ranges', [...ranges.keys()], `a range for '${name}'`);
  const { min, max } = range;
  check(
    Number.isFinite(min) && Number.isFinite(max) && min <= max,
    `ranges '${name}'`,
    range,
    'finite numbers, min ≤ max',
  );
  return range;
}

/** The least range that holds all of them. */
export function unionOf(ranges: readonly Range[]): Range {
  return { min: Math.min(...ranges.map((r) => r.min)), max: Math.max(...ranges.map((r) => r.max)) };
}

/**
 * Static post-training quantisation. 'int8' follows LiteRT's 8-bit specification (weights in [−127, 127] with a
 * scale for each output channel, activations in [−128, 127]), 'uint8' Jacob et al. 2018 (weights and activations
 * affine per tensor in 0 … 255); biases are int32 in both. Batch norm is folded, relu and relu6 become clamps of
 * the operation before them.
 *
 * @param ranges of the network's activations; those from calibrate come with channels' factors and shifts of biases, which
 *   are applied (`rescaled` gives the float network that the tensors are those of).
 * @throws ArgumentError where a range is missing or a number is not finite.
 */
export function quantize(
  network: Network,
  ranges: Ranges | Calibration,
  scheme: Scheme,
  options: QuantizeOptions = {},
): QuantizedModel {
  check(scheme === 'int8' || scheme === 'uint8', 'scheme', scheme, "'int8' or 'uint8'");
  check((ranges as unknown) instanceof Map, 'ranges', ranges, 'what calibrate gave');
  const prepared = 'factors' in ranges ? rescaled(prepareNetwork(network), ranges.factors) : prepareNetwork(network);
  const channels = outputChannels(prepared.architecture);
  const structure = structureOf(prepared.architecture);
  const deciding = calibratedTensors(structure);
  const shifts: BiasShifts | undefined = 'biasShifts' in ranges ? ranges.biasShifts[scheme] : undefined;
  const affine = (root: string): Affine =>
    affineOf(unionOf((deciding.get(root) ?? []).map((name) => rangeOf(ranges, name))), scheme);
  return filled(structure, scheme, affine, (slot, tensors) => {
    const own = prepared.weights.get(slot.name);
    if (!own)
      throw new ArgumentError('network.weights', [...prepared.weights.keys()], `weights of layer '${slot.name}'`);
    const { scale: inputScale } = tensors.get(slot.inputs[0]) as QuantizedTensor;
    const { scale: outputScale } = tensors.get(slot.output) as QuantizedTensor;
    const out = channels.get(slot.name) as number;
    const grid = options.weightGrids?.get(slot.name);
    const bias = shifted(own.bias, shifts?.get(slot.name));
    return quantizeLayerWeights(slot.kind, own.kernel, bias, out, inputScale, outputScale, scheme, slot.name, grid);
  });
}

/**
 * What quantize will give for a network of this architecture, with weights of zero and all activations from 0
 * to 6: the same operations, tensors and sizes, known before any training; no relu is left to clamp, as in most layers. Takes a few milliseconds at most.
 * @param kept weights that stay where single ones are to be removed, by layer: keptElements.
 */
export function skeleton(architecture: Architecture, scheme: Scheme, kept?: ReadonlyMap<string, number>): QuantizedModel {
  const zeroPoint = scheme === 'int8' ? -128 : 0;
  return filled(
    structureOf(preparedArchitecture(architecture)),
    scheme,
    () => ({ scale: 6 / 255, zeroPoint }),
    (slot, tensors) => {
      const [from, to] = [slot.inputs[0], slot.output].map((name) => (tensors.get(name) as QuantizedTensor).shape);
      const out = to[2];
      const size = out * (slot.kind === 'depthwiseConv2d' ? 1 : from[2]) * (slot.kind === 'dense' ? 1 : product(slot.kernel));
      return {
        data: scheme === 'int8' ? blankInt8(size) : blankUint8(size),
        scales: blankScales(scheme === 'int8' ? out : 1),
        zeroPoint: 0,
        bias: blankInt32(out),
        ...(kept?.has(slot.name) && { kept: kept.get(slot.name) }),
      };
    },
  );
}
