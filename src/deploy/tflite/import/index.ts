import { ArgumentError } from '../../../base';
import type { Graph } from '../../graph';
import { simplify } from '../../passes/simplify';
import { parseTflite, type TfliteModel } from '../parse';
import { operatorName, TensorType } from '../schema';
import { OperatorReader } from './operator-reader';
import { ImportedTensors } from './tensors';
import { translate } from './translate';

function graphOf(model: TfliteModel): Graph {
  if (model.inputs.length !== 1) model.fail(`${model.inputs.length} inputs, wanted 1`);
  if (model.outputs.length !== 1) model.fail(`${model.outputs.length} outputs, wanted 1`);
  const tensors = new ImportedTensors(model);
  const input = tensors.write(model.inputs[0], 'the input list');
  const ops = model.operators.flatMap((operator, i) => {
    const reader = new OperatorReader(model, tensors, operator, `${operatorName(operator.code)}_${i}`);
    try {
      return translate(reader);
    } catch (error) {
      // Scales so far apart that their quotient has no multiplier.
      if (error instanceof ArgumentError) reader.fail(error.message);
      throw error;
    }
  });
  const output = tensors.written(model.outputs[0]) ?? model.fail('the output is never written');
  const [from, to] = [model.inputs[0], model.outputs[0]].map((i) => model.tensors[i].type);
  if (from !== to) model.fail('input and output of different types');
  const boundary = from === TensorType.uint8 ? 'uint8' : 'int8';
  return { name: model.name, tensors: tensors.all, ops, input, output, boundary };
}

/**
 * A quantised .tflite model as a Graph, simplified: explicit pads, separate activations and the like become a part of the
 * layers beside them. The whole file is checked before anything is believed.
 *
 * @param bytes the file
 * @param file its name, for error messages
 * @throws DataError naming the file, and the operator or tensor that is not supported or not consistent
 */
export function importTflite(bytes: Uint8Array, file?: string): Graph {
  return simplify(graphOf(parseTflite(bytes, file)));
}
