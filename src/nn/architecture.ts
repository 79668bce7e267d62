/**
 * A network as plain data: the one description that training, pruning, quantisation and
 * deployment share. Signals are pictures of height 1, so that every stage knows two
 * dimensions only. No tensor and no TensorFlow.js here: costs follow from this alone.
 */

/** [height, width, channels]; after flatten, dense or global pooling [1, 1, features]. */
export type Shape = readonly [height: number, width: number, channels: number];

export type Padding = 'same' | 'valid';

export type Activation = 'relu' | 'relu6' | 'hardSwish' | 'hardSigmoid' | 'sigmoid' | 'tanh' | 'softmax';

interface LayerBase {
  /** Unique within the architecture; the same as in the tf.LayersModel. */
  readonly name: string;
  /** Names of the layers it reads, in order. */
  readonly inputs: readonly string[];
}

export interface InputLayer extends LayerBase {
  readonly kind: 'input';
  readonly shape: Shape;
}

export interface Conv2dLayer extends LayerBase {
  readonly kind: 'conv2d';
  readonly filters: number;
  readonly kernel: readonly [height: number, width: number];
  readonly strides: readonly [vertical: number, horizontal: number];
  readonly padding: Padding;
  readonly useBias: boolean;
}

export interface DepthwiseConv2dLayer extends LayerBase {
  readonly kind: 'depthwiseConv2d';
  /** Outputs per input channel; 1 in all of the zoo. */
  readonly depthMultiplier: number;
  readonly kernel: readonly [height: number, width: number];
  readonly strides: readonly [vertical: number, horizontal: number];
  readonly padding: Padding;
  readonly useBias: boolean;
}

export interface DenseLayer extends LayerBase {
  readonly kind: 'dense';
  readonly units: number;
  readonly useBias: boolean;
}

export interface BatchNormLayer extends LayerBase {
  readonly kind: 'batchNorm';
  readonly epsilon: number;
}

export interface ActivationLayer extends LayerBase {
  readonly kind: 'activation';
  readonly activation: Activation;
}

export interface PoolLayer extends LayerBase {
  readonly kind: 'maxPool' | 'averagePool';
  readonly size: readonly [height: number, width: number];
  readonly strides: readonly [vertical: number, horizontal: number];
  readonly padding: Padding;
}

export interface ZeroPadLayer extends LayerBase {
  readonly kind: 'zeroPad';
  readonly padding: readonly [top: number, bottom: number, left: number, right: number];
}

export interface ReshapeLayer extends LayerBase {
  readonly kind: 'reshape';
  readonly shape: Shape;
}

export interface DropoutLayer extends LayerBase {
  readonly kind: 'dropout';
  readonly rate: number;
}

/** globalAveragePool keeps [1, 1, c]; add and multiply broadcast [1, 1, c] over [h, w, c]; flatten is row-major (h, w, c); concat is over channels. */
export interface PlainLayer extends LayerBase {
  readonly kind: 'globalAveragePool' | 'add' | 'multiply' | 'concat' | 'flatten';
}

export type Layer =
  | InputLayer
  | Conv2dLayer
  | DepthwiseConv2dLayer
  | DenseLayer
  | BatchNormLayer
  | ActivationLayer
  | PoolLayer
  | ZeroPadLayer
  | ReshapeLayer
  | DropoutLayer
  | PlainLayer;

export interface Architecture {
  readonly name: string;
  /** In topological order: the first is the input, the last the output (softmax included). */
  readonly layers: readonly Layer[];
}

/**
 * Float weights by layer name and role, row-major in TensorFlow.js's layouts:
 * conv2d kernel [kh, kw, in, out]; depthwiseConv2d kernel [kh, kw, in, multiplier];
 * dense kernel [in, out]; bias [out]; batchNorm gamma, beta, mean, variance [channels].
 */
export type Weights = ReadonlyMap<string, Readonly<Record<string, Float32Array>>>;

/** A trained network without TensorFlow.js: what compression takes and gives. */
export interface Network {
  readonly architecture: Architecture;
  readonly weights: Weights;
}
