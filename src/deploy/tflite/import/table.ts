/** A table as the exporter writes it: CAST to int32, ADD of 128, GATHER from 256 constants. The first two only tell what is looked up. */
import type { Op } from '../../graph';
import { TensorType } from '../schema';
import type { OperatorReader } from './operator-reader';
import type { TableIndex } from './tensors';

function indexOf(operator: OperatorReader, i: number): TableIndex | undefined {
  const index = operator.inputIndex(i);
  return index === undefined ? undefined : operator.tensors.tableIndices.get(index);
}

/** Whether the operator gives int32, as an index into a table is. */
export function givesIntegers(operator: OperatorReader): boolean {
  return operator.stored(operator.outputIndex()).type === TensorType.int32;
}

export function castToIndex(operator: OperatorReader): Op[] {
  if (!givesIntegers(operator)) operator.fail('not to int32');
  const source = operator.input(0);
  if (operator.stored(operator.inputIndex(0) as number).type !== TensorType.int8) operator.fail('of a tensor that is not int8');
  operator.tensors.tableIndices.set(operator.outputIndex(), { source, offset: 0 });
  return [];
}

export function moveIndex(operator: OperatorReader): Op[] {
  const { source, offset } = indexOf(operator, 0) ?? operator.fail('to something else than an activation cast to int32');
  const by = operator.int32s(1);
  if (by.length !== 1) operator.fail(`${by.length} values to add, wanted 1`);
  operator.tensors.tableIndices.set(operator.outputIndex(), { source, offset: offset + by[0] });
  return [];
}

export function gather(operator: OperatorReader): Op[] {
  const index = indexOf(operator, 1);
  const { type, data } = operator.constant(0);
  if (index?.offset !== 128 || type !== TensorType.int8 || data.length !== 256) return operator.fail('not a table of 256 entries');
  const output = operator.output();
  operator.expectShape(output, operator.tensor(index.source).shape);
  const table = Int8Array.from(data, (byte) => (byte << 24) >> 24);
  return [{ kind: 'lookup', name: operator.name, inputs: [index.source], output, table }];
}
