import type * as tf from '@tensorflow/tfjs';
import type { Architecture, Shape } from './architecture';
import { EagerTrainer } from './eager-trainer';
import { GraphTrainer } from './graph-trainer';
import { GraphError } from './graph/graph';
import { hasNative } from './native';
import type { Trainer, TrainerOptions } from './trainer';

/** Steps from which on a graph pays: making one costs as much as it saves in some thirty steps of a small network. */
const worthRecording = 30;

/**
 * What makes the steps of a training: a graph on TensorFlow, where there are enough steps, else operation by operation.
 * @param batch samples of every step.
 */
export function createTrainer(
  model: tf.LayersModel,
  architecture: Architecture,
  options: TrainerOptions & { inputShape: Shape; batch: number; steps: number },
): Trainer {
  if (!hasNative() || options.steps < worthRecording) return new EagerTrainer(model, architecture, options);
  try {
    return new GraphTrainer(model, architecture, options.inputShape, options.batch, options);
  } catch (error) {
    // A hook or an optimiser of the user's own that can't be recorded works step by step, as does a full disk.
    if (error instanceof GraphError) return new EagerTrainer(model, architecture, options);
    throw error;
  }
}
