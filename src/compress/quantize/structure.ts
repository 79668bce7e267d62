/**
 * The structure of a quantised model: which operations, in which order, on which tensors, and which tensors share
 * scale and zero point. It follows from the architecture alone, and `quantize` and `skeleton` both fill it in, so
 * that what is costed before training is what is deployed after it.
 */
import { ArgumentError, samePadding, product } from '../../base';
import { inferShapes, type Architecture, type Layer, type Shape } from '../../nn';
import { consumersOf } from './fold-batch-norm';
import type { ConvolutionOperation, DenseOperation, FusedActivation, QuantizedOperation } from './quantized-model';

/** An operation that has no weights yet. */
export type WeightedSlot = Omit<ConvolutionOperation, 'weights'> | Omit<DenseOperation, 'weights'>;
export type OperationSlot = WeightedSlot | Exclude<QuantizedOperation, ConvolutionOperation | DenseOperation>;

export interface Structure {
  readonly name: string;
  readonly operations: readonly OperationSlot[];
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Tensors that take scale and zero point from another one. */
  readonly scaleOf: ReadonlyMap<string, string>;
  /** Kind of the operation, for tensors whose scale it fixes. */
  readonly fixed: ReadonlyMap<string, string>;
  readonly input: string;
  readonly output: string;
}

type Pads = readonly [top: number, bottom: number, left: number, right: number];

/** Operations whose output keeps their input's scale and zero point, as LiteRT's specification wants. */
const keepsScale = new Set<OperationSlot['kind']>(['maxPool', 'averagePool', 'reshape', 'zeroPad']);
const fixedScale = new Set<OperationSlot['kind']>(['softmax', 'sigmoid', 'tanh']);

export function isWeighted(slot: OperationSlot): slot is WeightedSlot {
  return slot.kind === 'conv2d' || slot.kind === 'depthwiseConv2d' || slot.kind === 'dense';
}

class StructureBuilder {
  readonly operations: OperationSlot[] = [];
  readonly scaleOf = new Map<string, string>();
  readonly shapes = new Map<string, Shape>();
  private readonly layerShapes: ReadonlyMap<string, Shape>;
  private readonly byName: ReadonlyMap<string, Layer>;
  private readonly consumers: ReadonlyMap<string, readonly Layer[]>;
  /** Tensor that holds a layer's output, where it has not the layer's own name. */
  private readonly tensorOf = new Map<string, string>();

  constructor(private readonly architecture: Architecture) {
    this.layerShapes = inferShapes(architecture);
    this.byName = new Map(architecture.layers.map((layer) => [layer.name, layer]));
    this.consumers = consumersOf(architecture);
    const [input] = architecture.layers;
    this.shapes.set(input.name, this.shapeOf(input.name));
    for (const layer of architecture.layers.slice(1)) this.lower(layer);
    this.equaliseConcats();
  }

  get output(): string {
    return this.tensor(this.last);
  }

  private get last(): string {
    return this.architecture.layers[this.architecture.layers.length - 1].name;
  }

  private shapeOf(layer: string): Shape {
    return this.layerShapes.get(layer) as Shape;
  }

  private tensor(layer: string): string {
    return this.tensorOf.get(layer) ?? layer;
  }

  /** The relu or relu6 that clamps this layer's output and alone reads it. */
  private fusedActivation(layer: Layer): { activation: FusedActivation; name: string } {
    const readers = this.consumers.get(layer.name) ?? [];
    const [reader] = readers;
    if (readers.length === 1 && reader.kind === 'activation' && layer.name !== this.last) {
      if (reader.activation === 'relu' || reader.activation === 'relu6') {
        return { activation: reader.activation, name: reader.name };
      }
    }
    return { activation: 'none', name: layer.name };
  }

  private push(slot: OperationSlot, shape: Shape): void {
    this.operations.push(slot);
    this.shapes.set(slot.output, shape);
  }

  /** What a convolution reads once the zeroPads before it are taken as its own padding. */
  private unpadded(name: string): { source: string; pads: Pads } {
    let pads: Pads = [0, 0, 0, 0];
    let source = name;
    for (let layer = this.byName.get(source); layer?.kind === 'zeroPad'; layer = this.byName.get(source)) {
      const own = layer.padding;
      pads = [pads[0] + own[0], pads[1] + own[1], pads[2] + own[2], pads[3] + own[3]];
      source = layer.inputs[0];
    }
    return { source, pads };
  }

  private lower(layer: Layer): void {
    const { name } = layer;
    if (this.tensorOf.has(name)) return;
    const shape = this.shapeOf(name);
    const inputs = layer.inputs.map((input) => this.tensor(input));
    const base = { name, inputs, output: name };
    switch (layer.kind) {
      case 'conv2d':
      case 'depthwiseConv2d': {
        const { source, pads } = this.unpadded(layer.inputs[0]);
        const [height, width] = this.shapeOf(layer.inputs[0]);
        const same = layer.padding === 'same';
        const vertical = same ? samePadding(height, layer.kernel[0], layer.strides[0]) : [0, 0];
        const horizontal = same ? samePadding(width, layer.kernel[1], layer.strides[1]) : [0, 0];
        const padding: Pads = [
          pads[0] + vertical[0],
          pads[1] + vertical[1],
          pads[2] + horizontal[0],
          pads[3] + horizontal[1],
        ];
        const { kind, kernel, strides } = layer;
        const { activation, output } = this.fused(layer);
        this.push({ name, inputs: [this.tensor(source)], output, kind, kernel, strides, padding, activation }, shape);
        return;
      }
      case 'dense': {
        const { activation, output } = this.fused(layer);
        this.push({ name, inputs, output, kind: 'dense', activation }, shape);
        return;
      }
      case 'add':
      case 'multiply': {
        const size = (input: string): number => product(this.shapeOf(input));
        const [a, b] = layer.inputs;
        const ordered = size(a) >= size(b) ? inputs : [inputs[1], inputs[0]];
        const { activation, output } = this.fused(layer);
        this.push({ name, inputs: ordered, output, kind: layer.kind, activation }, shape);
        return;
      }
      case 'activation':
        this.push({ ...base, kind: layer.activation }, shape);
        break;
      case 'maxPool':
      case 'averagePool': {
        const { kind, size, strides, padding } = layer;
        this.push({ ...base, kind, size, strides, padding }, shape);
        break;
      }
      case 'zeroPad':
        if (this.isOnlyForConvolutions(layer)) return;
        this.push({ ...base, kind: 'zeroPad', padding: layer.padding }, shape);
        break;
      case 'flatten':
      case 'reshape':
        this.push({ ...base, kind: 'reshape' }, shape);
        break;
      case 'globalAveragePool':
      case 'concat':
        this.push({ ...base, kind: layer.kind }, shape);
        break;
      default:
        throw new ArgumentError('architecture', layer.kind, `a kind of layer that can be quantised (layer '${name}')`);
    }
    const { kind } = this.operations[this.operations.length - 1];
    if (keepsScale.has(kind)) this.scaleOf.set(name, inputs[0]);
  }

  /** A zeroPad whose readers are convolutions, or pads that feed convolutions alone, becomes their own padding. */
  private isOnlyForConvolutions(pad: Layer): boolean {
    const readers = this.consumers.get(pad.name) ?? [];
    return (
      readers.length > 0 &&
      readers.every((reader) => {
        if (reader.kind === 'zeroPad') return this.isOnlyForConvolutions(reader);
        return reader.kind === 'conv2d' || reader.kind === 'depthwiseConv2d';
      })
    );
  }

  /** Output name and clamp of an operation, the activation's tensor taken over where there is one. */
  private fused(layer: Layer): { activation: FusedActivation; output: string } {
    const { activation, name } = this.fusedActivation(layer);
    if (name !== layer.name) {
      this.tensorOf.set(name, name);
      this.tensorOf.set(layer.name, name);
    }
    return { activation, output: name };
  }

  /**
   * A concat and its inputs share one scale, as in LiteRT. Where an input has one that can't be widened (softmax and
   * its like, or the network's input, which would lose by it), a requantize is put in between.
   */
  private equaliseConcats(): void {
    const kindOf = new Map(this.operations.map((slot) => [slot.output, slot.kind]));
    for (const concat of this.operations.filter((slot) => slot.kind === 'concat')) {
      const inputs = concat.inputs.map((input, i) => {
        const root = scaleRoot(this, input);
        const kind = kindOf.get(root);
        const own = scaleRoot(this, concat.output);
        if (kind !== undefined && !fixedScale.has(kind)) {
          if (root !== own) this.scaleOf.set(root, own);
          return input;
        }
        const output = `${concat.name}_requantize${i + 1}`;
        const slot: OperationSlot = { kind: 'requantize', name: output, inputs: [input], output };
        this.operations.splice(this.operations.indexOf(concat), 0, slot);
        this.shapes.set(output, this.shapes.get(input) as Shape);
        this.scaleOf.set(output, own);
        return output;
      });
      this.operations[this.operations.indexOf(concat)] = { ...concat, inputs };
    }
  }
}

/**
 * The structure of a prepared architecture (preparedArchitecture).
 * @throws ArgumentError naming the layer where one can't be quantised.
 */
export function structureOf(prepared: Architecture): Structure {
  const builder = new StructureBuilder(prepared);
  const { operations, shapes, scaleOf, output } = builder;
  const fixed = new Map<string, string>();
  for (const slot of operations) if (fixedScale.has(slot.kind)) fixed.set(slot.output, slot.kind);
  return { name: prepared.name, operations, shapes, scaleOf, fixed, input: prepared.layers[0].name, output };
}

/** The tensor that stands for all that share a tensor's scale. */
export function scaleRoot({ scaleOf }: Pick<Structure, 'scaleOf'>, tensor: string): string {
  let root = tensor;
  for (let source = scaleOf.get(root); source !== undefined; source = scaleOf.get(root)) root = source;
  return root;
}

/**
 * The tensors whose ranges calibration must find, by the root of the scale that they decide: a scale holds the
 * ranges of all its tensors. All are names of layers.
 */
export function calibratedTensors(structure: Structure): Map<string, string[]> {
  const derived = new Set<string>(
    structure.operations
      .filter(({ kind }) => keepsScale.has(kind) || fixedScale.has(kind) || kind === 'requantize')
      .map((slot) => slot.output),
  );
  const groups = new Map<string, string[]>();
  for (const tensor of structure.shapes.keys()) {
    if (derived.has(tensor)) continue;
    const root = scaleRoot(structure, tensor);
    groups.set(root, [...(groups.get(root) ?? []), tensor]);
  }
  return groups;
}
