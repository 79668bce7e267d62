import * as tf from '@tensorflow/tfjs';
import { variablesOf, type Architecture } from '../../nn';
import type { WeightMasks } from './mask';

/** Holds masks as tensors and presses them onto a model's weights after each training step. */
export class MaskedVariables {
  private pairs: { variable: tf.Variable; mask: tf.Tensor }[] = [];

  constructor(
    private readonly model: tf.LayersModel,
    private readonly architecture: Architecture,
  ) {}

  /** Replaces the masks. */
  set(masks: WeightMasks): void {
    this.dispose();
    for (const [layer, roles] of variablesOf(this.model, this.architecture)) {
      for (const [role, variable] of Object.entries(roles)) {
        const mask = masks.get(layer)?.[role];
        if (mask?.includes(0)) this.pairs.push({ variable, mask: tf.keep(tf.tensor(mask, variable.shape)) });
      }
    }
  }

  /** Sets every pruned weight to 0. */
  apply(): void {
    tf.tidy(() => this.pairs.forEach(({ variable, mask }) => variable.assign(tf.mul(variable, mask))));
  }

  dispose(): void {
    tf.dispose(this.pairs.map(({ mask }) => mask));
    this.pairs = [];
  }
}
