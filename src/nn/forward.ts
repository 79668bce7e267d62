/**
 * The forward pass, from an Architecture and tensors: what training, evaluation, calibration and pruning share.
 * tf.LayersModel stays the user's view of a network, but is not what is run: here every layer is one or two
 * kernels, each output can be looked at or changed on the way, and batch statistics are in the caller's hands.
 */
import * as tf from '@tensorflow/tfjs';
import { samePadding } from '../base';
import type { Activation, Architecture, Layer, Padding } from './architecture';
import { hardSigmoid, hardSwish, relu, relu6 } from './activations';
import { batchNormTraining } from './batch-norm';
import { dropout } from './dropout';
import { allWeightShapes, type WeightRole } from './layouts';

/** Weights as tensors (variables, or what a hook made of them), in the layouts of `Weights`. */
export type Tensors = ReadonlyMap<string, Readonly<Partial<Record<WeightRole, tf.Tensor>>>>;

/**
 * Places where a method may reach into the forward pass: fake quantisation, masks. Must be differentiable where
 * gradients are wanted. On TensorFlow a training step is recorded once and then runs as a graph: what a hook makes of
 * its own numbers is fixed from then on, what it makes of trained variables is not. A hook that looks at values or uses
 * other variables is called at every step instead.
 */
export interface ForwardHooks {
  /** Called before each pass: for what its layers share. */
  begin?(): void;
  /** Replaces a weight before it is used. */
  weight?(layer: Layer, role: WeightRole, value: tf.Tensor): tf.Tensor;
  /** Replaces a layer's output (that of the input layer too). */
  output?(layer: Layer, value: tf.Tensor4D): tf.Tensor4D;
}

/** How `forward` runs: as in training or as deployed, with which hooks, and which layers' outputs it gives. */
export interface ForwardOptions {
  /** Batch statistics and dropout instead of moving statistics and none. Default false. */
  training?: boolean;
  /** Seed of dropout's masks: int32, two numbers. */
  dropoutSeed?: tf.Tensor1D;
  /** Functions that replace weights or outputs on the way. */
  hooks?: ForwardHooks;
  /** Gets the batch statistics of each batchNorm when training; the tensors are kept and the callee's to dispose of. */
  onBatchStatistics?(layer: string, mean: tf.Tensor1D, variance: tf.Tensor1D): void;
  /** Names of layers whose outputs are wanted; default: the last alone. Layers that none of them needs still run. */
  outputs?: readonly string[];
}

function activate(x: tf.Tensor4D, activation: Activation): tf.Tensor4D {
  switch (activation) {
    case 'relu':
      return relu(x);
    case 'relu6':
      return relu6(x);
    case 'hardSwish':
      return hardSwish(x);
    case 'hardSigmoid':
      return hardSigmoid(x);
    case 'sigmoid':
      return tf.sigmoid(x);
    case 'tanh':
      return tf.tanh(x);
    case 'softmax':
      return tf.softmax(x);
  }
}

/** tf.conv2d and its like want the strides as a mutable pair. */
const mutable = (pair: readonly [number, number]): [number, number] => [pair[0], pair[1]];

/** Multiply-accumulates of a batch below which a 1×1 convolution is quicker as a matrix product (measured: 4 M to 30 M). */
const smallProduct = 8e6;

/** Convolution; small 1×1 ones as matrix products, which start some 40 µs sooner in each direction. */
function convolution(x: tf.Tensor4D, kernel: tf.Tensor4D, strides: readonly [number, number], padding: Padding): tf.Tensor4D {
  const [rows, columns, inChannels, filters] = kernel.shape;
  const isPointwise = rows === 1 && columns === 1 && strides[0] === 1 && strides[1] === 1;
  if (!isPointwise || x.size * filters > smallProduct) return tf.conv2d(x, kernel, mutable(strides), padding);
  const product = tf.matMul(
    tf.reshape(x, [-1, inChannels]) as tf.Tensor2D,
    tf.reshape(kernel, [inChannels, filters]) as tf.Tensor2D,
  );
  return tf.reshape(product, [x.shape[0], x.shape[1], x.shape[2], filters]);
}

/**
 * Depthwise convolution with strides that differ: TensorFlow's kernel knows equal ones alone. On a signal the
 * vertical stride means nothing and takes the horizontal one's value; elsewhere stride 1 is thinned out.
 */
export function depthwise(x: tf.Tensor4D, kernel: tf.Tensor4D, strides: readonly [number, number], padding: Padding): tf.Tensor4D {
  const [vertical, horizontal] = strides;
  if (vertical === horizontal) return tf.depthwiseConv2d(x, kernel, horizontal, padding);
  if (x.shape[1] === 1 && kernel.shape[0] === 1) return tf.depthwiseConv2d(x, kernel, horizontal, padding);
  const [rows, columns] = kernel.shape;
  const along = (size: number, window: number, stride: number): [number, number] =>
    padding === 'same' ? samePadding(size, window, stride) : [0, 0];
  const padded = tf.pad4d(x, [[0, 0], along(x.shape[1], rows, vertical), along(x.shape[2], columns, horizontal), [0, 0]]);
  const dense = tf.depthwiseConv2d(padded, kernel, 1, 'valid');
  // A pool of one value each: tf.stridedSlice has no gradient.
  return tf.avgPool(dense, 1, mutable(strides), 'valid');
}

function runLayer(
  layer: Layer,
  inputs: readonly tf.Tensor4D[],
  weight: (role: WeightRole) => tf.Tensor | undefined,
  options: ForwardOptions,
): tf.Tensor4D {
  const [x] = inputs;
  const batch = x.shape[0];
  const withBias = (y: tf.Tensor): tf.Tensor4D => {
    const bias = weight('bias');
    return (bias ? tf.add(y, bias) : y) as tf.Tensor4D;
  };
  switch (layer.kind) {
    case 'input':
      return x;
    case 'conv2d':
      return withBias(convolution(x, weight('kernel') as tf.Tensor4D, layer.strides, layer.padding));
    case 'depthwiseConv2d':
      return withBias(depthwise(x, weight('kernel') as tf.Tensor4D, layer.strides, layer.padding));
    case 'dense': {
      const flat: tf.Tensor = tf.matMul(tf.reshape(x, [batch, x.shape[3]]), weight('kernel') as tf.Tensor2D);
      return withBias(tf.reshape(flat, [batch, 1, 1, layer.units]));
    }
    case 'batchNorm': {
      const channels = x.shape[3];
      const gamma = (weight('gamma') ?? tf.ones([channels])) as tf.Tensor1D;
      const beta = (weight('beta') ?? tf.zeros([channels])) as tf.Tensor1D;
      if (!options.training) {
        return tf.batchNorm4d(x, weight('mean') as tf.Tensor1D, weight('variance') as tf.Tensor1D, beta, gamma, layer.epsilon);
      }
      const { y, mean, variance } = batchNormTraining(x, gamma, beta, layer.epsilon);
      if (options.onBatchStatistics) options.onBatchStatistics(layer.name, mean, variance);
      else tf.dispose([mean, variance]);
      return y;
    }
    case 'activation':
      return activate(x, layer.activation);
    case 'maxPool':
      return tf.maxPool(x, mutable(layer.size), mutable(layer.strides), layer.padding);
    case 'averagePool':
      return tf.avgPool(x, mutable(layer.size), mutable(layer.strides), layer.padding);
    case 'globalAveragePool':
      return tf.mean(x, [1, 2], true);
    case 'zeroPad': {
      const [top, bottom, left, right] = layer.padding;
      return tf.pad4d(x, [[0, 0], [top, bottom], [left, right], [0, 0]]);
    }
    case 'flatten':
      return tf.reshape(x, [batch, 1, 1, x.size / batch]);
    case 'reshape':
      return tf.reshape(x, [batch, ...layer.shape]);
    case 'dropout':
      return options.training && layer.rate > 0 ? dropout(x, layer.rate, options.dropoutSeed ?? tf.tensor1d([0, 0], 'int32'), layer.name) : x;
    case 'add':
      return inputs.reduce((a, b) => tf.add(a, b));
    case 'multiply':
      return inputs.reduce((a, b) => tf.mul(a, b));
    case 'concat':
      return tf.concat([...inputs], 3);
  }
}

/**
 * One layer's output from those of the layers that it reads (of the input layer: the batch itself). Call it inside tf.tidy.
 * @param shapes of weights: allWeightShapes of the architecture.
 */
export function forwardLayer(
  layer: Layer,
  inputs: readonly tf.Tensor4D[],
  weights: Tensors,
  shapes: ReturnType<typeof allWeightShapes>,
  options: ForwardOptions = {},
): tf.Tensor4D {
  const { hooks } = options;
  const weight = (role: WeightRole): tf.Tensor | undefined => {
    const given = weights.get(layer.name)?.[role];
    const shape = shapes.get(layer.name)?.[role];
    if (given === undefined || shape === undefined) return undefined;
    const value = given.rank === shape.length ? given : tf.reshape(given, shape);
    return hooks?.weight ? hooks.weight(layer, role, value) : value;
  };
  const value = runLayer(layer, inputs, weight, options);
  return hooks?.output ? hooks.output(layer, value) : value;
}

/**
 * Runs `x` (batch × height × width × channels) through the network. Call it inside tf.tidy.
 * @returns the outputs asked for, by layer name, each batch × height × width × channels.
 */
export function forward(
  architecture: Architecture,
  weights: Tensors,
  x: tf.Tensor4D,
  options: ForwardOptions = {},
): Map<string, tf.Tensor4D> {
  const shapes = allWeightShapes(architecture);
  const last = architecture.layers[architecture.layers.length - 1].name;
  const wanted = new Set(options.outputs ?? [last]);
  const values = new Map<string, tf.Tensor4D>();
  options.hooks?.begin?.();
  for (const layer of architecture.layers) {
    const inputs = layer.kind === 'input' ? [x] : layer.inputs.map((name) => values.get(name) as tf.Tensor4D);
    values.set(layer.name, forwardLayer(layer, inputs, weights, shapes, options));
  }
  return new Map([...wanted].map((name) => [name, values.get(name) as tf.Tensor4D]));
}

/** The layer that gives the logits: the one before a final softmax, else the last. */
export function logitsLayer(architecture: Architecture): string {
  const last = architecture.layers[architecture.layers.length - 1];
  return last.kind === 'activation' && last.activation === 'softmax' ? last.inputs[0] : last.name;
}

/** A network's weights as tensors, for forward without a tf.LayersModel. The caller disposes of them. */
export function tensorsOf(network: { architecture: Architecture; weights: ReadonlyMap<string, Readonly<Record<string, Float32Array>>> }): Tensors {
  const result = new Map<string, Partial<Record<WeightRole, tf.Tensor>>>();
  for (const [name, shapes] of allWeightShapes(network.architecture)) {
    const own: Partial<Record<WeightRole, tf.Tensor>> = {};
    for (const [role, shape] of Object.entries(shapes) as [WeightRole, number[]][]) {
      own[role] = tf.tensor(network.weights.get(name)?.[role] as Float32Array, shape, 'float32');
    }
    result.set(name, own);
  }
  return result;
}

/** Disposes of what tensorsOf made. */
export function disposeTensors(tensors: Tensors): void {
  for (const own of tensors.values()) tf.dispose(Object.values(own));
}
