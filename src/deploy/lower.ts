import { ArgumentError } from '../base';
import type { QuantizedModel, QuantizedOperation, QuantizedTensor, QuantizedWeights, Scheme } from '../compress';
import { activationRange, addFactors, convolutionFactor, denseFactor, paddingOf, requantization, softmaxFactors, weightRequantization, type FactorOf } from './build-op';
import { functionTable, isLookupFunction } from './functions';
import type { Graph, Op, Tensor } from './graph';

/** What moves a scheme's values into int8. */
function offsetOf(scheme: Scheme): number {
  return scheme === 'uint8' ? -128 : 0;
}

function tensorOf({ name, shape, scale, zeroPoint }: QuantizedTensor, offset: number): Tensor {
  return { name, shape, scale, zeroPoint: zeroPoint + offset };
}

function weightsOf(weights: QuantizedWeights, offset: number, factorOf: FactorOf, channels: number) {
  // Not copied where there is nothing to move: costs are asked for thousands of candidates.
  const data = weights.data instanceof Int8Array ? weights.data : new Int8Array(weights.data.map((q) => q ^ 0x80).buffer);
  const { bias, scales: weightScales, zeroPoint, kept } = weights;
  const { multipliers, shifts } = weightRequantization(factorOf, weightScales, channels);
  const found = { weights: data, weightZeroPoint: zeroPoint + offset, bias, weightScales, multipliers, shifts };
  return kept === undefined ? found : { ...found, kept };
}

/**
 * A quantised model as the integer Graph that is interpreted, planned and emitted.
 * @throws ArgumentError naming an operation that has no integer form, or a tensor that the model lacks.
 */
export function lower(model: QuantizedModel): Graph {
  const offset = offsetOf(model.scheme);
  const tensors: Tensor[] = [];
  const idOf = new Map<string, number>();
  for (const tensor of model.tensors.values()) {
    idOf.set(tensor.name, tensors.length);
    tensors.push(tensorOf(tensor, offset));
  }
  const id = (name: string): number => {
    const found = idOf.get(name);
    if (found === undefined) throw new ArgumentError('model', name, 'the name of one of its tensors');
    return found;
  };

  // Object.assign for ops of many properties: spreading them takes thirty times as long, and a search lowers every candidate.
  const opOf = (operation: QuantizedOperation): Op => {
    const { name } = operation;
    const inputs = operation.inputs.map(id);
    const output = id(operation.output);
    const [from, to] = [tensors[inputs[0]], tensors[output]];
    const base = { name, inputs, output };
    switch (operation.kind) {
      case 'conv2d':
      case 'depthwiseConv2d': {
        const { kernel, strides, padding } = operation;
        const weights = weightsOf(operation.weights, offset, convolutionFactor(from, to), to.shape[2]);
        const shared = Object.assign({ name, inputs, output, kernel, strides, padding }, weights, activationRange(operation.activation, to));
        if (operation.kind === 'conv2d') return Object.assign({ kind: operation.kind }, shared);
        return Object.assign({ kind: operation.kind, depthMultiplier: to.shape[2] / from.shape[2] }, shared);
      }
      case 'dense': {
        const weights = weightsOf(operation.weights, offset, denseFactor(from, to), to.shape[2]);
        return Object.assign({ kind: 'fullyConnected' as const, name, inputs, output }, weights, activationRange(operation.activation, to));
      }
      case 'maxPool':
      case 'averagePool': {
        const { size, strides } = operation;
        const padding = paddingOf(operation.padding, from.shape, size, strides);
        return { kind: operation.kind, ...base, kernel: size, strides, padding, min: -128, max: 127 };
      }
      case 'globalAveragePool': {
        const factor = from.scale / to.scale / (from.shape[0] * from.shape[1]);
        return { kind: 'mean', ...base, ...requantization([factor]) };
      }
      case 'add': {
        const range = activationRange(operation.activation, to);
        return { kind: 'add', ...base, ...addFactors(from, tensors[inputs[1]], to), ...range };
      }
      case 'multiply': {
        const factor = (from.scale * tensors[inputs[1]].scale) / to.scale;
        return { kind: 'mul', ...base, ...requantization([factor]), ...activationRange(operation.activation, to) };
      }
      case 'softmax':
        return { kind: 'softmax', ...base, ...softmaxFactors(from) };
      case 'reshape':
      case 'concat':
        return { kind: operation.kind, ...base };
      case 'zeroPad':
        return { kind: 'pad', ...base, padding: operation.padding };
      default: {
        const { kind } = operation;
        if (!isLookupFunction(kind)) throw new ArgumentError('model', kind, `an operation with an integer form (${name})`);
        return { kind: 'lookup', ...base, function: kind, table: functionTable(kind, from, to) };
      }
    }
  };
  return {
    name: model.name,
    tensors,
    ops: model.operations.map(opOf),
    input: id(model.input),
    output: id(model.output),
    boundary: model.scheme,
  };
}
