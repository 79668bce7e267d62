/**
 * Optimisers over all parameters at once: gradients are laid end to end in one vector, so that a step takes about
 * ten kernels in all, not ten a variable. That is where small networks spend their time.
 */
import * as tf from '@tensorflow/tfjs';
import { check } from '../base';

/** A first-order method as a pure step over one long vector of parameters: `adam`, `adamW`, `sgd` … or yours. */
export interface Optimizer {
  /** Its name, for people. */
  readonly name: string;
  /** Used where training is not given a learning rate. */
  readonly defaultLearningRate: number;
  /** Vectors that it carries from step to step, each as long as the parameters. */
  readonly slots: number;
  /**
   * One step. `decay` is 1 where weight decay applies (kernels), 0 elsewhere, or undefined where there is none to apply;
   * `step` counts from 1.
   * Called inside tf.tidy, and recorded as a graph: it must not look at values, nor keep any of its own.
   */
  update(input: {
    gradient: tf.Tensor1D;
    parameters: tf.Tensor1D;
    slots: readonly tf.Tensor1D[];
    step: tf.Scalar;
    learningRate: tf.Scalar;
    decay?: tf.Tensor1D;
  }): {
    /** After the step. */
    parameters: tf.Tensor1D;
    /** What it carries on from there. */
    slots: tf.Tensor1D[];
  };
  /** Share of each kernel that a step takes away, times the learning rate, apart from the gradient (AdamW's way); 0 for none. */
  readonly weightDecay: number;
}

/** The parameters less the decay's share of them: decoupled from the gradient. */
function decayed(parameters: tf.Tensor1D, decay: tf.Tensor1D | undefined, learningRate: tf.Scalar, weightDecay: number): tf.Tensor1D {
  if (!decay || weightDecay <= 0) return parameters;
  return tf.mul(parameters, tf.sub(1, tf.mul(decay, tf.mul(learningRate, weightDecay))));
}

/** The gradient, shortened to the norm where it is longer. */
export function clipped(gradient: tf.Tensor1D, norm: number | undefined): tf.Tensor1D {
  return norm === undefined ? gradient : tf.mul(gradient, tf.minimum(1, tf.div(norm, tf.norm(gradient))));
}

/** 1 − baseᵗ, without losing digits where base is near 1. */
const oneMinusPower = (base: number, step: tf.Scalar): tf.Tensor => tf.neg(tf.expm1(tf.mul(step, Math.log(base))));

function checkShares(shares: Readonly<Record<string, number>>, weightDecay: number, epsilon = 1): void {
  for (const [name, value] of Object.entries(shares)) check(value >= 0 && value < 1, name, value, 'a number of at least 0, below 1');
  check(weightDecay >= 0 && weightDecay < Infinity, 'weightDecay', weightDecay, 'a number of at least 0');
  check(epsilon > 0 && epsilon < Infinity, 'epsilon', epsilon, 'a number above 0');
}

/** Adam (Kingma and Ba 2015, algorithm 1); with weightDecay, AdamW (Loshchilov and Hutter 2019). */
export function adam(
  options: { beta1?: number; beta2?: number; epsilon?: number; weightDecay?: number } = {},
): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, weightDecay = 0 } = options;
  checkShares({ beta1, beta2 }, weightDecay, epsilon);
  return {
    name: 'adam',
    defaultLearningRate: 1e-3,
    slots: 2,
    weightDecay,
    update({ gradient, parameters, slots: [m, v], step, learningRate, decay }) {
      const m1 = tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1)) as tf.Tensor1D;
      const v1 = tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2)) as tf.Tensor1D;
      const rate = tf.div(tf.mul(learningRate, tf.sqrt(oneMinusPower(beta2, step))), oneMinusPower(beta1, step));
      const change = tf.div(tf.mul(m1, rate), tf.add(tf.sqrt(v1), epsilon));
      const kept = decayed(parameters, decay, learningRate, weightDecay);
      return { parameters: tf.sub(kept, change), slots: [m1, v1] };
    },
  };
}

/** Stochastic gradient descent with (Nesterov) momentum; weight decay decoupled. */
export function sgd(options: { momentum?: number; nesterov?: boolean; weightDecay?: number } = {}): Optimizer {
  const { momentum = 0.9, nesterov = true, weightDecay = 0 } = options;
  checkShares({ momentum }, weightDecay);
  return {
    name: 'sgd',
    defaultLearningRate: 0.05,
    slots: momentum > 0 ? 1 : 0,
    weightDecay,
    update({ gradient, parameters, slots: [velocity], learningRate, decay }) {
      const kept = decayed(parameters, decay, learningRate, weightDecay);
      if (!velocity) return { parameters: tf.sub(kept, tf.mul(gradient, learningRate)), slots: [] };
      const next = tf.add(tf.mul(velocity, momentum), gradient) as tf.Tensor1D;
      const direction = nesterov ? tf.add(gradient, tf.mul(next, momentum)) : next;
      return { parameters: tf.sub(kept, tf.mul(direction, learningRate)), slots: [next] };
    },
  };
}

/** RMSProp (Tieleman and Hinton 2012): the gradient over the root of its moving mean square. */
export function rmsprop(options: { decayRate?: number; epsilon?: number; weightDecay?: number } = {}): Optimizer {
  const { decayRate = 0.9, epsilon = 1e-7, weightDecay = 0 } = options;
  checkShares({ decayRate }, weightDecay, epsilon);
  return {
    name: 'rmsprop',
    defaultLearningRate: 1e-3,
    slots: 1,
    weightDecay,
    update({ gradient, parameters, slots: [square], learningRate, decay }) {
      const next = tf.add(tf.mul(square, decayRate), tf.mul(tf.square(gradient), 1 - decayRate)) as tf.Tensor1D;
      const change = tf.div(tf.mul(gradient, learningRate), tf.add(tf.sqrt(next), epsilon));
      return { parameters: tf.sub(decayed(parameters, decay, learningRate, weightDecay), change), slots: [next] };
    },
  };
}
