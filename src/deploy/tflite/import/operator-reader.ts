import { activationRange } from '../../build-op';
import type { Shape, Tensor, TensorId } from '../../graph';
import type { TfliteModel, TfliteOperator, TfliteTensor } from '../parse';
import { FusedActivation, PaddingScheme, TensorType } from '../schema';
import type { ImportedTensors } from './tensors';

const ACTIVATIONS = new Map<number, 'none' | 'relu' | 'relu6'>([
  [FusedActivation.none, 'none'],
  [FusedActivation.relu, 'relu'],
  [FusedActivation.relu6, 'relu6'],
]);

/** One operator of a file: its operands and options, each checked as it is asked for. */
export class OperatorReader {
  private readonly what: string;

  constructor(
    private readonly model: TfliteModel,
    readonly tensors: ImportedTensors,
    private readonly operator: TfliteOperator,
    /** Unique, and the op's in the graph. */
    readonly name: string,
  ) {
    this.what = `operator ${name}`;
  }

  get code(): number {
    return this.operator.code;
  }

  get inputCount(): number {
    return this.operator.inputs.length;
  }

  fail(problem: string): never {
    return this.model.fail(`${this.what}: ${problem}`);
  }

  /** Fields of the options, by their place in the schema; those that the file leaves out have their default. */
  byte(slot: number): number {
    return this.operator.options?.int8(slot) ?? 0;
  }

  int(slot: number, absent = 0): number {
    return this.operator.options?.int32(slot, absent) ?? absent;
  }

  float(slot: number, absent: number): number {
    return this.operator.options?.float32(slot) ?? absent;
  }

  /** Place in the file of an input; undefined where it was left out, as a bias may be. */
  inputIndex(i: number): number | undefined {
    const index = this.operator.inputs[i];
    return index === undefined || index < 0 ? undefined : index;
  }

  outputIndex(): number {
    const { outputs } = this.operator;
    return outputs.length === 1 ? outputs[0] : this.fail(`${outputs.length} outputs, wanted 1`);
  }

  /** A tensor as the file has it. */
  stored(index: number): TfliteTensor {
    return this.model.tensors[index];
  }

  /** An activation that the operator reads. */
  input(i: number): TensorId {
    return this.tensors.read(this.inputIndex(i) ?? this.fail(`input ${i} is missing`), this.what);
  }

  /** The activation that it writes. */
  output(): TensorId {
    return this.tensors.write(this.outputIndex(), this.what);
  }

  constant(i: number): TfliteTensor {
    const tensor = this.stored(this.inputIndex(i) ?? this.fail(`input ${i} is missing`));
    return tensor.data.length > 0 ? tensor : this.fail(`input ${i} is not a constant`);
  }

  int32s(i: number): Int32Array {
    const { name, type, data } = this.constant(i);
    if (type !== TensorType.int32) this.fail(`${JSON.stringify(name)} has type ${type}, wanted int32`);
    // Copied, since a view into the file need not be aligned.
    return new Int32Array(Uint8Array.from(data).buffer);
  }

  tensor(id: TensorId): Tensor {
    return this.tensors.all[id];
  }

  /** The clamp that the fused activation means on the output. */
  activationRange(slot: number, output: TensorId): { min: number; max: number } {
    const code = this.byte(slot);
    return activationRange(ACTIVATIONS.get(code) ?? this.fail(`fused activation ${code} is not supported`), this.tensor(output));
  }

  paddingScheme(slot: number): 'same' | 'valid' {
    const code = this.byte(slot);
    if (code === PaddingScheme.same) return 'same';
    return code === PaddingScheme.valid ? 'valid' : this.fail(`padding ${code}, wanted same or valid`);
  }

  expectShape(id: TensorId, wanted: Shape): void {
    const { shape } = this.tensor(id);
    if (shape.some((size, axis) => size !== wanted[axis])) {
      this.fail(`output of shape ${shape.join(' × ')}, wanted ${wanted.join(' × ')}`);
    }
  }

  expectSameScale(a: TensorId, b: TensorId): void {
    const [x, y] = [this.tensor(a), this.tensor(b)];
    if (x.scale !== y.scale || x.zeroPoint !== y.zeroPoint) this.fail('input and output of different scales');
  }
}
