import * as tf from '@tensorflow/tfjs';
import { ArgumentError, product } from '../base';
import type { Architecture, Network, Weights } from './architecture';
import { fromLayersModel } from './from-layers-model';
import { allWeightShapes, type WeightRole } from './layouts';

/** The model's own variables, by our layer name and role. A role that tf leaves out (a batch norm without scale) is absent. */
export type Variables = ReadonlyMap<string, Readonly<Partial<Record<WeightRole, tf.Variable>>>>;

/** 1 where a weight lives, 0 where it is pruned, by layer and role, in the layouts of Weights. Layers left out are whole. */
export type WeightMasks = ReadonlyMap<string, Readonly<Record<string, Float32Array>>>;

/** tf's names for the weights of a layer. */
const roles: Readonly<Record<string, WeightRole | undefined>> = {
  kernel: 'kernel',
  depthwise_kernel: 'kernel',
  pointwise_kernel: 'kernel',
  bias: 'bias',
  gamma: 'gamma',
  beta: 'beta',
  moving_mean: 'mean',
  moving_variance: 'variance',
};

function findLayer(model: tf.LayersModel, name: string): tf.layers.Layer | undefined {
  return model.layers.find((layer) => layer.name === name);
}

/** The variables that training and masks write to; their shapes may lack the leading 1 of a signal's kernel. */
export function variablesOf(model: tf.LayersModel, architecture: Architecture): Variables {
  const result = new Map<string, Partial<Record<WeightRole, tf.Variable>>>();
  for (const name of allWeightShapes(architecture).keys()) {
    const direct = findLayer(model, name);
    const layer = direct ?? findLayer(model, name.replace(/_depthwise$/, ''));
    if (!layer) throw new ArgumentError('architecture', name, 'the name of one of the model\'s layers');
    const isSeparable = layer.getClassName() === 'SeparableConv2D';
    const own: Partial<Record<WeightRole, tf.Variable>> = {};
    for (const weight of layer.weights) {
      const tfName = weight.originalName.split('/').pop() as string;
      const role = roles[tfName];
      if (role === undefined) throw new ArgumentError(`layer '${layer.name}'`, tfName, 'weights of a known role');
      if (isSeparable && (tfName === 'depthwise_kernel') === (direct !== undefined)) continue;
      own[role] = weight.read() as tf.Variable;
    }
    result.set(name, own);
  }
  return result;
}

/** A copy of the model's weights. */
export function weightsOf(model: tf.LayersModel, architecture: Architecture = fromLayersModel(model)): Weights {
  const variables = variablesOf(model, architecture);
  const weights = new Map<string, Record<string, Float32Array>>();
  for (const [name, shapes] of allWeightShapes(architecture)) {
    const own: Record<string, Float32Array> = {};
    for (const [role, shape] of Object.entries(shapes) as [WeightRole, number[]][]) {
      const variable = variables.get(name)?.[role];
      const size = product(shape);
      own[role] = variable
        ? Float32Array.from(variable.dataSync<'float32'>())
        : new Float32Array(size).fill(role === 'gamma' || role === 'variance' ? 1 : 0);
    }
    weights.set(name, own);
  }
  return weights;
}

/** Architecture and a copy of the weights. */
export function networkOf(model: tf.LayersModel, architecture: Architecture = fromLayersModel(model)): Network {
  return { architecture, weights: weightsOf(model, architecture) };
}

/**
 * Writes weights into the model, in place.
 * @throws ArgumentError naming layer and role where one is missing or of another size.
 */
export function applyWeights(
  model: tf.LayersModel,
  weights: Weights,
  architecture: Architecture = fromLayersModel(model),
): void {
  for (const [name, own] of variablesOf(model, architecture)) {
    for (const [role, variable] of Object.entries(own) as [WeightRole, tf.Variable][]) {
      const values = weights.get(name)?.[role];
      if (values?.length !== variable.size) {
        throw new ArgumentError(`weights of '${name}', ${role}`, values?.length, `${variable.size} numbers (${variable.shape})`);
      }
      const fresh = tf.tensor(values, variable.shape, 'float32');
      variable.assign(fresh);
      fresh.dispose();
    }
  }
}
