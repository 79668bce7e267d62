import type { Padding } from '../../nn';

/** 'int8': LiteRT's specification (symmetric per-channel weights). 'uint8': Jacob et al. 2017 (affine per-tensor weights). */
export type Scheme = 'int8' | 'uint8';

/** real = scale · (q − zeroPoint). Scales are float32 values. */
export interface Affine {
  /** Real value of one step of q. */
  readonly scale: number;
  /** The q that stands for 0. */
  readonly zeroPoint: number;
}

/** An activation tensor; shapes without the batch axis. */
export interface QuantizedTensor extends Affine {
  /** Unique within the model. */
  readonly name: string;
  /** Of one sample. */
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
  /** Name of the tensor that it writes. */
  readonly output: string;
}

/** Fused activations clamp the output in the quantised domain. */
export type FusedActivation = 'none' | 'relu' | 'relu6';

/** A convolution over [height, width, channels], accumulated in int32, requantised, and clamped by the fused activation. */
export interface ConvolutionOperation extends OperationBase {
  /** Over all channels, or of each by itself. */
  readonly kind: 'conv2d' | 'depthwiseConv2d';
  /** Of the window. */
  readonly kernel: readonly [height: number, width: number];
  /** Rows and columns from one window to the next. */
  readonly strides: readonly [vertical: number, horizontal: number];
  /** Explicit: a preceding zeroPad is fused here. */
  readonly padding: readonly [top: number, bottom: number, left: number, right: number];
  /** Kernel and bias. */
  readonly weights: QuantizedWeights;
  /** The clamp of its output. */
  readonly activation: FusedActivation;
}

/** A fully connected layer: output = weights · input + bias, the input read as one row (h, w, c). */
export interface DenseOperation extends OperationBase {
  /** Tells it from the other operations. */
  readonly kind: 'dense';
  /** Kernel and bias. */
  readonly weights: QuantizedWeights;
  /** The clamp of its output. */
  readonly activation: FusedActivation;
}

/** Greatest or mean value of each window; an average counts the samples inside the picture only. */
export interface PoolOperation extends OperationBase {
  /** Greatest or mean value. */
  readonly kind: 'maxPool' | 'averagePool';
  /** Of the window. */
  readonly size: readonly [height: number, width: number];
  /** Rows and columns from one window to the next. */
  readonly strides: readonly [vertical: number, horizontal: number];
  /** 'same' or 'valid'. */
  readonly padding: Padding;
}

/** Sum or product of two tensors, sample by sample, with a fused clamp. */
export interface ElementwiseOperation extends OperationBase {
  /** Two inputs; [1, 1, c] broadcasts over [h, w, c]. */
  readonly kind: 'add' | 'multiply';
  /** The clamp of its output. */
  readonly activation: FusedActivation;
}

/** A function of one value at a time, or softmax over the channels of each position; 'requantize' changes the scale alone. */
export interface UnaryOperation extends OperationBase {
  /** Which function. */
  readonly kind: 'relu' | 'relu6' | 'hardSwish' | 'hardSigmoid' | 'sigmoid' | 'tanh' | 'softmax' | 'requantize';
}

/** What rearranges or averages whole tensors and has no weights. */
export interface ShapeOperation extends OperationBase {
  /** reshape covers flatten. globalAveragePool gives [1, 1, c]. concat is over channels. */
  readonly kind: 'reshape' | 'concat' | 'globalAveragePool';
}

/** Surrounds a tensor with its zero point, which stands for 0. */
export interface PadOperation extends OperationBase {
  /** Tells it from the other operations. */
  readonly kind: 'zeroPad';
  /** Rows and columns added on each side. */
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
  /** Of the architecture that it comes from. */
  readonly name: string;
  /** How weights and activations are held. */
  readonly scheme: Scheme;
  /** Every activation tensor, by name. */
  readonly tensors: ReadonlyMap<string, QuantizedTensor>;
  /** In execution order. */
  readonly operations: readonly QuantizedOperation[];
  /** Name of the tensor that a sample goes into. */
  readonly input: string;
  /** Name of the tensor with the result. */
  readonly output: string;
}
