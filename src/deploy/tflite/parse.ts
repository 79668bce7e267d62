import { FlatbufferFile, type Table } from './flatbuffer';
import { IDENTIFIER, operatorName, Options, SCHEMA_VERSION, TensorType } from './schema';

/** A tensor as the file has it; data is a view into the file, empty for activations. */
export interface TfliteTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: number;
  readonly scales: readonly number[];
  readonly zeroPoints: readonly number[];
  /** Axis of the per-channel scales. */
  readonly axis: number;
  readonly data: Uint8Array;
}

export interface TfliteOperator {
  readonly code: number;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options: Table | undefined;
  readonly optionsType: number;
}

/** The first subgraph of a file, every index in it checked. */
export interface TfliteModel {
  readonly file: string;
  readonly name: string;
  readonly tensors: readonly TfliteTensor[];
  readonly operators: readonly TfliteOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  fail(problem: string): never;
}

const MOST = { tensors: 65536, operators: 65536, rank: 6, operands: 64, channels: 65536 };

const BYTES_EACH: Readonly<Record<number, number>> = {
  [TensorType.float32]: 4,
  [TensorType.int32]: 4,
  [TensorType.uint8]: 1,
  [TensorType.int64]: 8,
  [TensorType.int8]: 1,
};

/**
 * Reads a .tflite file into plain data.
 *
 * @param bytes the whole file
 * @param file its name, for error messages
 * @throws DataError naming the file and the byte for anything cut off, out of range or of another format
 */
export function parseTflite(bytes: Uint8Array, file = 'model.tflite'): TfliteModel {
  const flatbuffer = new FlatbufferFile(bytes, file);
  const root = flatbuffer.root(IDENTIFIER);
  const fail = (problem: string, position = root.position): never => flatbuffer.fail(position, problem);
  const version = root.uint32(0);
  if (version !== SCHEMA_VERSION) fail(`schema version ${version}, wanted ${SCHEMA_VERSION}`);

  const codes = root.tables(1, MOST.operators).map((table) => {
    if (table.bytes(1).length > 0) fail(`custom operator ${JSON.stringify(table.string(1))}`, table.position);
    // Files older than 2021 have only the 8-bit field; newer ones put the larger of both in force.
    return Math.max(table.int8(0), table.int32(3));
  });
  const buffers = root.tables(4, MOST.tensors).map((table) => {
    if (table.uint32(1) > 1) fail('buffers outside of the flat buffer (files over 2 GB)', table.position);
    return table.bytes(0);
  });
  const subgraphs = root.tables(2, 1024);
  if (subgraphs.length !== 1) fail(`${subgraphs.length} subgraphs, wanted 1`);
  const [subgraph] = subgraphs;

  const tensors = subgraph.tables(0, MOST.tensors).map((table): TfliteTensor => {
    const name = table.string(3);
    const shape = table.int32s(0, MOST.rank);
    const type = table.uint8(1);
    const buffer = table.uint32(2);
    if (buffer >= buffers.length) fail(`tensor ${JSON.stringify(name)} names buffer ${buffer} of ${buffers.length}`, table.position);
    if (table.table(6)) fail(`tensor ${JSON.stringify(name)} is sparse`, table.position);
    const quantization = table.table(4);
    let elements = 1;
    for (const size of shape) {
      if (size < 0) fail(`tensor ${JSON.stringify(name)} has shape [${shape.join(', ')}]`, table.position);
      elements *= size;
    }
    if (elements > 2 ** 28) fail(`tensor ${JSON.stringify(name)} has ${elements} elements`, table.position);
    const data = buffers[buffer];
    const each = BYTES_EACH[type];
    if (data.length > 0 && each !== undefined && data.length !== elements * each) {
      fail(`tensor ${JSON.stringify(name)} of shape [${shape.join(', ')}] has ${data.length} bytes, wanted ${elements * each}`, table.position);
    }
    return {
      name,
      shape,
      type,
      scales: quantization?.float32s(2, MOST.channels) ?? [],
      zeroPoints: quantization?.int64s(3, MOST.channels) ?? [],
      axis: quantization?.int32(6) ?? 0,
      data,
    };
  });

  const index = (i: number, what: string, absent: boolean): number => {
    if (!(i < tensors.length && (i >= 0 || (absent && i === -1)))) fail(`${what} names tensor ${i} of ${tensors.length}`);
    return i;
  };
  const operators = subgraph.tables(3, MOST.operators).map((table): TfliteOperator => {
    const opcode = table.uint32(0);
    if (opcode >= codes.length) fail(`an operator names code ${opcode} of ${codes.length}`, table.position);
    const what = operatorName(codes[opcode]);
    return {
      code: codes[opcode],
      inputs: table.int32s(1, MOST.operands).map((i) => index(i, what, true)),
      outputs: table.int32s(2, MOST.operands).map((i) => index(i, what, false)),
      optionsType: table.uint8(3),
      options: table.uint8(3) === Options.none ? undefined : table.table(4),
    };
  });
  return {
    file,
    name: subgraph.string(4) || 'model',
    tensors,
    operators,
    inputs: subgraph.int32s(1, MOST.operands).map((i) => index(i, 'the input list', false)),
    outputs: subgraph.int32s(2, MOST.operands).map((i) => index(i, 'the output list', false)),
    fail: (problem) => fail(problem),
  };
}
