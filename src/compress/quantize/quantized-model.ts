import type { Padding } from '../../nn';

/** 'int8': LiteRT's specification (symmetric per-channel weights). 'uint8': Jacob et al. 2017 (affine per-tensor weights). */
export type Scheme = 'int8' | 'uint8';

/** real = scale · (q − zeroPoint). Scales are float32 values. */
export interface Affine {
  readonly scale: number;
  readonly zeroPoint: number;
}

/** An activation tensor; shapes without the batch axis. */
export interface QuantizedTensor extends Affine {
  readonly name: string;
  readonly shape: readonly [height: number, width: number, channels: number];
}

/** Kernel and bias of a layer as integers, in TensorFlow Lite's layouts. */
export interface QuantizedWeights {
  /** conv2d [out, kh, kw, in]; depthwise [kh, kw, channels]; dense [out, in]. */
  readonly data: Int8Array | Uint8Array;
  /** One a channel for int8, one in all for uint8. */
  readonly scales: Float32Array;
  /** 0 for int8. */
  readonly zeroPoint: number;
  /** At scale inputScale · weightScale, zero point 0; one an output channel. */
  readonly bias: Int32Array;
  /** How many are not zero, at most: in a skeleton, of a layer that single weights are to be removed from. */
  readonly kept?: number;
}

interface OperationBase {
  /** Name of the layer that it comes from. */
  readonly name: string;
  /** Tensor names. */
  readonly inputs: readonly string[];
  readonly output: string;
}

/** Fused activations clamp the output in the quantised domain. */
export type FusedActivation = 'none' | 'relu' | 'relu6';

/** A convolution over [height, width, channels], accumulated in int32, requantised, and clamped by the fused activation. */
export interface ConvolutionOperation extends OperationBase {
  readonly kind: 'conv2d' | 'depthwiseConv2d';
  readonly kernel: readonly [height: number, width: number];
  readonly strides: readonly [vertical: number, horizontal: number];
  /** Explicit: a preceding zeroPad is fused here. */
  readonly padding: readonly [top: number, bottom: number, left: number, right: number];
  readonly weights: QuantizedWeights;
  readonly activation: FusedActivation;
}

/** A fully connected layer: output = weights · input + bias, the input read as one row (h, w, c). */
export interface DenseOperation extends OperationBase {
  readonly kind: 'dense';
  readonly weights: QuantizedWeights;
  readonly activation: FusedActivation;
}

/** Greatest or mean value of each window; an average counts the samples inside the picture only. */
export interface PoolOperation extends OperationBase {
  readonly kind: 'maxPool' | 'averagePool';
  readonly size: readonly [height: number, width: number];
  readonly strides: readonly [vertical: number, horizontal: number];
  readonly padding: Padding;
}

/** Sum or product of two tensors, sample by sample, with a fused clamp. */
export interface ElementwiseOperation extends OperationBase {
  /** Two inputs; [1, 1, c] broadcasts over [h, w, c]. */
  readonly kind: 'add' | 'multiply';
  readonly activation: FusedActivation;
}

/** A function of one value at a time, or softmax over the channels of each position; 'requantize' changes the scale alone. */
export interface UnaryOperation extends OperationBase {
  readonly kind: 'relu' | 'relu6' | 'hardSwish' | 'hardSigmoid' | 'sigmoid' | 'tanh' | 'softmax' | 'requantize';
}

/** What rearranges or averages whole tensors and has no weights. */
export interface ShapeOperation extends OperationBase {
  /** reshape covers flatten. globalAveragePool gives [1, 1, c]. concat is over channels. */
  readonly kind: 'reshape' | 'concat' | 'globalAveragePool';
}

/** Surrounds a tensor with its zero point, which stands for 0. */
export interface PadOperation extends OperationBase {
  readonly kind: 'zeroPad';
  readonly padding: readonly [top: number, bottom: number, left: number, right: number];
}

/** One operation of a `QuantizedModel`; `kind` tells which. */
export type QuantizedOperation =
  | ConvolutionOperation
  | DenseOperation
  | PoolOperation
  | ElementwiseOperation
  | UnaryOperation
  | ShapeOperation
  | PadOperation;

/**
 * A quantised network as plain data, batch norm folded, activations fused where they are a clamp.
 *
 * Output scales: maxPool, averagePool, reshape and zeroPad keep their input's; all inputs of a concat have its
 * output's (a requantize stands before it where they would not); softmax, sigmoid and tanh have fixed ones
 * (1/256, 1/256, 1/128); every other operation, globalAveragePool among them, has its own.
 * add and multiply name the larger input first.
 */
export interface QuantizedModel {
  readonly name: string;
  readonly scheme: Scheme;
  /** Every activation tensor, by name. */
  readonly tensors: ReadonlyMap<string, QuantizedTensor>;
  /** In execution order. */
  readonly operations: readonly QuantizedOperation[];
  readonly input: string;
  readonly output: string;
}
