/**
 * The intermediate representation: what `lower` and the .tflite importer give, and what the
 * interpreter, the planner and the emitter take. Integers only; every scale has become a
 * multiplier and a shift. Models of type uint8 are held as int8: values and zero points moved
 * down by 128, which changes no sum, and moved back at the boundary (`Graph.boundary`).
 */

export type Shape = readonly [height: number, width: number, channels: number];

/** An activation, int8 inside the graph: real = scale · (q − zeroPoint). */
export interface Tensor {
  /** Of what writes it, for messages and generated code. */
  readonly name: string;
  /** Of one sample. */
  readonly shape: Shape;
  /** Real value of one step of q. */
  readonly scale: number;
  /** The q that stands for 0, −128 … 127. */
  readonly zeroPoint: number;
}

/** Index into Graph.tensors. */
export type TensorId = number;

/** Rows and columns of zero points around a picture. */
export type Pads = readonly [top: number, bottom: number, left: number, right: number];

/** Fixed-point factors of TensorFlow Lite: x ↦ x · multiplier · 2^(shift − 31), one an output channel. */
export interface Requantization {
  /** Q31: 2³⁰ … 2³¹ − 1, or 0. */
  readonly multipliers: Int32Array;
  /** Powers of two; positive to the left. */
  readonly shifts: Int32Array;
}

interface OpBase {
  /** Of the layer that it comes from; the parts of a layer that is done patch by patch share it. */
  readonly name: string;
  /** What it reads, in order. */
  readonly inputs: readonly TensorId[];
  /** What it writes. */
  readonly output: TensorId;
  /** Which patch of its layer this is: row and column of the grid. */
  readonly patch?: readonly [row: number, column: number];
}

/** Output clamp, in the int8 domain. */
interface Clamped {
  /** Least output, −128 … 127. */
  readonly min: number;
  /** Greatest output, −128 … 127. */
  readonly max: number;
}

interface Windowed {
  /** Of the window. */
  readonly kernel: readonly [height: number, width: number];
  /** Rows and columns from one window to the next. */
  readonly strides: readonly [vertical: number, horizontal: number];
  /** Rows and columns of zero points about the input. */
  readonly padding: Pads;
}

interface Weighted extends Requantization, Clamped {
  /** In the layout that its operation says. */
  readonly weights: Int8Array;
  /** Subtracted from every weight; 0 for LiteRT's int8. */
  readonly weightZeroPoint: number;
  /** One an output channel. */
  readonly bias: Int32Array;
  /** How many are not zero, at most: known of a skeleton, whose weights are blank. */
  readonly kept?: number;
  /** One an output channel or one in all. Only the exporter needs them: everything else takes the multipliers. */
  readonly weightScales?: Float32Array;
}

/** How a board holds the weights; absent: as they are here. 'sparse': zeros left out (kernels/sparse.ts), which changes no result. */
interface Encoded {
  /** 'sparse', or absent. */
  readonly encoding?: 'sparse';
}

/** Weights [out, kernel height, kernel width, in]. */
export interface Conv2d extends OpBase, Windowed, Weighted, Encoded {
  /** Tells it from the other operations. */
  readonly kind: 'conv2d';
}

/** Weights [kernel height, kernel width, out]; output channel c reads input channel ⌊c / depthMultiplier⌋. */
export interface DepthwiseConv2d extends OpBase, Windowed, Weighted {
  /** Tells it from the other operations. */
  readonly kind: 'depthwiseConv2d';
  /** Output channels per input channel. */
  readonly depthMultiplier: number;
}

/** Weights [out, in]; the input is read as one row. */
export interface FullyConnected extends OpBase, Weighted, Encoded {
  /** Tells it from the other operations. */
  readonly kind: 'fullyConnected';
}

/** Input and output share scale and zero point; the average is over the samples inside the picture, rounded half away from zero. */
export interface Pool2d extends OpBase, Windowed, Clamped {
  /** Mean or greatest value of each window. */
  readonly kind: 'averagePool' | 'maxPool';
}

/** Mean over height and width, requantised: Σ(q − zeroPoint) · multiplier + output zero point. */
export interface Mean extends OpBase, Requantization {
  /** Tells it from the other operations. */
  readonly kind: 'mean';
}

/** Both inputs are brought to a common scale with `leftShift` spare bits (TensorFlow Lite's ADD). [1, 1, c] broadcasts. */
export interface Add extends OpBase, Clamped {
  /** Tells it from the other operations. */
  readonly kind: 'add';
  /** Bits by which both inputs are moved up before they are scaled. */
  readonly leftShift: number;
  /** Of the first input, the second, and the output. */
  readonly multipliers: Int32Array;
  /** As `multipliers`. */
  readonly shifts: Int32Array;
}

/** (q₁ − z₁)(q₂ − z₂) requantised. [1, 1, c] broadcasts. */
export interface Mul extends OpBase, Clamped, Requantization {
  /** Tells it from the other operations. */
  readonly kind: 'mul';
}

/** Every function of one int8: table[q + 128]. */
export interface Lookup extends OpBase {
  /** Tells it from the other operations. */
  readonly kind: 'lookup';
  /** 256 outputs, for q = −128 … 127. */
  readonly table: Int8Array;
  /** What the table is of, where it is of something known; for the exporter and for people. */
  readonly function?: LookupFunction;
}

/** Functions that a `Lookup` is known to be a table of. */
export type LookupFunction = 'relu' | 'relu6' | 'hardSigmoid' | 'hardSwish' | 'sigmoid' | 'tanh' | 'requantize';

/** Over the channels of each position, in fixed point as TensorFlow Lite's reference kernel. Output scale 1/256, zero point −128. */
export interface Softmax extends OpBase {
  /** Tells it from the other operations. */
  readonly kind: 'softmax';
  /** Q31 factor that brings a difference to the fixed point of the exponential. */
  readonly multiplier: number;
  /** Bits by which a difference is moved up before that. */
  readonly leftShift: number;
  /** Differences to the greatest value below this give 0. */
  readonly diffMin: number;
}

/** Same bytes under another shape. */
export interface Reshape extends OpBase {
  /** Tells it from the other operations. */
  readonly kind: 'reshape';
}

/** Over channels; the inputs already share the output's scale. */
export interface Concat extends OpBase {
  /** Tells it from the other operations. */
  readonly kind: 'concat';
}

/** Surrounds with the zero point. */
export interface Pad extends OpBase {
  /** Tells it from the other operations. */
  readonly kind: 'pad';
  /** Rows and columns added on each side. */
  readonly padding: Pads;
}

/** A part of a picture: rows from `top`, columns from `left`, as many as the output has. */
export interface Crop extends OpBase {
  /** Tells it from the other operations. */
  readonly kind: 'crop';
  /** First row. */
  readonly top: number;
  /** First column. */
  readonly left: number;
}

/**
 * Puts its first input, a part, at (top, left) of a picture. The second input is the picture with the parts before it;
 * there is none for the first part, and what no part covers is undefined until then.
 */
export interface Paste extends OpBase {
  /** Tells it from the other operations. */
  readonly kind: 'paste';
  /** Row of the picture where the part's first one goes. */
  readonly top: number;
  /** Column of the picture where the part's first one goes. */
  readonly left: number;
}

/** One operation of a `Graph`; `kind` tells which. Each computes what TensorFlow Lite's reference kernel does, bit for bit. */
export type Op =
  | Conv2d
  | DepthwiseConv2d
  | FullyConnected
  | Pool2d
  | Mean
  | Add
  | Mul
  | Lookup
  | Softmax
  | Reshape
  | Concat
  | Pad
  | Crop
  | Paste;

/** Operations with weights: convolutions and dense layers. */
export type WeightedOp = Conv2d | DepthwiseConv2d | FullyConnected;

/** Operations that slide a window over a picture. */
export type WindowedOp = Conv2d | DepthwiseConv2d | Pool2d;

/** A network in integers, as a list of operations over named tensors: what is planned, emitted, interpreted and exported. */
export interface Graph {
  /** Of the network that it comes from. */
  readonly name: string;
  /** Every activation; a TensorId is a place in this list. */
  readonly tensors: readonly Tensor[];
  /** In execution order: each reads the input or what an earlier one wrote. */
  readonly ops: readonly Op[];
  /** The tensor that a sample goes into. */
  readonly input: TensorId;
  /** The tensor with the result. */
  readonly output: TensorId;
  /** Type of the values handed in and out. */
  readonly boundary: 'int8' | 'uint8';
}

/** Values of a tensor: height · width · channels; bytes too, as all are int8. */
export function elements(shape: Shape): number {
  return shape[0] * shape[1] * shape[2];
}

/** Bytes rounded up to whole words of 4. */
export function wholeWords(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}

/** Input and output sizes of a graph, B. */
export function boundarySizes(graph: Graph): {
  /** Of a sample. */
  input: number;
  /** Of a result. */
  output: number;
} {
  return { input: elements(graph.tensors[graph.input].shape), output: elements(graph.tensors[graph.output].shape) };
}

/** Multiply-accumulates of one op for one sample. */
export function macsOf(graph: Graph, op: Op): number {
  const output = graph.tensors[op.output].shape;
  const input = graph.tensors[op.inputs[0]].shape;
  switch (op.kind) {
    case 'conv2d':
      return elements(output) * op.kernel[0] * op.kernel[1] * input[2];
    case 'depthwiseConv2d':
      return elements(output) * op.kernel[0] * op.kernel[1];
    case 'fullyConnected':
      return elements(output) * elements(input);
    default:
      return 0;
  }
}
