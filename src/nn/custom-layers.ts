import * as tf from '@tensorflow/tfjs';
import { hardSigmoid, hardSwish } from './activations';

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
