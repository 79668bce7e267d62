/**
 * A network as plain data: the one description that training, pruning, quantisation and
 * deployment share. Signals are pictures of height 1, so that every stage knows two
 * dimensions only. No tensor and no TensorFlow.js here: costs follow from this alone.
 */

/** [height, width, channels]; after flatten, dense or global pooling [1, 1, features]. */
export type Shape = readonly [height: number, width: number, channels: number];

/** As in TensorFlow: 'same' gives ⌈size / stride⌉ outputs and pads with zeros, more at the end; 'valid' pads nothing. */
export type Padding = 'same' | 'valid';

/** hardSigmoid = relu6(x + 3) / 6 and hardSwish = x · hardSigmoid(x), as in MobileNetV3 (Howard et al. 2019); softmax is over channels. */
export type Activation = 'relu' | 'relu6' | 'hardSwish' | 'hardSigmoid' | 'sigmoid' | 'tanh' | 'softmax';

interface LayerBase {
  /** Unique within the architecture; the same as in the tf.LayersModel. */
  readonly name: string;
  /** Names of the layers it reads, in order. */
  readonly inputs: readonly string[];
}

/** Where a sample comes in; the first layer of every architecture, and the only one that reads none. */
export interface InputLayer extends LayerBase {
  readonly kind: 'input';
  readonly shape: Shape;
}

/** A convolution; weights [kernel height, kernel width, in, filters], and filters biases where `useBias`. */
export interface Conv2dLayer extends LayerBase {
  readonly kind: 'conv2d';
  readonly filters: number;
  readonly kernel: readonly [height: number, width: number];
  readonly strides: readonly [vertical: number, horizontal: number];
  readonly padding: Padding;
  readonly useBias: boolean;
}

/** A convolution of each channel by itself; weights [kernel height, kernel width, in, depthMultiplier]. */
export interface DepthwiseConv2dLayer extends LayerBase {
  readonly kind: 'depthwiseConv2d';
  /** Outputs per input channel; 1 in all of the zoo. */
  readonly depthMultiplier: number;
  readonly kernel: readonly [height: number, width: number];
  readonly strides: readonly [vertical: number, horizontal: number];
  readonly padding: Padding;
  readonly useBias: boolean;
}

/** A fully connected layer on [1, 1, features]; weights [features, units]. Another shape wants flatten or globalAveragePool before it. */
export interface DenseLayer extends LayerBase {
  readonly kind: 'dense';
  readonly units: number;
  readonly useBias: boolean;
}

/** γ · (x − mean) / √(variance + epsilon) + β for each channel (Ioffe and Szegedy 2015); 4 weights a channel, folded away when deployed. */
export interface BatchNormLayer extends LayerBase {
  readonly kind: 'batchNorm';
  readonly epsilon: number;
}

/** A function of each value; softmax of each position's channels. */
export interface ActivationLayer extends LayerBase {
  readonly kind: 'activation';
  readonly activation: Activation;
}

/** Greatest or mean value of each window; an average counts the samples inside the picture only. */
export interface PoolLayer extends LayerBase {
  readonly kind: 'maxPool' | 'averagePool';
  readonly size: readonly [height: number, width: number];
  readonly strides: readonly [vertical: number, horizontal: number];
  readonly padding: Padding;
}

/** Surrounds the picture with rows and columns of 0. */
export interface ZeroPadLayer extends LayerBase {
  readonly kind: 'zeroPad';
  readonly padding: readonly [top: number, bottom: number, left: number, right: number];
}

/** The same values, row-major (h, w, c), under another shape of as many. */
export interface ReshapeLayer extends LayerBase {
  readonly kind: 'reshape';
  readonly shape: Shape;
}

/** Zeroes a share of the values in training and scales up the rest; nothing otherwise, and nothing on a board. */
export interface DropoutLayer extends LayerBase {
  readonly kind: 'dropout';
  /** Share that is zeroed, in [0, 1). */
  readonly rate: number;
}

/** globalAveragePool keeps [1, 1, c]; add and multiply broadcast [1, 1, c] over [h, w, c]; flatten is row-major (h, w, c); concat is over channels. */
export interface PlainLayer extends LayerBase {
  readonly kind: 'globalAveragePool' | 'add' | 'multiply' | 'concat' | 'flatten';
}

/** One layer of an `Architecture`; `kind` tells which. */
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

/**
 * A network without its weights, as plain data: `ArchitectureBuilder` makes one, `countMacs` and `countParameters` read it,
 * `initialNetwork` gives it weights, `toLayersModel` makes a tf.LayersModel of it.
 */
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
