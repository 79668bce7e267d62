import * as tf from '@tensorflow/tfjs';

/** relu6(x + 3) / 6, as in Howard et al. 2019 (Keras' own hardSigmoid has another slope). */
export function hardSigmoid<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => tf.relu6(tf.add(x, 3)).mul(1 / 6)) as T;
}

/** x · relu6(x + 3) / 6, Howard et al. 2019, eq. for h-swish. */
export function hardSwish<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => tf.mul(x, hardSigmoid(x))) as T;
}

class ElementwiseLayer extends tf.layers.Layer {
  constructor(
    config: { name?: string },
    private readonly apply1: (x: tf.Tensor) => tf.Tensor,
  ) {
    super(config);
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return this.apply1(Array.isArray(inputs) ? inputs[0] : inputs);
  }
}

/** Serialisable as class 'HardSwish'. */
export class HardSwishLayer extends ElementwiseLayer {
  static readonly className = 'HardSwish';

  constructor(config: { name?: string } = {}) {
    super(config, hardSwish);
  }
}

/** Serialisable as class 'HardSigmoidV3'. */
export class HardSigmoidLayer extends ElementwiseLayer {
  static readonly className = 'HardSigmoidV3';

  constructor(config: { name?: string } = {}) {
    super(config, hardSigmoid);
  }
}

/** Makes tf.loadLayersModel know the layers above; toLayersModel calls it, and calling it again does no harm. */
export function registerCustomLayers(): void {
  tf.serialization.registerClass(HardSwishLayer);
  tf.serialization.registerClass(HardSigmoidLayer);
}
