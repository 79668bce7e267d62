/** Puts together the tables of a .tflite file: tensors with their constants, operators, one subgraph. */
import { Builder, type Offset } from 'flatbuffers';
import { IDENTIFIER, SCHEMA_VERSION } from './schema';

export interface Quantization {
  readonly scales: readonly number[];
  readonly zeroPoints: readonly number[];
  /** Of scales that are one a channel. */
  readonly axis?: number;
}

interface WrittenTensor {
  readonly name: string;
  readonly type: number;
  readonly shape: readonly number[];
  readonly quantization?: Quantization;
  readonly data?: Int8Array | Int32Array;
}

/** A field of an operator's options, by its place in the schema. */
export type OptionField = readonly [slot: number, type: 'int8' | 'int32' | 'float32', value: number];

interface WrittenOperator {
  readonly code: number;
  readonly version: number;
  readonly inputs: readonly number[];
  readonly output: number;
  readonly optionsType: number;
  readonly options: readonly OptionField[];
}

export class TfliteWriter {
  private readonly tensors: WrittenTensor[] = [];
  private readonly operators: WrittenOperator[] = [];

  /** @returns the tensor's index */
  tensor(tensor: WrittenTensor): number {
    return this.tensors.push(tensor) - 1;
  }

  operator(operator: WrittenOperator): void {
    this.operators.push(operator);
  }

  finish(name: string, input: number, output: number): Uint8Array {
    const builder = new Builder(1024);
    const int32s = (values: readonly number[]): Offset => {
      builder.startVector(4, values.length, 4);
      for (let i = values.length - 1; i >= 0; i--) builder.addInt32(values[i]);
      return builder.endVector();
    };
    const offsets = (values: readonly Offset[]): Offset => {
      builder.startVector(4, values.length, 4);
      for (let i = values.length - 1; i >= 0; i--) builder.addOffset(values[i]);
      return builder.endVector();
    };
    const table = (fields: number, write: () => void): Offset => {
      builder.startObject(fields);
      write();
      return builder.endObject();
    };
    // Buffer 0 is by custom empty, and that of every activation.
    const constants = this.tensors.filter(({ data }) => data !== undefined);
    const buffers = [undefined, ...constants.map(({ data }) => data)].map((data) => {
      if (!data) return table(1, () => undefined);
      const bytes = littleEndian(data);
      // 16: the alignment that the schema asks of constants.
      builder.startVector(1, bytes.length, 16);
      for (let i = bytes.length - 1; i >= 0; i--) builder.addInt8((bytes[i] << 24) >> 24);
      const vector = builder.endVector();
      return table(1, () => builder.addFieldOffset(0, vector, 0));
    });

    const quantizationOf = ({ scales, zeroPoints, axis = 0 }: Quantization): Offset => {
      builder.startVector(4, scales.length, 4);
      for (let i = scales.length - 1; i >= 0; i--) builder.addFloat32(scales[i]);
      const scale = builder.endVector();
      builder.startVector(8, zeroPoints.length, 8);
      for (let i = zeroPoints.length - 1; i >= 0; i--) builder.addInt64(BigInt(zeroPoints[i]));
      const zero = builder.endVector();
      return table(7, () => {
        builder.addFieldOffset(2, scale, 0);
        builder.addFieldOffset(3, zero, 0);
        builder.addFieldInt32(6, axis, 0);
      });
    };
    const tensors = this.tensors.map((tensor) => {
      const text = builder.createString(tensor.name);
      const shape = int32s(tensor.shape);
      const quantization = tensor.quantization && quantizationOf(tensor.quantization);
      return table(8, () => {
        builder.addFieldOffset(0, shape, 0);
        builder.addFieldInt8(1, tensor.type, 0);
        builder.addFieldInt32(2, constants.indexOf(tensor) + 1, 0);
        builder.addFieldOffset(3, text, 0);
        if (quantization) builder.addFieldOffset(4, quantization, 0);
      });
    });

    const kinds = [...new Map(this.operators.map(({ code, version }) => [code, version])).entries()];
    const codes = kinds.map(([code, version]) =>
      table(4, () => {
        // Readers before 2021 know only this 8-bit field.
        builder.addFieldInt8(0, Math.min(code, 127), 0);
        builder.addFieldInt32(2, version, 1);
        builder.addFieldInt32(3, code, 0);
      }),
    );
    const operators = this.operators.map((operator) => {
      const [inputs, outputs] = [int32s(operator.inputs), int32s([operator.output])];
      const options = table(8, () => {
        for (const [slot, type, value] of operator.options) {
          if (type === 'int8') builder.addFieldInt8(slot, value, 0);
          else if (type === 'int32') builder.addFieldInt32(slot, value, 0);
          else builder.addFieldFloat32(slot, value, 0);
        }
      });
      return table(5, () => {
        builder.addFieldInt32(0, kinds.findIndex(([code]) => code === operator.code), 0);
        builder.addFieldOffset(1, inputs, 0);
        builder.addFieldOffset(2, outputs, 0);
        if (operator.optionsType === 0) return;
        builder.addFieldInt8(3, operator.optionsType, 0);
        builder.addFieldOffset(4, options, 0);
      });
    });

    const title = builder.createString(name);
    const parts = [offsets(tensors), int32s([input]), int32s([output]), offsets(operators), title];
    const subgraph = table(5, () => parts.forEach((part, slot) => builder.addFieldOffset(slot, part, 0)));
    const [codeList, subgraphs, bufferList] = [offsets(codes), offsets([subgraph]), offsets(buffers)];
    const root = table(5, () => {
      builder.addFieldInt32(0, SCHEMA_VERSION, 0);
      builder.addFieldOffset(1, codeList, 0);
      builder.addFieldOffset(2, subgraphs, 0);
      builder.addFieldOffset(4, bufferList, 0);
    });
    builder.finish(root, IDENTIFIER);
    return builder.asUint8Array().slice();
  }
}

function littleEndian(values: Int8Array | Int32Array): Uint8Array {
  if (values instanceof Int8Array) return new Uint8Array(values.buffer, values.byteOffset, values.length);
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => view.setInt32(4 * i, value, true));
  return new Uint8Array(view.buffer);
}
