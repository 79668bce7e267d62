import * as tf from '@tensorflow/tfjs';
import { ArgumentError, check, product } from '../base';
import type { Activation, Architecture, Layer, Padding } from './architecture';
import { inferShapes, sizeOf, toShape } from './shapes';

type Config = Record<string, unknown>;

const known: Readonly<Record<string, Activation | undefined>> = {
  relu: 'relu',
  relu6: 'relu6',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  softmax: 'softmax',
};

function unsupported(layer: tf.layers.Layer, problem: string): never {
  throw new ArgumentError(
    `layer '${layer.name}'`,
    `${layer.getClassName()} ${problem}`.trim(),
    'a layer that can be pruned, quantised and deployed',
  );
}

function require1(layer: tf.layers.Layer, condition: boolean, problem: string): void {
  if (!condition) unsupported(layer, problem);
}

/** A tf option given as one number or several, as [vertical, horizontal]; on signals the vertical one is 1. */
function pair(value: unknown): [number, number] {
  const values = ([] as number[]).concat(value as number | number[]);
  return values.length === 1 ? [1, values[0]] : [values[0], values[1]];
}

function activationOf(layer: tf.layers.Layer, config: Config): Activation | undefined {
  const name = config.activation as string | undefined;
  if (name === undefined || name === null || name === 'linear') return undefined;
  return known[name] ?? unsupported(layer, `with activation '${name}'`);
}

/** Options that a convolution shares; refuses what deployment has no kernel for. */
function windowOptions(layer: tf.layers.Layer, config: Config) {
  const dilation = ([] as number[]).concat((config.dilationRate as number | number[]) ?? 1);
  require1(layer, config.dataFormat !== 'channelsFirst', "with dataFormat 'channelsFirst'");
  require1(layer, dilation.every((d) => d === 1), 'with dilation');
  require1(layer, config.padding === 'same' || config.padding === 'valid', `with padding '${String(config.padding)}'`);
  return {
    kernel: pair(config.kernelSize),
    strides: pair(config.strides),
    padding: config.padding as Padding,
    useBias: config.useBias !== false,
  };
}

type Body = Layer extends infer L ? (L extends Layer ? Omit<L, 'name' | 'inputs'> : never) : never;

/** What one tf layer becomes: one or more of our layers in a row, the last of them under the tf layer's own name. */
function translate(layer: tf.layers.Layer): { suffix?: string; body: Body }[] {
  const config = layer.getConfig() as Config;
  const act = (): { suffix: string; body: Body }[] => {
    const activation = activationOf(layer, config);
    return activation ? [{ suffix: `_${activation}`, body: { kind: 'activation', activation } }] : [];
  };
  const inputShape = ([] as unknown[]).concat(layer.inboundNodes[0]?.inputShapes ?? [])[0] as unknown;
  const input = (Array.isArray(inputShape) ? inputShape : []) as (number | null)[];
  switch (layer.getClassName()) {
    case 'Conv1D':
    case 'Conv2D':
      require1(layer, (config.groups ?? 1) === 1, 'with groups');
      return [{ body: { kind: 'conv2d', filters: config.filters as number, ...windowOptions(layer, config) } }, ...act()];
    case 'DepthwiseConv2D': {
      const { depthMultiplier = 1 } = layer as unknown as { depthMultiplier?: number };
      const options = windowOptions(layer, config);
      // On a signal the vertical stride means nothing; toLayersModel makes it equal to the other.
      if (input[1] === 1 && options.kernel[0] === 1) options.strides[0] = 1;
      return [{ body: { kind: 'depthwiseConv2d', depthMultiplier, ...options } }, ...act()];
    }
    case 'SeparableConv2D': {
      const options = windowOptions(layer, config);
      const { depthMultiplier = 1 } = layer as unknown as { depthMultiplier?: number };
      return [
        { suffix: '_depthwise', body: { kind: 'depthwiseConv2d', depthMultiplier, ...options, useBias: false } },
        {
          body: {
            kind: 'conv2d',
            filters: config.filters as number,
            kernel: [1, 1],
            strides: [1, 1],
            padding: 'valid',
            useBias: options.useBias,
          },
        },
        ...act(),
      ];
    }
    case 'Dense': {
      const units = config.units as number;
      const useBias = config.useBias !== false;
      // On [batch, …, features] a dense layer works at each position: a 1×1 convolution.
      const body: Body =
        input.length > 2 && input.slice(1, -1).some((n) => n !== 1)
          ? { kind: 'conv2d', filters: units, kernel: [1, 1], strides: [1, 1], padding: 'valid', useBias }
          : { kind: 'dense', units, useBias };
      return [{ body }, ...act()];
    }
    case 'BatchNormalization': {
      const axis = (config.axis as number) ?? -1;
      require1(layer, axis === -1 || axis === input.length - 1, `over axis ${axis}`);
      return [{ body: { kind: 'batchNorm', epsilon: (config.epsilon as number) ?? 1e-3 } }];
    }
    case 'Activation':
      return act().length ? [{ body: act()[0].body }] : unsupported(layer, 'that does nothing (linear): leave it out');
    case 'ReLU': {
      const limit = config.maxValue as number | null | undefined;
      require1(layer, limit === undefined || limit === null || limit === 6, `with maxValue ${String(limit)}`);
      return [{ body: { kind: 'activation', activation: limit === 6 ? 'relu6' : 'relu' } }];
    }
    case 'Softmax':
      return [{ body: { kind: 'activation', activation: 'softmax' } }];
    case 'HardSwish':
      return [{ body: { kind: 'activation', activation: 'hardSwish' } }];
    case 'HardSigmoidV3':
      return [{ body: { kind: 'activation', activation: 'hardSigmoid' } }];
    case 'MaxPooling1D':
    case 'MaxPooling2D':
    case 'AveragePooling1D':
    case 'AveragePooling2D': {
      require1(layer, config.dataFormat !== 'channelsFirst', "with dataFormat 'channelsFirst'");
      const size = pair(config.poolSize);
      if (layer.getClassName() === 'AveragePooling2D' && size[0] === input[1] && size[1] === input[2]) {
        return [{ body: { kind: 'globalAveragePool' } }];
      }
      const kind = layer.getClassName().startsWith('Max') ? 'maxPool' : 'averagePool';
      return [{ body: { kind, size, strides: pair(config.strides ?? config.poolSize), padding: config.padding as Padding } }];
    }
    case 'GlobalAveragePooling1D':
    case 'GlobalAveragePooling2D':
      require1(layer, config.dataFormat !== 'channelsFirst', "with dataFormat 'channelsFirst'");
      return [{ body: { kind: 'globalAveragePool' } }];
    case 'ZeroPadding2D': {
      const [[top, bottom], [left, right]] = config.padding as [[number, number], [number, number]];
      return [{ body: { kind: 'zeroPad', padding: [top, bottom, left, right] } }];
    }
    case 'Flatten':
      return [{ body: { kind: 'flatten' } }];
    case 'Reshape':
      return [{ body: { kind: 'reshape', shape: toShape((layer.outputShape as (number | null)[]).slice(1) as number[]) } }];
    case 'Dropout':
      return [{ body: { kind: 'dropout', rate: config.rate as number } }];
    case 'Add':
      return [{ body: { kind: 'add' } }];
    case 'Multiply':
      return [{ body: { kind: 'multiply' } }];
    case 'Concatenate': {
      const axis = (config.axis as number) ?? -1;
      require1(layer, axis === -1 || axis === input.length - 1, `over axis ${axis}`);
      return [{ body: { kind: 'concat' } }];
    }
    default:
      return unsupported(layer, '');
  }
}

/** The functional model inside a sequential one, which tf makes when it is first built. */
function innerModel(model: tf.Sequential): tf.LayersModel {
  const sequential = model as unknown as { model?: tf.LayersModel };
  if (!sequential.model) model.build();
  return sequential.model as tf.LayersModel;
}

/**
 * A user's own tf.LayersModel as an Architecture. 1-D layers become pictures of height 1; activations inside
 * convolutions and dense layers become layers of their own (`<name>_<activation>`); a separable convolution
 * becomes `<name>_depthwise` and `<name>`.
 * @throws ArgumentError naming the first layer that is not supported.
 */
export function fromLayersModel(model: tf.LayersModel): Architecture {
  check(Array.isArray(model?.inputs), 'model', model, 'a tf.LayersModel (nn.modelOf makes one of a network)');
  check(model.inputs.length === 1 && model.outputs.length === 1, 'model', [model.inputs.length, model.outputs.length], 'one input and one output');
  const container = model instanceof tf.Sequential ? innerModel(model) : model;
  const outputLayer = container.outputs[0].sourceLayer;
  const layers: Layer[] = [];
  /** Name of our layer that gives what a tf layer gives. */
  const outputs = new Map<string, string>();
  for (const layer of container.layers) {
    if (layer instanceof tf.LayersModel) unsupported(layer as unknown as tf.layers.Layer, 'inside another model');
    require1(layer, layer.inboundNodes.length === 1, 'used more than once');
    if (layer.getClassName() === 'InputLayer') {
      const batchShape = (layer as unknown as { batchInputShape: (number | null)[] }).batchInputShape;
      layers.push({ kind: 'input', name: layer.name, inputs: [], shape: toShape(batchShape.slice(1) as number[]) });
      outputs.set(layer.name, layer.name);
      continue;
    }
    let inputs = layer.inboundNodes[0].inboundLayers.map((l) => outputs.get(l.name) as string);
    for (const { suffix = '', body } of translate(layer)) {
      const name = layer.name + suffix;
      layers.push({ ...body, name, inputs } as Layer);
      inputs = [name];
    }
    outputs.set(layer.name, inputs[0]);
  }
  const architecture: Architecture = { name: model.name, layers: ordered(layers, outputs.get(outputLayer.name) as string) };
  const shape = inferShapes(architecture).get(architecture.layers[architecture.layers.length - 1].name);
  const wanted = model.outputs[0].shape.slice(1) as number[];
  check(
    shape && sizeOf(shape) === product(wanted),
    'model',
    wanted,
    `an output of the shape that its layers give (${String(shape)})`,
  );
  return architecture;
}

/** Topological order: what a layer reads stands before it, its first input's branch first; the output last. */
function ordered(layers: readonly Layer[], output: string): Layer[] {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const placed = new Set<Layer>();
  const stack = [byName.get(output) as Layer];
  while (stack.length > 0) {
    const layer = stack[stack.length - 1];
    const missing = layer.inputs.map((name) => byName.get(name) as Layer).find((input) => !placed.has(input));
    if (missing) {
      stack.push(missing);
    } else {
      placed.add(layer);
      stack.pop();
    }
  }
  return [...placed];
}
