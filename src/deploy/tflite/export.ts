import { ArgumentError, check } from '../../base';
import {
  activationRange,
  addFactors,
  convolutionFactor,
  denseFactor,
  paddingOf,
  requantization,
  softmaxFactors,
  weightRequantization,
} from '../build-op';
import { elements, type Graph, type Lookup, type Op, type Requantization, type Shape, type Tensor, type TensorId, type WeightedOp, type WindowedOp } from '../graph';
import { FusedActivation, Operator, Options, PaddingScheme, TensorType } from './schema';
import { TfliteWriter, type OptionField } from './writer';

/** Versions of the operators from which on they take int8. */
const VERSIONS: Readonly<Record<keyof typeof Operator, number>> = {
  add: 2, averagePool2d: 2, concatenation: 2, conv2d: 3, depthwiseConv2d: 3, fullyConnected: 4, gather: 2,
  logistic: 2, maxPool2d: 2, mul: 2, relu: 2, relu6: 2, reshape: 1, softmax: 2, tanh: 2, pad: 2, mean: 2, cast: 1, quantize: 2, hardSwish: 1,
};

/** Functions with an operator of their own, which gives the table's bytes; the others become a table in the file too. */
const FUNCTIONS: Readonly<Partial<Record<NonNullable<Lookup['function']>, keyof typeof Operator>>> = {
  relu: 'relu', relu6: 'relu6', sigmoid: 'logistic', tanh: 'tanh', hardSwish: 'hardSwish', requantize: 'quantize',
};

class Exporter {
  private readonly writer = new TfliteWriter();
  /** Index in the file of each activation. */
  private readonly indexOf = new Map<TensorId, number>();
  /** Fully connected layers give [1, units], which operators on pictures do not take. */
  private readonly flat = new Set<TensorId>();

  constructor(private readonly graph: Graph) {}

  file(): Uint8Array {
    const { graph } = this;
    const input = this.activation(graph.input);
    for (const op of graph.ops) this.op(op);
    return this.writer.finish(graph.name, input, this.index(graph.output));
  }

  private refuse(op: Op, got: unknown, wanted: string): never {
    throw new ArgumentError(`graph, ${op.name}`, got, wanted);
  }

  private written(tensor: Tensor, shape: readonly number[]): number {
    const quantization = { scales: [tensor.scale], zeroPoints: [tensor.zeroPoint] };
    return this.writer.tensor({ name: tensor.name, type: TensorType.int8, shape, quantization });
  }

  private activation(id: TensorId, isFlat = false): number {
    const tensor = this.graph.tensors[id];
    const index = this.written(tensor, isFlat ? [1, elements(tensor.shape)] : [1, ...tensor.shape]);
    this.indexOf.set(id, index);
    if (isFlat) this.flat.add(id);
    return index;
  }

  private index(id: TensorId): number {
    return this.indexOf.get(id) as number;
  }

  private constant(name: string, values: Int32Array): number {
    return this.writer.tensor({ name, type: TensorType.int32, shape: [values.length], data: values });
  }

  private operator(
    kind: keyof typeof Operator,
    inputs: readonly number[],
    output: number,
    optionsType = 0,
    options: readonly OptionField[] = [],
  ): void {
    this.writer.operator({ code: Operator[kind], version: VERSIONS[kind], inputs, output, optionsType, options });
  }

  private reshape(name: string, from: number, to: number, shape: Shape): void {
    const wanted = this.constant(`${name} shape`, Int32Array.of(1, ...shape));
    this.operator('reshape', [from, wanted], to);
  }

  /** Index of an activation of four axes. */
  private picture(id: TensorId): number {
    if (!this.flat.has(id)) return this.index(id);
    const tensor = this.graph.tensors[id];
    const index = this.written(tensor, [1, ...tensor.shape]);
    this.reshape(tensor.name, this.index(id), index, tensor.shape);
    return index;
  }

  private activationOf(op: Extract<Op, { min: number }>): OptionField[2] {
    const to = this.graph.tensors[op.output];
    const found = (['none', 'relu', 'relu6'] as const).find((name) => {
      const { min, max } = activationRange(name, to);
      return min === op.min && max === op.max;
    });
    return FusedActivation[found ?? this.refuse(op, [op.min, op.max], 'the clamp of no activation, relu or relu6')];
  }

  private mustEqual(op: Op, got: Requantization, wanted: Requantization): void {
    const same = (a: Int32Array, b: Int32Array): boolean => a.length === b.length && a.every((value, i) => value === b[i]);
    if (!same(got.multipliers, wanted.multipliers) || !same(got.shifts, wanted.shifts)) {
      this.refuse(op, got.multipliers, 'the multipliers that follow from the scales of its tensors');
    }
  }

  /** Padding scheme and the input; where neither scheme fits, the input is padded by an operator of its own. */
  private window(op: WindowedOp, input: number): { scheme: number; input: number } {
    const { shape } = this.graph.tensors[op.inputs[0]];
    const isSame = (name: 'same' | 'valid'): boolean =>
      paddingOf(name, shape, op.kernel, op.strides).every((pad, i) => pad === op.padding[i]);
    if (isSame('valid')) return { scheme: PaddingScheme.valid, input };
    if (isSame('same')) return { scheme: PaddingScheme.same, input };
    if (op.kind === 'averagePool' || op.kind === 'maxPool') this.refuse(op, op.padding, 'the padding of "same" or "valid"');
    return { scheme: PaddingScheme.valid, input: this.padded(op.inputs[0], input, op.padding, `${op.name} padded`) };
  }

  private padded(id: TensorId, input: number, padding: readonly number[], name: string, output?: number): number {
    const tensor = this.graph.tensors[id];
    const [height, width, channels] = tensor.shape;
    const shape = [1, height + padding[0] + padding[1], width + padding[2] + padding[3], channels];
    const to = output ?? this.written({ ...tensor, name }, shape);
    const pairs = this.writer.tensor({
      name: `${name} by`, type: TensorType.int32, shape: [4, 2], data: Int32Array.of(0, 0, ...padding, 0, 0),
    });
    this.operator('pad', [input, pairs], to, Options.pad);
    return to;
  }

  /** Indices of weights and bias. */
  private weights(op: WeightedOp, shape: readonly number[], axis: number, factorOf: typeof convolutionFactor): [number, number] {
    const [from, to] = [op.inputs[0], op.output].map((id) => this.graph.tensors[id]);
    const scales = op.weightScales;
    if (!scales) this.refuse(op, 'no weight scales', 'weightScales, as lower and importTflite give them');
    if (op.weightZeroPoint !== 0) this.refuse(op, op.weightZeroPoint, 'a zero point of the weights of 0');
    this.mustEqual(op, op, weightRequantization(factorOf(from, to), scales, op.bias.length));
    const zeroPoints = Array<number>(scales.length).fill(0);
    const quantization = { scales: [...scales], zeroPoints, axis };
    const weights = this.writer.tensor({
      name: `${op.name} weights`, type: TensorType.int8, shape, quantization, data: op.weights,
    });
    const bias = this.writer.tensor({
      name: `${op.name} bias`, type: TensorType.int32, shape: [op.bias.length], data: op.bias,
      quantization: { scales: [...scales].map((scale) => from.scale * scale), zeroPoints, axis: 0 },
    });
    return [weights, bias];
  }

  private op(op: Op): void {
    const [from, to] = [op.inputs[0], op.output].map((id) => this.graph.tensors[id]);
    switch (op.kind) {
      case 'conv2d':
      case 'depthwiseConv2d': {
        const isDepthwise = op.kind === 'depthwiseConv2d';
        const { scheme, input } = this.window(op, this.picture(op.inputs[0]));
        const shape = isDepthwise ? [1, ...op.kernel, to.shape[2]] : [to.shape[2], ...op.kernel, from.shape[2]];
        const [weights, bias] = this.weights(op, shape, isDepthwise ? 3 : 0, convolutionFactor);
        const fused = this.activationOf(op);
        const strides: OptionField[] = [[0, 'int8', scheme], [1, 'int32', op.strides[1]], [2, 'int32', op.strides[0]]];
        const inputs = [input, weights, bias];
        const output = this.activation(op.output);
        if (isDepthwise) {
          return this.operator('depthwiseConv2d', inputs, output, Options.depthwiseConv2d, [
            ...strides, [3, 'int32', op.depthMultiplier], [4, 'int8', fused], [5, 'int32', 1], [6, 'int32', 1],
          ]);
        }
        return this.operator('conv2d', inputs, output, Options.conv2d, [
          ...strides, [3, 'int8', fused], [4, 'int32', 1], [5, 'int32', 1],
        ]);
      }
      case 'fullyConnected': {
        const [weights, bias] = this.weights(op, [to.shape[2], elements(from.shape)], 0, denseFactor);
        const fused = this.activationOf(op);
        const inputs = [this.index(op.inputs[0]), weights, bias];
        const output = this.activation(op.output, true);
        return this.operator('fullyConnected', inputs, output, Options.fullyConnected, [[0, 'int8', fused]]);
      }
      case 'averagePool':
      case 'maxPool': {
        const { scheme, input } = this.window(op, this.picture(op.inputs[0]));
        const kind = op.kind === 'maxPool' ? 'maxPool2d' : 'averagePool2d';
        return this.operator(kind, [input], this.activation(op.output), Options.pool2d, [
          [0, 'int8', scheme], [1, 'int32', op.strides[1]], [2, 'int32', op.strides[0]],
          [3, 'int32', op.kernel[1]], [4, 'int32', op.kernel[0]], [5, 'int8', this.activationOf(op)],
        ]);
      }
      case 'mean': {
        this.mustEqual(op, op, requantization([from.scale / to.scale / (from.shape[0] * from.shape[1])]));
        const inputs = [this.picture(op.inputs[0]), this.constant(`${op.name} axes`, Int32Array.of(1, 2))];
        return this.operator('mean', inputs, this.activation(op.output), Options.reducer, [[0, 'int8', 1]]);
      }
      case 'add':
      case 'mul': {
        const second = this.graph.tensors[op.inputs[1]];
        const isAdd = op.kind === 'add';
        const wanted = isAdd ? addFactors(from, second, to) : requantization([(from.scale * second.scale) / to.scale]);
        this.mustEqual(op, op, wanted);
        const inputs = op.inputs.map((id) => this.picture(id));
        const fused: OptionField = [0, 'int8', this.activationOf(op)];
        return this.operator(op.kind, inputs, this.activation(op.output), isAdd ? Options.add : Options.mul, [fused]);
      }
      case 'lookup':
        return this.lookup(op);
      case 'softmax': {
        const usual = softmaxFactors(from);
        const isUsual = (['multiplier', 'leftShift', 'diffMin'] as const).every((key) => usual[key] === op[key]);
        if (!isUsual) this.refuse(op, op.multiplier, 'the multiplier of a softmax with beta = 1');
        const isFlat = this.flat.has(op.inputs[0]);
        const input = this.index(op.inputs[0]);
        return this.operator('softmax', [input], this.activation(op.output, isFlat), Options.softmax, [[0, 'float32', 1]]);
      }
      case 'reshape':
        return this.reshape(op.name, this.index(op.inputs[0]), this.activation(op.output), to.shape);
      case 'concat': {
        const inputs = op.inputs.map((id) => this.picture(id));
        return this.operator('concatenation', inputs, this.activation(op.output), Options.concatenation, [[0, 'int32', 3]]);
      }
      case 'pad': {
        const input = this.picture(op.inputs[0]);
        this.padded(op.inputs[0], input, op.padding, op.name, this.activation(op.output));
        return;
      }
      case 'crop':
      case 'paste':
        return this.refuse(op, op.kind, 'a graph that was not split into patches');
    }
  }

  /** A function that TensorFlow Lite has: its operator. Any other table: CAST, ADD and GATHER, which give it exactly. */
  private lookup(op: Lookup): void {
    const kind = op.function && FUNCTIONS[op.function];
    const isFlat = this.flat.has(op.inputs[0]);
    const input = this.index(op.inputs[0]);
    const output = this.activation(op.output, isFlat);
    if (kind) return this.operator(kind, [input], output);
    const { shape } = this.graph.tensors[op.output];
    const whole = isFlat ? [1, elements(shape)] : [1, ...shape];
    const indices = ['as integers', 'from 0'].map((what) =>
      this.writer.tensor({ name: `${op.name} ${what}`, type: TensorType.int32, shape: whole }),
    );
    const { scale, zeroPoint } = this.graph.tensors[op.output];
    const table = this.writer.tensor({
      name: `${op.name} table`, type: TensorType.int8, shape: [256], data: op.table,
      quantization: { scales: [scale], zeroPoints: [zeroPoint] },
    });
    this.operator('cast', [input], indices[0]);
    this.operator('add', [indices[0], this.constant(`${op.name} offset`, Int32Array.of(128))], indices[1], Options.add);
    this.operator('gather', [table, indices[1]], output);
  }
}

/**
 * An int8 graph as a .tflite file that TensorFlow Lite's reference kernels run with the interpreter's bytes.
 *
 * @throws ArgumentError naming the layer, for what the format cannot say: weights with a zero point, a graph with a
 *   uint8 boundary, factors or clamps that do not follow from the tensors' scales
 */
export function exportTflite(graph: Graph): Uint8Array {
  check(graph.boundary === 'int8', 'graph.boundary', graph.boundary, 'int8 (LiteRT has no per-channel uint8)');
  return new Exporter(graph).file();
}
