/** Operations of the TensorFlow backend that TensorFlow.js itself has no name for, called by their own names. */
import * as tf from '@tensorflow/tfjs';

interface OpAttribute {
  name: string;
  type: number;
  value: unknown;
}

/** The part of the TensorFlow backend that runs an operation by name. */
interface TensorflowBackend {
  readonly binding: Readonly<Record<'TF_ATTR_TYPE' | 'TF_ATTR_FLOAT' | 'TF_ATTR_STRING' | 'TF_ATTR_BOOL' | 'TF_FLOAT' | 'TF_INT32', number>>;
  executeMultipleOutputs(name: string, attributes: OpAttribute[], inputs: tf.Tensor[], outputs: number): tf.Tensor[];
}

/** True where callNative works. */
export function hasNative(): boolean {
  return tf.getBackend() === 'tensorflow' && typeof (tf.backend() as unknown as Partial<TensorflowBackend>).executeMultipleOutputs === 'function';
}

/** Runs an operation; `types` names its type attributes, float32 where no type is said. Tensors that come out belong to the open tidy. */
export function callNative(
  name: string,
  inputs: readonly tf.Tensor[],
  outputs: number,
  options: { types?: readonly string[] | Readonly<Record<string, 'float32' | 'int32'>>; floats?: Record<string, number>; strings?: Record<string, string>; bools?: Record<string, boolean> } = {},
): tf.Tensor[] {
  const backend = tf.backend() as unknown as TensorflowBackend;
  const { binding } = backend;
  const { types = ['T'] } = options;
  const typed = Array.isArray(types) ? types.map((name) => [name, 'float32']) : Object.entries(types);
  const attributes: OpAttribute[] = [
    ...typed.map(([name, type]) => ({
      name,
      type: binding.TF_ATTR_TYPE,
      value: type === 'int32' ? binding.TF_INT32 : binding.TF_FLOAT,
    })),
    ...Object.entries(options.floats ?? {}).map(([key, value]) => ({ name: key, type: binding.TF_ATTR_FLOAT, value })),
    ...Object.entries(options.strings ?? {}).map(([key, value]) => ({ name: key, type: binding.TF_ATTR_STRING, value })),
    ...Object.entries(options.bools ?? {}).map(([key, value]) => ({ name: key, type: binding.TF_ATTR_BOOL, value })),
  ];
  return backend.executeMultipleOutputs(name, attributes, [...inputs], outputs);
}
