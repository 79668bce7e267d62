import * as tf from '@tensorflow/tfjs';
import { breathe, type LongWork } from '../base';
import type { Shape } from './architecture';
import { inBatches, type InputSource } from './samples';
import { sizeOf } from './shapes';

/** What comes out of a network for each sample, and the samples' labels. */
export interface Outputs {
  /** n × output size. */
  readonly outputs: Float32Array;
  /** n class indices; of samples without labels, zeros. */
  readonly y: Int32Array;
}

export interface BatchRun extends LongWork {
  /** Of a sample. */
  readonly inputShape: Shape;
  /** Values that a sample gives. */
  readonly outputSize: number;
  /** Samples at a time. */
  readonly batchSize: number;
  /** Labels are wanted. */
  readonly isLabelled?: boolean;
  /** Named where it is cancelled. */
  readonly what: string;
}

/**
 * Runs samples through a function of batches, called inside tf.tidy. All are of one shape, so that there is one graph: the last
 * one is filled up with zeros.
 * @throws ArgumentError for samples that do not fit; CancelledError
 */
export async function runBatches(samples: InputSource, run: (x: tf.Tensor4D) => tf.Tensor, options: BatchRun): Promise<Outputs> {
  const { inputShape, outputSize, batchSize, isLabelled, what, signal, onProgress } = options;
  const size = sizeOf(inputShape);
  const { n } = samples;
  const batch = Math.min(n, batchSize);
  const result = { outputs: new Float32Array(n * outputSize), y: new Int32Array(n) };
  let done = 0;
  for await (const own of inBatches(samples, batch, { name: 'samples', size, classes: outputSize, isLabelled })) {
    await breathe(signal, what);
    let { x } = own;
    if (own.n < batch) {
      x = new Float32Array(batch * size);
      x.set(own.x);
    }
    const values = tf.tidy(() => run(tf.tensor4d(x, [batch, ...inputShape])).dataSync<'float32'>());
    result.outputs.set(values.subarray(0, own.n * outputSize), done * outputSize);
    if (own.y) result.y.set(own.y, done);
    done += own.n;
    onProgress?.({ path: [], done, total: n, unit: 'sample' });
  }
  return result;
}
