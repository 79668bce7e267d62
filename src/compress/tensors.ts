import * as tf from '@tensorflow/tfjs';
import type { Tensors } from '../nn';

/** Disposes of what tensorsOf made. */
export function disposeTensors(tensors: Tensors): void {
  for (const own of tensors.values()) tf.dispose(Object.values(own));
}
