/**
 * Gradients that the scoring of channels and weights is built from: of the loss, of the true class's logit, and of
 * the logit through rules that replace an activation's derivative f′(z) (Ancona et al. 2018, table 1):
 * DeepLIFT (rescale rule) by (f(z) − f(z₀)) / (z − z₀) with z₀ from a reference input of zeros; LRP-ε by f(z) / (z + ε·sign z).
 * Products follow DeepLIFT's even split, in LRP the signal takes all and the gate none.
 */
import * as tf from '@tensorflow/tfjs';
import { forward, logitsLayer, type Architecture, type ForwardHooks, type Layer, type Tensors } from '../../nn';

/**
 * What is differentiated, and how: the mean cross-entropy ('loss'), the true class's logit ('logit'), or that logit with DeepLIFT's
 * rescale rule or LRP-ε's in place of each activation's derivative (Ancona et al. 2018, table 1).
 */
export type GradientRule = 'loss' | 'logit' | 'deepLift' | 'lrp';

/** Stabiliser of LRP-ε. */
const epsilon = 1e-2;

type Values = Map<string, tf.Tensor4D>;

/** Every layer's output for a batch. */
function runAll(architecture: Architecture, weights: Tensors, x: tf.Tensor4D): Values {
  return forward(architecture, weights, x, { outputs: architecture.layers.map((layer) => layer.name) });
}

/** x / y, and 0 where |y| is too small to divide by. */
function ratio(x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const isSafe = tf.greater(tf.abs(y), 1e-6);
  return tf.where(isSafe, tf.div(x, tf.where(isSafe, y, tf.onesLike(y))), tf.zerosLike(tf.add(x, y)));
}

/** A stand-in for a layer's output with the same value, and the gradient of the rule. */
type Substitute = (live: ReadonlyMap<string, tf.Tensor4D>) => tf.Tensor4D;

function deepLiftSubstitute(layer: Layer, values: Values, reference: Values): Substitute | undefined {
  const at = (source: Values, name: string): tf.Tensor4D => source.get(name) as tf.Tensor4D;
  if (layer.kind === 'activation') {
    const [input] = layer.inputs;
    const z0 = at(reference, input);
    const f0 = at(reference, layer.name);
    const slope = ratio(tf.sub(at(values, layer.name), f0), tf.sub(at(values, input), z0));
    return (live) => tf.add(f0, tf.mul(tf.sub(live.get(input) as tf.Tensor, z0), slope));
  }
  if (layer.kind === 'multiply' && layer.inputs.length === 2) {
    const [a, b] = layer.inputs;
    const half = (name: string): tf.Tensor => tf.div(tf.add(at(values, name), at(reference, name)), 2);
    const [halfA, halfB] = [half(a), half(b)];
    const rest = tf.div(tf.add(tf.mul(at(values, a), at(reference, b)), tf.mul(at(reference, a), at(values, b))), 2);
    return (live) =>
      tf.sub(
        tf.add(tf.mul(live.get(a) as tf.Tensor, halfB), tf.mul(live.get(b) as tf.Tensor, halfA)),
        rest,
      ) as tf.Tensor4D;
  }
  return undefined;
}

function lrpSubstitute(layer: Layer, values: Values): Substitute | undefined {
  if (layer.kind === 'activation') {
    const [input] = layer.inputs;
    const z = values.get(input) as tf.Tensor;
    const stabilised = tf.add(z, tf.where(tf.less(z, 0), tf.fill(z.shape, -epsilon), tf.fill(z.shape, epsilon)));
    const slope = tf.div(values.get(layer.name) as tf.Tensor, stabilised);
    return (live) => tf.mul(live.get(input) as tf.Tensor, slope);
  }
  if (layer.kind === 'multiply' && layer.inputs.length === 2) {
    const [a, b] = layer.inputs;
    const size = (name: string): number => (values.get(name) as tf.Tensor).size;
    const [signal, gate] = size(a) >= size(b) ? [a, b] : [b, a];
    const constant = values.get(gate) as tf.Tensor;
    return (live) => tf.mul(live.get(signal) as tf.Tensor, constant);
  }
  return undefined;
}

/** The rule's substitutes for activations and products, by layer. The last layer (a softmax behind the logits) has none. */
function substitutesOf(
  architecture: Architecture,
  weights: Tensors,
  x: tf.Tensor4D,
  rule: GradientRule,
): Map<string, Substitute> {
  const substitutes = new Map<string, Substitute>();
  if (rule !== 'deepLift' && rule !== 'lrp') return substitutes;
  const values = runAll(architecture, weights, x);
  const [, height, width, channels] = x.shape;
  const reference =
    rule === 'deepLift' ? runAll(architecture, weights, tf.zeros([1, height, width, channels])) : undefined;
  for (const layer of architecture.layers.slice(0, -1)) {
    const own = reference ? deepLiftSubstitute(layer, values, reference) : lrpSubstitute(layer, values);
    if (own) substitutes.set(layer.name, own);
  }
  return substitutes;
}

/** Hooks that put substitutes in place, and add an offset to some outputs. */
function hooksOf(substitutes: ReadonlyMap<string, Substitute>, offsets: ReadonlyMap<string, tf.Tensor>): ForwardHooks {
  const live = new Map<string, tf.Tensor4D>();
  return {
    output(layer, value) {
      const own = substitutes.get(layer.name)?.(live) ?? value;
      const offset = offsets.get(layer.name);
      const result = offset ? (tf.add(own, offset) as tf.Tensor4D) : own;
      live.set(layer.name, result);
      return result;
    },
  };
}

/** The scalar that is differentiated: summed over the batch, so that each sample's gradient is its own. */
function objective(logits: tf.Tensor, y: tf.Tensor1D, rule: GradientRule): tf.Scalar {
  const flat = tf.reshape(logits, [y.size, -1]);
  const truth = tf.oneHot(y, flat.shape[1] as number);
  const picked = tf.sum(tf.mul(rule === 'loss' ? tf.logSoftmax(flat) : flat, truth));
  return (rule === 'loss' ? tf.neg(picked) : picked) as tf.Scalar;
}

/** LRP cuts gates off, and tf.grads refuses a variable that nothing depends on: it gets a gradient of 0 this way. */
function connected(value: tf.Scalar, variables: readonly tf.Tensor[], rule: GradientRule): tf.Scalar {
  if (rule !== 'lrp') return value;
  return variables.reduce<tf.Tensor>((sum, v) => tf.add(sum, tf.mul(tf.sum(v), 0)), value) as tf.Scalar;
}

/** A layer's output for a batch, and the derivative by it. */
export interface ActivationGradient {
  /** n × height × width × channels. */
  readonly activation: tf.Tensor4D;
  /** As `activation`: of the loss or of each sample's own logit, after the rule. */
  readonly gradient: tf.Tensor4D;
}

/**
 * Outputs of the named layers and the gradient with respect to them. Call it inside tf.tidy.
 * @param x batch × height × width × channels. @param y one class index a sample, int32.
 */
export function gradientsOfActivations(
  architecture: Architecture,
  weights: Tensors,
  names: readonly string[],
  x: tf.Tensor4D,
  y: tf.Tensor1D,
  rule: GradientRule,
): Map<string, ActivationGradient> {
  const logits = logitsLayer(architecture);
  const activations = forward(architecture, weights, x, { outputs: names });
  const substitutes = substitutesOf(architecture, weights, x, rule);
  // A zero is added to each output: the gradient with respect to it is the output's.
  const zeros = names.map((name) => tf.zerosLike(activations.get(name) as tf.Tensor));
  const gradients = tf.grads((...offsets: tf.Tensor[]) => {
    const hooks = hooksOf(substitutes, new Map(names.map((name, i) => [name, offsets[i]])));
    return connected(
      objective(forward(architecture, weights, x, { outputs: [logits], hooks }).get(logits) as tf.Tensor, y, rule),
      offsets,
      rule,
    );
  })(zeros) as tf.Tensor4D[];
  return new Map(
    names.map((name, i) => [name, { activation: activations.get(name) as tf.Tensor4D, gradient: gradients[i] }]),
  );
}

/** Layers with a kernel, in the order of gradientsOfKernels. */
export const kernelLayers = (weights: Tensors): string[] => [...weights].filter(([, own]) => own.kernel).map(([name]) => name);

/** The gradient with respect to each layer's kernel, summed over the batch. Call it inside tf.tidy. */
export function gradientsOfKernels(
  architecture: Architecture,
  weights: Tensors,
  x: tf.Tensor4D,
  y: tf.Tensor1D,
  rule: GradientRule,
): Map<string, tf.Tensor> {
  const logits = logitsLayer(architecture);
  const substitutes = substitutesOf(architecture, weights, x, rule);
  const names = kernelLayers(weights);
  const kernels = names.map((name) => weights.get(name)?.kernel as tf.Tensor);
  const gradients = tf.grads((...live: tf.Tensor[]) => {
    const own = new Map(weights);
    names.forEach((name, i) => own.set(name, { ...weights.get(name), kernel: live[i] }));
    const hooks = hooksOf(substitutes, new Map());
    return connected(
      objective(forward(architecture, own, x, { outputs: [logits], hooks }).get(logits) as tf.Tensor, y, rule),
      live,
      rule,
    );
  })(kernels);
  return new Map(names.map((name, i) => [name, gradients[i]]));
}
