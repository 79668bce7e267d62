/** Numbers of the TensorFlow Lite schema (version 3) that the importer and the exporter share. */

export const IDENTIFIER = 'TFL3';
export const SCHEMA_VERSION = 3;

export const TensorType = { float32: 0, int32: 2, uint8: 3, int64: 4, int8: 9 } as const;

/** Builtin operators, by their number in the schema. */
export const Operator = {
  add: 0,
  averagePool2d: 1,
  concatenation: 2,
  conv2d: 3,
  depthwiseConv2d: 4,
  fullyConnected: 9,
  logistic: 14,
  maxPool2d: 17,
  mul: 18,
  relu: 19,
  relu6: 21,
  reshape: 22,
  softmax: 25,
  tanh: 28,
  pad: 34,
  gather: 36,
  mean: 40,
  cast: 53,
  quantize: 114,
  hardSwish: 117,
} as const;

/** Members of the union BuiltinOptions. */
export const Options = {
  none: 0,
  conv2d: 1,
  depthwiseConv2d: 2,
  pool2d: 5,
  fullyConnected: 8,
  softmax: 9,
  concatenation: 10,
  add: 11,
  reshape: 17,
  mul: 21,
  pad: 22,
  reducer: 27,
} as const;

export const PaddingScheme = { same: 0, valid: 1 } as const;

export const FusedActivation = { none: 0, relu: 1, relu6: 3 } as const;

/** Name of an operator for messages: 'conv2d', or 'operator 77' where it is not one of ours. */
export function operatorName(code: number): string {
  return Object.entries(Operator).find(([, number]) => number === code)?.[0] ?? `operator ${code}`;
}
