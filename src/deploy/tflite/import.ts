import { ArgumentError } from '../../base';
import {
  activationRange,
  addFactors,
  denseFactors,
  paddingOf,
  requantization,
  softmaxFactors,
  weightFactors,
} from '../build-op';
import { functionTable } from '../functions';
import { elements, type Graph, type LookupFunction, type Op, type Shape, type Tensor } from '../graph';
import { simplify } from '../passes/simplify';
import { parseTflite, type TfliteModel, type TfliteOperator, type TfliteTensor } from './parse';
import { FusedActivation, Operator, operatorName, PaddingScheme, TensorType } from './schema';

/** Products of more than this are refused: nothing that fits a microcontroller comes near. */
const MOST_ELEMENTS = 2 ** 26;

type Activation = 'none' | 'relu' | 'relu6';

/** Translates one file: keeps the activation tensors made so far and the ops in order. */
class Importer {
  private readonly tensors: Tensor[] = [];
  private readonly ops: Op[] = [];
  private readonly idOf = new Map<number, number>();
  private readonly written = new Set<number>();
  /** Tensors of the file that hold activations as int32, to be looked up in a table: of which one, moved by how much. */
  private readonly indices = new Map<number, { source: number; offset: number }>();

  constructor(private readonly model: TfliteModel) {}

  graph(): Graph {
    const { model } = this;
    if (model.inputs.length !== 1) model.fail(`${model.inputs.length} inputs, wanted 1`);
    if (model.outputs.length !== 1) model.fail(`${model.outputs.length} outputs, wanted 1`);
    const input = this.activation(model.inputs[0]);
    this.written.add(input);
    model.operators.forEach((operator, i) => {
      const name = `${operatorName(operator.code)}_${i}`;
      try {
        this.translate(operator, name);
      } catch (error) {
        // Scales so far apart that their quotient has no multiplier.
        if (error instanceof ArgumentError) this.fail(`operator ${name}`, error.message);
        throw error;
      }
    });
    const output = this.idOf.get(model.outputs[0]);
    if (output === undefined || !this.written.has(output)) model.fail('the output is never written');
    const [from, to] = [model.inputs[0], model.outputs[0]].map((i) => model.tensors[i].type);
    if (from !== to) model.fail('input and output of different types');
    return {
      name: model.name,
      tensors: this.tensors,
      ops: this.ops,
      input,
      output: output as number,
      boundary: from === TensorType.uint8 ? 'uint8' : 'int8',
    };
  }

  private fail(what: string, problem: string): never {
    return this.model.fail(`${what}: ${problem}`);
  }

  /** The file's tensor as [height, width, channels]: a leading batch of 1 is dropped, missing axes are 1. */
  private shapeOf(tensor: TfliteTensor): Shape {
    const sizes = tensor.shape.length > 1 || tensor.shape[0] === 1 ? tensor.shape.slice(1) : tensor.shape;
    if ((tensor.shape.length > 1 && tensor.shape[0] !== 1) || sizes.length > 3 || sizes.some((size) => size < 1)) {
      this.fail(`tensor ${tensor.name}`, `shape [${tensor.shape.join(', ')}], wanted [1, …] of at most four axes`);
    }
    const shape = [...Array<number>(3 - sizes.length).fill(1), ...sizes] as unknown as Shape;
    if (elements(shape) > MOST_ELEMENTS) this.fail(`tensor ${tensor.name}`, `${elements(shape)} elements`);
    return shape;
  }

  private scaleOf(tensor: TfliteTensor): { scale: number; zeroPoint: number } {
    const what = `tensor ${tensor.name}`;
    if (tensor.type !== TensorType.int8 && tensor.type !== TensorType.uint8) {
      this.fail(what, `type ${tensor.type}; only int8 and uint8 models are supported (quantise it first)`);
    }
    if (tensor.scales.length !== 1) this.fail(what, `${tensor.scales.length} scales, wanted 1`);
    const moved = tensor.type === TensorType.uint8 ? -128 : 0;
    const zeroPoint = (tensor.zeroPoints[0] ?? 0) + moved;
    if (!(tensor.scales[0] > 0 && Number.isFinite(tensor.scales[0]))) this.fail(what, `scale ${tensor.scales[0]}`);
    if (!(zeroPoint >= -128 && zeroPoint <= 127)) this.fail(what, `zero point ${tensor.zeroPoints[0]} out of range`);
    return { scale: tensor.scales[0], zeroPoint };
  }

  /** Graph id of an activation tensor; makes it at its first use. */
  private activation(index: number): number {
    const known = this.idOf.get(index);
    if (known !== undefined) return known;
    const tensor = this.model.tensors[index];
    this.tensors.push({ name: tensor.name || `tensor_${index}`, shape: this.shapeOf(tensor), ...this.scaleOf(tensor) });
    this.idOf.set(index, this.tensors.length - 1);
    return this.tensors.length - 1;
  }

  private input(operator: TfliteOperator, what: string, i: number): number {
    const index = operator.inputs[i];
    if (index === undefined || index < 0) this.fail(what, `input ${i} is missing`);
    const id = this.activation(index);
    if (!this.written.has(id)) this.fail(what, `reads ${JSON.stringify(this.tensors[id].name)} before it is written`);
    return id;
  }

  private output(operator: TfliteOperator, what: string): number {
    if (operator.outputs.length !== 1) this.fail(what, `${operator.outputs.length} outputs, wanted 1`);
    const id = this.activation(operator.outputs[0]);
    if (this.written.has(id)) this.fail(what, `writes ${JSON.stringify(this.tensors[id].name)} a second time`);
    this.written.add(id);
    return id;
  }

  private constant(operator: TfliteOperator, what: string, i: number): TfliteTensor {
    const index = operator.inputs[i];
    if (index === undefined || index < 0) this.fail(what, `input ${i} is missing`);
    const tensor = this.model.tensors[index];
    if (tensor.data.length === 0) this.fail(what, `input ${i} is not a constant`);
    return tensor;
  }

  private int32s(tensor: TfliteTensor, what: string): Int32Array {
    if (tensor.type !== TensorType.int32) this.fail(what, `${JSON.stringify(tensor.name)} has type ${tensor.type}, wanted int32`);
    // Copied, since a view into the file need not be aligned.
    return new Int32Array(Uint8Array.from(tensor.data).buffer);
  }

  private fusedActivation(code: number, what: string): Activation {
    if (code === FusedActivation.none) return 'none';
    if (code === FusedActivation.relu) return 'relu';
    if (code === FusedActivation.relu6) return 'relu6';
    return this.fail(what, `fused activation ${code} is not supported`);
  }

  private paddingScheme(code: number, what: string): 'same' | 'valid' {
    if (code === PaddingScheme.same) return 'same';
    if (code === PaddingScheme.valid) return 'valid';
    return this.fail(what, `padding ${code}`);
  }

  private expectShape(what: string, id: number, wanted: Shape): void {
    const { shape } = this.tensors[id];
    if (shape.some((size, axis) => size !== wanted[axis])) {
      this.fail(what, `output of shape ${shape.join(' × ')}, wanted ${wanted.join(' × ')}`);
    }
  }

  private window(
    what: string,
    input: Shape,
    kernel: readonly [number, number],
    strides: readonly [number, number],
    scheme: 'same' | 'valid',
  ) {
    if ([...kernel, ...strides].some((size) => !(size >= 1 && size <= 4096))) {
      this.fail(what, `kernel ${kernel.join(' × ')}, strides ${strides.join(' × ')}`);
    }
    const padding = paddingOf(scheme, input, kernel, strides);
    const size = (axis: 0 | 1): number =>
      Math.floor((input[axis] + padding[2 * axis] + padding[2 * axis + 1] - kernel[axis]) / strides[axis]) + 1;
    return { kernel, strides, padding, outHeight: size(0), outWidth: size(1) };
  }

  private weights(
    operator: TfliteOperator,
    what: string,
    from: number,
    to: number,
    axis: number,
    count: number,
    channels: number,
    factors = weightFactors,
  ) {
    const tensor = this.constant(operator, what, 1);
    if (tensor.data.length !== count) this.fail(what, `${tensor.data.length} weights, wanted ${count}`);
    const perChannel = tensor.scales.length === channels && channels > 1;
    if (tensor.scales.length !== 1 && !perChannel) this.fail(what, `${tensor.scales.length} weight scales, wanted 1 or ${channels}`);
    if (perChannel && tensor.axis !== axis) this.fail(what, `weight scales along axis ${tensor.axis}, wanted ${axis}`);
    if (tensor.scales.some((scale) => !(scale > 0 && Number.isFinite(scale)))) this.fail(what, 'a weight scale that is not positive');
    const unsigned = tensor.type === TensorType.uint8;
    if (!unsigned && tensor.type !== TensorType.int8) this.fail(what, `weights of type ${tensor.type}, wanted int8 or uint8`);
    const weightZeroPoint = (tensor.zeroPoints[0] ?? 0) - (unsigned ? 128 : 0);
    if (perChannel && tensor.zeroPoints.some((zero) => zero !== 0)) this.fail(what, 'per-channel weights with a zero point');
    if (!(weightZeroPoint >= -128 && weightZeroPoint <= 127)) this.fail(what, `weight zero point ${tensor.zeroPoints[0]}`);
    const hasBias = operator.inputs[2] !== undefined && operator.inputs[2] >= 0;
    const bias = hasBias ? this.int32s(this.constant(operator, what, 2), what) : new Int32Array(channels);
    if (bias.length !== channels) this.fail(what, `${bias.length} biases, wanted ${channels}`);
    return {
      weights: Int8Array.from(tensor.data, (byte) => (unsigned ? byte - 128 : (byte << 24) >> 24)),
      weightZeroPoint,
      bias,
      weightScales: Float32Array.from(tensor.scales),
      ...requantization(factors(this.tensors[from], this.tensors[to], tensor.scales, channels)),
    };
  }

  /**
   * CAST to int32, ADD of 128 and GATHER from 256 constants: how the exporter writes a table.
   * @returns whether the operator was one of these
   */
  private table(operator: TfliteOperator, what: string, name: string): boolean {
    const [to] = operator.outputs;
    const isInteger = to !== undefined && this.model.tensors[to].type === TensorType.int32;
    const known = this.indices.get(operator.inputs[operator.code === Operator.gather ? 1 : 0] ?? -1);
    if (operator.code === Operator.cast && isInteger) {
      const source = this.input(operator, what, 0);
      if (this.model.tensors[operator.inputs[0]].type !== TensorType.int8) this.fail(what, 'of a tensor that is not int8');
      this.indices.set(to, { source, offset: 0 });
      return true;
    }
    if (operator.code === Operator.add && isInteger && known) {
      const by = this.int32s(this.constant(operator, what, 1), what);
      if (by.length !== 1) this.fail(what, `${by.length} values to add, wanted 1`);
      this.indices.set(to, { source: known.source, offset: known.offset + by[0] });
      return true;
    }
    if (operator.code !== Operator.gather) return false;
    const table = this.constant(operator, what, 0);
    if (known?.offset !== 128 || table.type !== TensorType.int8 || table.data.length !== 256) {
      return this.fail(what, 'not a table of 256 entries');
    }
    const output = this.output(operator, what);
    this.sameShape(what, known.source, output);
    const values = Int8Array.from(table.data, (byte) => (byte << 24) >> 24);
    this.ops.push({ kind: 'lookup', name, inputs: [known.source], output, table: values });
    return true;
  }

  private translate(operator: TfliteOperator, name: string): void {
    const what = `operator ${name}`;
    const { options } = operator;
    if (this.table(operator, what, name)) return;
    const first = this.input(operator, what, 0);
    const from = this.tensors[first].shape;
    const inputs = [first];
    switch (operator.code) {
      case Operator.conv2d: {
        const output = this.output(operator, what);
        const [filters, height, width, channels] = this.kernelShape(operator, what);
        if (channels !== from[2]) this.fail(what, `a kernel of ${channels} input channels on ${from[2]}`);
        if ((options?.int32(4, 1) ?? 1) !== 1 || (options?.int32(5, 1) ?? 1) !== 1) this.fail(what, 'dilation is not supported');
        const strides = [options?.int32(2) ?? 0, options?.int32(1) ?? 0] as const;
        const scheme = this.paddingScheme(options?.int8(0) ?? 0, what);
        const { outHeight, outWidth, ...window } = this.window(what, from, [height, width], strides, scheme);
        this.expectShape(what, output, [outHeight, outWidth, filters]);
        const weights = this.weights(operator, what, first, output, 0, filters * height * width * channels, filters);
        const range = activationRange(this.fusedActivation(options?.int8(3) ?? 0, what), this.tensors[output]);
        this.ops.push({ kind: 'conv2d', name, inputs, output, ...window, ...weights, ...range });
        return;
      }
      case Operator.depthwiseConv2d: {
        const output = this.output(operator, what);
        const [one, height, width, channels] = this.kernelShape(operator, what);
        if (one !== 1 || channels % from[2] !== 0) this.fail(what, `a kernel of ${channels} channels on ${from[2]}`);
        if ((options?.int32(5, 1) ?? 1) !== 1 || (options?.int32(6, 1) ?? 1) !== 1) this.fail(what, 'dilation is not supported');
        const strides = [options?.int32(2) ?? 0, options?.int32(1) ?? 0] as const;
        const scheme = this.paddingScheme(options?.int8(0) ?? 0, what);
        const { outHeight, outWidth, ...window } = this.window(what, from, [height, width], strides, scheme);
        this.expectShape(what, output, [outHeight, outWidth, channels]);
        const weights = this.weights(operator, what, first, output, 3, height * width * channels, channels);
        const range = activationRange(this.fusedActivation(options?.int8(4) ?? 0, what), this.tensors[output]);
        const depthMultiplier = channels / from[2];
        this.ops.push({ kind: 'depthwiseConv2d', name, inputs, output, depthMultiplier, ...window, ...weights, ...range });
        return;
      }
      case Operator.fullyConnected: {
        const output = this.output(operator, what);
        const units = elements(this.tensors[output].shape);
        if (options && options.int8(1) !== 0) this.fail(what, 'shuffled weights are not supported');
        const weights = this.weights(operator, what, first, output, 0, units * elements(from), units, denseFactors);
        const range = activationRange(this.fusedActivation(options?.int8(0) ?? 0, what), this.tensors[output]);
        this.ops.push({ kind: 'fullyConnected', name, inputs, output, ...weights, ...range });
        return;
      }
      case Operator.averagePool2d:
      case Operator.maxPool2d: {
        const output = this.output(operator, what);
        const kernel = [options?.int32(4) ?? 0, options?.int32(3) ?? 0] as const;
        const strides = [options?.int32(2) ?? 0, options?.int32(1) ?? 0] as const;
        const scheme = this.paddingScheme(options?.int8(0) ?? 0, what);
        const { outHeight, outWidth, ...window } = this.window(what, from, kernel, strides, scheme);
        this.expectShape(what, output, [outHeight, outWidth, from[2]]);
        this.sameScale(what, first, output);
        const kind = operator.code === Operator.maxPool2d ? 'maxPool' : 'averagePool';
        const range = activationRange(this.fusedActivation(options?.int8(5) ?? 0, what), this.tensors[output]);
        this.ops.push({ kind, name, inputs, output, ...window, ...range });
        return;
      }
      case Operator.add:
      case Operator.mul: {
        const second = this.input(operator, what, 1);
        const output = this.output(operator, what);
        const size = (id: number): number => elements(this.tensors[id].shape);
        // Kernels read the second operand again and again where it is smaller.
        const operands = size(first) < size(second) ? [second, first] : [first, second];
        const [a, b, to] = [...operands, output].map((id) => this.tensors[id]);
        this.broadcasts(what, a, b, to);
        const range = activationRange(this.fusedActivation(options?.int8(0) ?? 0, what), to);
        if (operator.code === Operator.add) {
          this.ops.push({ kind: 'add', name, inputs: operands, output, ...addFactors(a, b, to), ...range });
        } else {
          const factors = requantization([(a.scale * b.scale) / to.scale]);
          this.ops.push({ kind: 'mul', name, inputs: operands, output, ...factors, ...range });
        }
        return;
      }
      case Operator.mean: {
        const axes = [...this.int32s(this.constant(operator, what, 1), what)].map((axis) => (axis < 0 ? axis + 4 : axis)).sort();
        const output = this.output(operator, what);
        if (axes.join() !== '1,2') this.fail(what, `mean over axes ${axes.join(', ')}, wanted 1, 2`);
        this.expectShape(what, output, [1, 1, from[2]]);
        const factor = this.tensors[first].scale / this.tensors[output].scale / (from[0] * from[1]);
        this.ops.push({ kind: 'mean', name, inputs, output, ...requantization([factor]) });
        return;
      }
      case Operator.softmax: {
        const output = this.output(operator, what);
        this.sameShape(what, first, output);
        const { scale, zeroPoint } = this.tensors[output];
        if (scale !== 1 / 256 || zeroPoint !== -128) this.fail(what, `output scale ${scale}, zero point ${zeroPoint}, wanted 1/256, −128`);
        this.ops.push({ kind: 'softmax', name, inputs, output, ...softmaxFactors(this.tensors[first], options?.float32(0) ?? 1) });
        return;
      }
      case Operator.reshape: {
        const output = this.output(operator, what);
        if (elements(this.tensors[output].shape) !== elements(from)) {
          this.fail(what, `from ${elements(from)} to ${elements(this.tensors[output].shape)} elements`);
        }
        this.sameScale(what, first, output);
        this.ops.push({ kind: 'reshape', name, inputs, output });
        return;
      }
      case Operator.concatenation: {
        const ids = operator.inputs.map((_, i) => this.input(operator, what, i));
        const output = this.output(operator, what);
        const to = this.tensors[output].shape;
        const rank = this.model.tensors[operator.outputs[0]].shape.length;
        const axis = options?.int32(0) ?? 0;
        if (axis !== -1 && axis !== rank - 1) this.fail(what, `concatenation along axis ${axis}, wanted the channels`);
        for (const id of ids) {
          const { shape } = this.tensors[id];
          if (shape[0] !== to[0] || shape[1] !== to[1]) this.fail(what, `input of shape ${shape.join(' × ')} for ${to.join(' × ')}`);
          this.sameScale(what, id, output);
        }
        this.expectShape(what, output, [to[0], to[1], ids.reduce((sum, id) => sum + this.tensors[id].shape[2], 0)]);
        this.ops.push({ kind: 'concat', name, inputs: ids, output });
        return;
      }
      case Operator.pad: {
        const pads = this.int32s(this.constant(operator, what, 1), what);
        const output = this.output(operator, what);
        if (pads.length !== 8 || pads.some((pad) => !(pad >= 0 && pad <= 4096)) || pads[0] + pads[1] + pads[6] + pads[7] > 0) {
          this.fail(what, `paddings ${pads.join(', ')}, wanted four pairs around height and width only`);
        }
        const padding = [pads[2], pads[3], pads[4], pads[5]] as const;
        this.expectShape(what, output, [from[0] + pads[2] + pads[3], from[1] + pads[4] + pads[5], from[2]]);
        this.sameScale(what, first, output);
        this.ops.push({ kind: 'pad', name, inputs, output, padding });
        return;
      }
      default:
        return this.unary(operator, what, name, first);
    }
  }

  /** Functions of one value, each a table of 256 entries. */
  private unary(operator: TfliteOperator, what: string, name: string, first: number): void {
    const functions: Readonly<Record<number, LookupFunction>> = {
      [Operator.relu]: 'relu',
      [Operator.relu6]: 'relu6',
      [Operator.logistic]: 'sigmoid',
      [Operator.tanh]: 'tanh',
      [Operator.hardSwish]: 'hardSwish',
      [Operator.quantize]: 'requantize',
    };
    const known = functions[operator.code];
    if (!known) {
      this.fail(what, `not supported; supported are ${Object.keys(Operator).join(', ')}`);
    }
    const output = this.output(operator, what);
    this.sameShape(what, first, output);
    const table = functionTable(known, this.tensors[first], this.tensors[output]);
    this.ops.push({ kind: 'lookup', name, inputs: [first], output, table, function: known });
  }

  private kernelShape(operator: TfliteOperator, what: string): readonly number[] {
    const { shape } = this.constant(operator, what, 1);
    if (shape.length !== 4) this.fail(what, `a kernel of shape [${shape.join(', ')}], wanted four axes`);
    return shape;
  }

  private sameScale(what: string, a: number, b: number): void {
    const [x, y] = [this.tensors[a], this.tensors[b]];
    if (x.scale !== y.scale || x.zeroPoint !== y.zeroPoint) this.fail(what, 'input and output of different scales');
  }

  private sameShape(what: string, a: number, b: number): void {
    this.expectShape(what, b, this.tensors[a].shape);
  }

  private broadcasts(what: string, a: Tensor, b: Tensor, to: Tensor): void {
    if (elements(a.shape) !== elements(to.shape)) this.fail(what, `operands smaller than their result`);
    for (const { shape } of [a, b]) {
      const same = shape.every((size, axis) => size === to.shape[axis]);
      const perChannel = shape[0] === 1 && shape[1] === 1 && shape[2] === to.shape[2];
      if (!same && !perChannel) this.fail(what, `operand of shape ${shape.join(' × ')} for ${to.shape.join(' × ')}`);
    }
  }
}

/**
 * A quantised .tflite model as a Graph, simplified: explicit pads, separate activations and the like become a part of the
 * layers beside them. The whole file is checked before anything is believed.
 *
 * @param bytes the file
 * @param file its name, for error messages
 * @throws DataError naming the file, and the operator or tensor that is not supported or not consistent
 */
export function importTflite(bytes: Uint8Array, file?: string): Graph {
  return simplify(new Importer(parseTflite(bytes, file)).graph());
}
