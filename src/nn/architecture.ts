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
  /** Tells it from the other layers. */
  readonly kind: 'input';
  /** Of one sample. */
  readonly shape: Shape;
}

/** A convolution; weights [kernel height, kernel width, in, filters], and filters biases where `useBias`. */
export interface Conv2dLayer extends LayerBase {
  /** Tells it from the other layers. */
  readonly kind: 'conv2d';
  /** Output channels. */
  readonly filters: number;
  /** Of the window. */
  readonly kernel: readonly [height: number, width: number];
  /** Rows and columns from one window to the next. */
  readonly strides: readonly [vertical: number, horizontal: number];
  /** 'same' or 'valid'. */
  readonly padding: Padding;
  /** Whether it adds a number to each channel; not needed before a batch norm. */
  readonly useBias: boolean;
}

/** A convolution of each channel by itself; weights [kernel height, kernel width, in, depthMultiplier]. */
export interface DepthwiseConv2dLayer extends LayerBase {
  /** Tells it from the other layers. */
  readonly kind: 'depthwiseConv2d';
  /** Outputs per input channel; 1 in all of the zoo. */
  readonly depthMultiplier: number;
  /** Of the window. */
  readonly kernel: readonly [height: number, width: number];
  /** Rows and columns from one window to the next. */
  readonly strides: readonly [vertical: number, horizontal: number];
  /** 'same' or 'valid'. */
  readonly padding: Padding;
  /** Whether it adds a number to each channel; not needed before a batch norm. */
  readonly useBias: boolean;
}

/** A fully connected layer on [1, 1, features]; weights [features, units]. Another shape wants flatten or globalAveragePool before it. */
export interface DenseLayer extends LayerBase {
  /** Tells it from the other layers. */
  readonly kind: 'dense';
  /** Outputs. */
  readonly units: number;
  /** Whether it adds a number to each output. */
  readonly useBias: boolean;
}

/** γ · (x − mean) / √(variance + epsilon) + β for each channel (Ioffe and Szegedy 2015); 4 weights a channel, folded away when deployed. */
export interface BatchNormLayer extends LayerBase {
  /** Tells it from the other layers. */
  readonly kind: 'batchNorm';
  /** Added to the variance; `ArchitectureBuilder` takes 0.001. */
  readonly epsilon: number;
}

/** A function of each value; softmax of each position's channels. */
export interface ActivationLayer extends LayerBase {
  /** Tells it from the other layers. */
  readonly kind: 'activation';
  /** Which function. */
  readonly activation: Activation;
}

/** Greatest or mean value of each window; an average counts the samples inside the picture only. */
export interface PoolLayer extends LayerBase {
  /** Greatest or mean value. */
  readonly kind: 'maxPool' | 'averagePool';
  /** Of the window. */
  readonly size: readonly [height: number, width: number];
  /** Rows and columns from one window to the next. */
  readonly strides: readonly [vertical: number, horizontal: number];
  /** 'same' or 'valid'. */
  readonly padding: Padding;
}

/** Surrounds the picture with rows and columns of 0. */
export interface ZeroPadLayer extends LayerBase {
  /** Tells it from the other layers. */
  readonly kind: 'zeroPad';
  /** Rows and columns added on each side. */
  readonly padding: readonly [top: number, bottom: number, left: number, right: number];
}

/** The same values, row-major (h, w, c), under another shape of as many. */
export interface ReshapeLayer extends LayerBase {
  /** Tells it from the other layers. */
  readonly kind: 'reshape';
  /** Of the output; as many values as the input. */
  readonly shape: Shape;
}

/** Zeroes a share of the values in training and scales up the rest; nothing otherwise, and nothing on a board. */
export interface DropoutLayer extends LayerBase {
  /** Tells it from the other layers. */
  readonly kind: 'dropout';
  /** Share that is zeroed, in [0, 1). */
  readonly rate: number;
}

/** globalAveragePool keeps [1, 1, c]; add and multiply broadcast [1, 1, c] over [h, w, c]; flatten is row-major (h, w, c); concat is over channels. */
export interface PlainLayer extends LayerBase {
  /** Tells it from the other layers, and which one it is. */
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
  /** As pictures and messages call it; the C project takes it, too. */
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
  /** Its layers. */
  readonly architecture: Architecture;
  /** Of every layer that has any. */
  readonly weights: Weights;
}
