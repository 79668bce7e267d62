/**
 * Turns a function of tensors into nodes of a graph by running it once: on the TensorFlow backend every operation of
 * TensorFlow.js (those of its gradients and of hooks included) is one call of the native binding, with TensorFlow's
 * own names, attributes and tensor handles. While the function runs, those calls are written down.
 *
 * What is recorded is what happened: a function whose JavaScript looks at values, or draws other numbers each time,
 * is not what its recording is. Looking at values throws a RecordingError.
 */
import * as tf from '@tensorflow/tfjs';
import { GraphError, types, type Attribute, type Constant, type GraphBuilder, type Output } from './graph';

/** The function can't be a graph: it reads what it computes, or what others change. */
export class RecordingError extends GraphError {}

interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

interface Binding {
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_SHAPE: number;
  executeOp(name: string, attributes: OpAttribute[], inputs: number[], outputs: number): { id: number; dtype: number; shape: number[] }[];
  createTensor(shape: number[], dtype: number, values: Constant['values']): number;
  tensorDataSync(id: number): Constant['values'];
}

interface RecordedBackend {
  binding: Binding;
  getInputTensorIds(tensors: readonly tf.Tensor[]): number[];
}

function attributeOf({ name, type, value }: OpAttribute, binding: Binding): Attribute {
  switch (type) {
    case binding.TF_ATTR_TYPE:
      return { type: value as number };
    case binding.TF_ATTR_INT:
      return Array.isArray(value) ? { ints: value as number[] } : { int: value as number };
    case binding.TF_ATTR_FLOAT:
      return { float: value as number };
    case binding.TF_ATTR_BOOL:
      return { bool: value as boolean };
    case binding.TF_ATTR_STRING:
      return { string: value as string };
    case binding.TF_ATTR_SHAPE:
      return { shape: value as number[] };
    default:
      throw new RecordingError(`attribute '${name}' has a type (${type}) that recordings do not know`);
  }
}

const elementTypes: Readonly<Record<string, number | undefined>> = { float32: types.float, int32: types.int32, bool: types.bool };

function constantOf(tensor: tf.Tensor): Constant {
  const dtype = elementTypes[tensor.dtype];
  if (dtype === undefined) throw new RecordingError(`a tensor of type ${tensor.dtype} is used`);
  return { dtype, shape: tensor.shape, values: tensor.dataSync() as Constant['values'] };
}

/** Handles to nodes, as calls come in. */
class Recorder {
  private readonly nodes = new Map<number, Output>();
  private readonly constants = new Map<number, () => Constant>();
  private readonly computed = new Set<number>();
  /** Why the recording is none. The function is let go to its end: TensorFlow.js keeps tensors where a gradient's function throws. */
  failure: string | undefined;

  constructor(
    private readonly graph: GraphBuilder,
    private readonly binding: Binding,
    /** Handles of variables that are no inputs: their values change without the graph's knowing. */
    private readonly variables: ReadonlySet<number>,
  ) {}

  name(id: number, node: Output): void {
    this.nodes.set(id, node);
  }

  /** A tensor that operations may use: where it is none of ours, it comes from outside and is a constant. */
  see(id: number, tensor: tf.Tensor): void {
    if (!this.nodes.has(id) && !this.constants.has(id)) this.constants.set(id, () => constantOf(tensor));
  }

  nodeOf(id: number): Output {
    let node = this.nodes.get(id);
    if (node === undefined) {
      const constant = this.constants.get(id);
      if (constant === undefined) throw new RecordingError(`tensor ${id} is used, and nothing is known of it`);
      if (this.variables.has(id)) this.failure = 'a variable is used that is no input';
      this.nodes.set(id, (node = this.graph.constant(constant())));
    }
    return node;
  }

  /** The binding, with its calls written down. */
  proxy(): Binding {
    const { binding } = this;
    const createTensor: Binding['createTensor'] = (shape, dtype, values) => {
      const id = binding.createTensor(shape, dtype, values);
      const ArrayType = { [types.float]: Float32Array, [types.int32]: Int32Array, [types.bool]: Uint8Array }[dtype];
      if (ArrayType) {
        const copy = new ArrayType(values);
        this.constants.set(id, () => ({ dtype, shape: [...shape], values: copy }));
      }
      return id;
    };
    const executeOp: Binding['executeOp'] = (op, attributes, inputs, outputs) => {
      const sources = inputs.map((id) => this.nodeOf(id));
      const results = binding.executeOp(op, attributes, inputs, outputs);
      const node = this.graph.add(op, sources, Object.fromEntries(attributes.map((a) => [a.name, attributeOf(a, binding)])));
      results.forEach(({ id }, i) => {
        this.nodes.set(id, i === 0 ? node : `${node}:${i}`);
        this.computed.add(id);
      });
      return results;
    };
    const tensorDataSync: Binding['tensorDataSync'] = (id) => {
      if (this.computed.has(id)) this.failure = 'values are read in between';
      return binding.tensorDataSync(id);
    };
    // The binding's own properties can't be written to.
    return Object.create(binding, {
      createTensor: { value: createTensor },
      executeOp: { value: executeOp },
      tensorDataSync: { value: tensorDataSync },
    }) as Binding;
  }
}

/**
 * Runs `body` and adds what it did to the graph.
 * @param inputs tensors that stand for nodes of the graph. Other tensors from outside become constants; variables must not.
 * @param body gives the tensors wanted. Called inside tf.tidy.
 * @returns their nodes.
 * @throws RecordingError where the function looks at what it computes, or uses a variable that is no input.
 */
export function record(graph: GraphBuilder, inputs: ReadonlyMap<tf.Tensor, Output>, body: () => readonly tf.Tensor[]): Output[] {
  const backend = tf.backend() as unknown as RecordedBackend;
  const { binding } = backend;
  const handles = backend.getInputTensorIds.bind(backend);
  const { registeredVariables } = (tf.engine() as unknown as { state: { registeredVariables: Record<string, tf.Variable> } }).state;
  const recorder = new Recorder(graph, binding, new Set(handles(Object.values(registeredVariables))));
  // Values that still wait in JavaScript are handed over now: inside they would look like constants.
  handles([...inputs.keys()]).forEach((id, i) => recorder.name(id, [...inputs.values()][i]));
  backend.getInputTensorIds = (tensors) => {
    const ids = handles(tensors);
    ids.forEach((id, i) => recorder.see(id, tensors[i]));
    return ids;
  };
  backend.binding = recorder.proxy();
  try {
    const outputs = tf.tidy(() => backend.getInputTensorIds(body()).map((id) => recorder.nodeOf(id)));
    if (recorder.failure !== undefined) throw new RecordingError(recorder.failure);
    return outputs;
  } finally {
    backend.binding = binding;
    // The method of its class again.
    delete (backend as Partial<RecordedBackend>).getInputTensorIds;
  }
}
