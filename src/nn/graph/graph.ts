/**
 * A TensorFlow graph under construction (tensorflow/core/framework/graph.proto), and the SavedModel that it is
 * loaded from: TensorFlow.js has a binding for running those, and for no other kind of graph.
 */
import { ParetinoError } from '../../base';
import { bytesField, floatField, integerField, packedField, type Field } from './protobuf';

/** There can be no graph: what it was for is done operation by operation. */
export class GraphError extends ParetinoError {}

/** TensorFlow's numbers for types of elements (types.proto). */
export const types = { float: 1, int32: 3, bool: 10 } as const;

export type Attribute =
  | { readonly type: number }
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly bool: boolean }
  | { readonly string: string }
  | { readonly shape: readonly number[] }
  | { readonly tensor: Constant };

export interface Constant {
  readonly dtype: number;
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array | Uint8Array;
}

/** Output of a node: its name, and `:index` where it is not the first. */
export type Output = string;

const shapeFields = (shape: readonly number[]): Field[] => shape.map((size) => bytesField(2, [integerField(1, size)]));

/** A loop, since gradients make constants of millions of ones: a function for each took a part of what recording takes. */
function isOneValue(values: Constant['values']): boolean {
  for (let i = 1; i < values.length; i++) if (!Object.is(values[i], values[0])) return false;
  return true;
}

/** TensorProto; one value stands for all where they are equal. */
function tensorFields({ dtype, shape, values }: Constant): Field[] {
  const isUniform = values.length > 1 && isOneValue(values);
  const stored = isUniform ? values.subarray(0, 1) : values;
  const fields = [integerField(1, dtype), bytesField(2, shapeFields(shape))];
  if (isUniform && dtype === types.float) return [...fields, floatField(5, stored[0])];
  if (isUniform && dtype === types.int32) return [...fields, packedField(7, [stored[0]])];
  return [...fields, bytesField(4, new Uint8Array(values.buffer, values.byteOffset, values.byteLength))];
}

function attributeField(attribute: Attribute): Field {
  if ('type' in attribute) return integerField(6, attribute.type);
  if ('int' in attribute) return integerField(3, attribute.int);
  if ('ints' in attribute) return bytesField(1, [packedField(3, attribute.ints)]);
  if ('float' in attribute) return floatField(4, attribute.float);
  if ('bool' in attribute) return integerField(5, attribute.bool);
  if ('string' in attribute) return bytesField(2, attribute.string);
  if ('shape' in attribute) return bytesField(7, shapeFields(attribute.shape));
  return bytesField(8, tensorFields(attribute.tensor));
}

export class GraphBuilder {
  private readonly nodes: Field[] = [];
  private readonly constants = new Map<string, Output>();

  get size(): number {
    return this.nodes.length;
  }

  /** Adds an operation by its TensorFlow name. @param inputs outputs of other nodes; `^name` waits for one without taking its value. */
  add(op: string, inputs: readonly Output[], attributes: Readonly<Record<string, Attribute>> = {}): Output {
    const name = `${op}_${this.nodes.length}`;
    this.nodes.push(
      bytesField(1, [
        bytesField(1, name),
        bytesField(2, op),
        ...inputs.map((input) => bytesField(3, input)),
        ...Object.entries(attributes).map(([key, value]) => bytesField(5, [bytesField(1, key), bytesField(2, [attributeField(value)])])),
      ]),
    );
    return name;
  }

  /** A constant; small equal ones are one node. */
  constant(tensor: Constant): Output {
    const key = tensor.values.length <= 8 ? `${tensor.dtype} ${tensor.shape} ${tensor.values}` : undefined;
    const known = key === undefined ? undefined : this.constants.get(key);
    if (known !== undefined) return known;
    const made = this.add('Const', [], { dtype: { type: tensor.dtype }, value: { tensor } });
    if (key !== undefined) this.constants.set(key, made);
    return made;
  }

  floats(values: readonly number[] | Float32Array, shape: readonly number[] = [values.length]): Output {
    return this.constant({ dtype: types.float, shape, values: Float32Array.from(values) });
  }

  integers(values: readonly number[], shape: readonly number[] = [values.length]): Output {
    return this.constant({ dtype: types.int32, shape, values: Int32Array.from(values) });
  }

  placeholder(shape: readonly number[], dtype: number = types.float): Output {
    return this.add('Placeholder', [], { dtype: { type: dtype }, shape: { shape } });
  }

  /** The bytes of saved_model.pb, with the tag 'serve'. */
  savedModel(): Buffer {
    // A producer from before TensorFlow 2 would be held to older rules.
    const versions = bytesField(4, [integerField(1, 1087)]);
    const information = bytesField(1, [bytesField(4, 'serve')]);
    const metaGraph = [information, bytesField(2, [...this.nodes, versions])];
    return Buffer.concat([integerField(1, 1), bytesField(2, metaGraph)]);
  }
}
