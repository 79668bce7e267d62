import * as tf from '@tensorflow/tfjs';
import type { Activation, Architecture, Layer, Network, Shape } from './architecture';
import { HardSigmoidLayer, HardSwishLayer, registerCustomLayers } from './custom-layers';
import { initialWeights } from './initialise';
import { inferShapes } from './shapes';
import { applyWeights } from './weights';

/** Layers whose tf form works on pictures alone, so that their inputs must keep all three axes. */
const spatial = new Set<Layer['kind']>([
  'conv2d', 'depthwiseConv2d', 'maxPool', 'averagePool', 'zeroPad', 'globalAveragePool',
]);
const rankless = new Set<Layer['kind']>(['activation', 'batchNorm', 'dropout', 'dense', 'add', 'multiply', 'concat']);

/**
 * Which outputs are [batch, height, width, channels] in the tf.LayersModel; the others are [batch, features], as
 * tf's dense layers have it. A [1, 1, c] tensor keeps its axes where something downstream needs them
 * (the gate of a squeeze-and-excite block).
 */
function rank4(architecture: Architecture, shapes: ReadonlyMap<string, Shape>): Set<string> {
  const kept = new Set<string>();
  const isVector = (name: string) => {
    const shape = shapes.get(name) as Shape;
    return shape[0] === 1 && shape[1] === 1;
  };
  for (const layer of architecture.layers) {
    const fromSpatial = spatial.has(layer.kind) && layer.kind !== 'globalAveragePool';
    const inherits = rankless.has(layer.kind) && layer.inputs.some((input) => kept.has(input));
    if (fromSpatial || inherits || !isVector(layer.name)) kept.add(layer.name);
  }
  // Backwards, and again forwards, until nothing changes: a join pulls all of its inputs up.
  for (let before = -1; before !== kept.size; ) {
    before = kept.size;
    for (const layer of [...architecture.layers].reverse()) {
      const pulls = spatial.has(layer.kind) || (rankless.has(layer.kind) && kept.has(layer.name));
      if (pulls) layer.inputs.forEach((input) => kept.add(input));
    }
    for (const layer of architecture.layers) {
      if (rankless.has(layer.kind) && layer.inputs.some((input) => kept.has(input))) kept.add(layer.name);
    }
  }
  return kept;
}

function activationLayer(name: string, activation: Activation): tf.layers.Layer {
  if (activation === 'hardSwish') return new HardSwishLayer({ name });
  if (activation === 'hardSigmoid') return new HardSigmoidLayer({ name });
  return tf.layers.activation({ name, activation });
}

function tfLayer(layer: Layer, input: Shape, output: Shape, is4d: boolean): tf.layers.Layer {
  const { name } = layer;
  switch (layer.kind) {
    case 'conv2d':
      return tf.layers.conv2d({
        name,
        filters: layer.filters,
        kernelSize: [...layer.kernel] as [number, number],
        strides: [...layer.strides] as [number, number],
        padding: layer.padding,
        useBias: layer.useBias,
        kernelInitializer: 'zeros',
      });
    case 'depthwiseConv2d':
      return tf.layers.depthwiseConv2d({
        name,
        depthMultiplier: layer.depthMultiplier,
        kernelSize: [...layer.kernel] as [number, number],
        // TensorFlow's kernel wants equal strides; on a signal the vertical one means nothing.
        strides: input[0] === 1 && layer.kernel[0] === 1 ? layer.strides[1] : ([...layer.strides] as [number, number]),
        padding: layer.padding,
        useBias: layer.useBias,
        depthwiseInitializer: 'zeros',
      });
    case 'dense':
      return tf.layers.dense({ name, units: layer.units, useBias: layer.useBias, kernelInitializer: 'zeros' });
    case 'batchNorm':
      return tf.layers.batchNormalization({ name, epsilon: layer.epsilon });
    case 'activation':
      return activationLayer(name, layer.activation);
    case 'maxPool':
    case 'averagePool': {
      const args = {
        name,
        poolSize: [...layer.size] as [number, number],
        strides: [...layer.strides] as [number, number],
        padding: layer.padding,
      };
      return layer.kind === 'maxPool' ? tf.layers.maxPooling2d(args) : tf.layers.averagePooling2d(args);
    }
    case 'globalAveragePool':
      // tf.layers has no keepDims here: an average pool over the whole picture is the same and keeps [1, 1, c].
      return is4d
        ? tf.layers.averagePooling2d({ name, poolSize: [input[0], input[1]], strides: [input[0], input[1]] })
        : tf.layers.globalAveragePooling2d({ name, dataFormat: 'channelsLast' });
    case 'zeroPad': {
      const [top, bottom, left, right] = layer.padding;
      return tf.layers.zeroPadding2d({ name, padding: [[top, bottom], [left, right]] });
    }
    case 'flatten':
      return is4d ? tf.layers.reshape({ name, targetShape: [...output] }) : tf.layers.flatten({ name });
    case 'reshape':
      return tf.layers.reshape({ name, targetShape: is4d ? [...output] : [output[2]] });
    case 'dropout':
      return tf.layers.dropout({ name, rate: layer.rate });
    case 'add':
      return tf.layers.add({ name });
    case 'multiply':
      return tf.layers.multiply({ name });
    case 'concat':
      return tf.layers.concatenate({ name, axis: -1 });
    case 'input':
      throw new Error('unreachable: the input is made apart');
  }
}

/** The tf.LayersModel with all kernels zero: weights are put in by the callers. */
function skeleton(architecture: Architecture): tf.LayersModel {
  registerCustomLayers();
  const shapes = inferShapes(architecture);
  const kept = rank4(architecture, shapes);
  const [first] = architecture.layers;
  const shape = shapes.get(first.name) as Shape;
  const input = tf.input({ name: first.name, shape: kept.has(first.name) ? [...shape] : [shape[2]] });
  const outputs = new Map<string, tf.SymbolicTensor>([[first.name, input]]);
  for (const layer of architecture.layers.slice(1)) {
    const inputs = layer.inputs.map((name) => outputs.get(name) as tf.SymbolicTensor);
    const made = tfLayer(
      layer,
      shapes.get(layer.inputs[0]) as Shape,
      shapes.get(layer.name) as Shape,
      kept.has(layer.name),
    );
    outputs.set(layer.name, made.apply(inputs.length === 1 ? inputs[0] : inputs) as tf.SymbolicTensor);
  }
  const last = architecture.layers[architecture.layers.length - 1];
  return tf.model({ name: architecture.name, inputs: input, outputs: outputs.get(last.name) as tf.SymbolicTensor });
}

/**
 * An untrained tf.LayersModel with the architecture's own layer names; weights from initialWeights.
 * Pictures and signals enter as [batch, height, width, channels] (height 1 for signals), features as [batch, features].
 */
export function toLayersModel(architecture: Architecture, options: { seed?: number | string } = {}): tf.LayersModel {
  return modelOf({ architecture, weights: initialWeights(architecture, options.seed ?? 0) });
}

/** A tf.LayersModel with a network's weights. */
export function modelOf(network: Network): tf.LayersModel {
  let model: tf.LayersModel | undefined;
  // Initialisers leave tensors behind; the variables themselves outlive the scope.
  tf.tidy(() => {
    model = skeleton(network.architecture);
  });
  applyWeights(model as unknown as tf.LayersModel, network.weights, network.architecture);
  return model as unknown as tf.LayersModel;
}
