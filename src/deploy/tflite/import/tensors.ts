import { elements, type Shape, type Tensor, type TensorId } from '../../graph';
import type { TfliteModel, TfliteTensor } from '../parse';
import { TensorType } from '../schema';

/** Products of more than this are refused: nothing that fits a microcontroller comes near. */
const MOST_ELEMENTS = 2 ** 26;

/** An activation's values as int32, to be looked up in a table: of which tensor, moved by how much. */
export interface TableIndex {
  readonly source: TensorId;
  readonly offset: number;
}

/** The activations of a file as tensors of a graph: each is made when it is first named, and written once before it is read. */
export class ImportedTensors {
  readonly all: Tensor[] = [];
  /** By their place in the file. */
  readonly tableIndices = new Map<number, TableIndex>();
  private readonly idOf = new Map<number, TensorId>();
  private readonly done = new Set<TensorId>();

  constructor(private readonly model: TfliteModel) {}

  /** Of a tensor that something wrote; undefined where nothing did. */
  written(index: number): TensorId | undefined {
    const id = this.idOf.get(index);
    return id !== undefined && this.done.has(id) ? id : undefined;
  }

  /** @param what reads it, for messages */
  read(index: number, what: string): TensorId {
    const id = this.activation(index);
    if (!this.done.has(id)) this.fail(what, `reads ${JSON.stringify(this.all[id].name)} before it is written`);
    return id;
  }

  /** @param what writes it, for messages */
  write(index: number, what: string): TensorId {
    const id = this.activation(index);
    if (this.done.has(id)) this.fail(what, `writes ${JSON.stringify(this.all[id].name)} a second time`);
    this.done.add(id);
    return id;
  }

  private activation(index: number): TensorId {
    const known = this.idOf.get(index);
    if (known !== undefined) return known;
    const tensor = this.model.tensors[index];
    const id = this.all.push({ name: tensor.name || `tensor_${index}`, shape: this.shapeOf(tensor), ...this.scaleOf(tensor) }) - 1;
    this.idOf.set(index, id);
    return id;
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
    if (elements(shape) > MOST_ELEMENTS) this.fail(`tensor ${tensor.name}`, `${elements(shape)} elements, wanted at most ${MOST_ELEMENTS}`);
    return shape;
  }

  private scaleOf({ name, type, scales, zeroPoints }: TfliteTensor): { scale: number; zeroPoint: number } {
    const what = `tensor ${name}`;
    if (type !== TensorType.int8 && type !== TensorType.uint8) {
      this.fail(what, `type ${type}; only int8 and uint8 models are supported (quantise it first)`);
    }
    if (scales.length !== 1) this.fail(what, `${scales.length} scales, wanted 1`);
    const zeroPoint = (zeroPoints[0] ?? 0) - (type === TensorType.uint8 ? 128 : 0);
    if (!(scales[0] > 0 && Number.isFinite(scales[0]))) this.fail(what, `scale ${scales[0]}, wanted a positive number`);
    if (!(zeroPoint >= -128 && zeroPoint <= 127)) this.fail(what, `zero point ${zeroPoints[0]} out of range`);
    return { scale: scales[0], zeroPoint };
  }
}
