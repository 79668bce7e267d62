/**
 * Which channels live and die together. Every channel that a convolution or dense layer makes is a node; layers
 * that work channel by channel pass nodes on, sums and products tie those of their operands (union-find), flatten
 * repeats them. A tied set can be removed as one unit, from every layer it touches, unless it holds a channel of
 * the input, of the output, or one that a softmax or a mixing reshape reads.
 */
import { inferShapes, type Architecture, type Layer, type Shape } from '../../nn';

/**
 * Which output channels of which layers stand or fall together: channels of one *unit* are added, multiplied or normalised with
 * each other somewhere, so that pruning removes all of them or none (the coupling of DepGraph, Fang et al. 2023).
 */
export interface ChannelMap {
  /** Unit of each output channel, by layer. */
  readonly units: ReadonlyMap<string, Int32Array>;
  /** Output of each layer, [height, width, channels]. */
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Units that must stay. */
  readonly frozen: ReadonlySet<number>;
  /** Numbers of units are below this. */
  readonly size: number;
}

/**
 * Sets of numbered channels (union-find). The earliest of a set stands for it, so that names follow the order of the layers.
 */
class ChannelSets {
  /** Channels made so far. */
  size = 0;
  private readonly numbers: Int32Array;
  /** Never after the channel itself. */
  private readonly parent: Int32Array;

  constructor(most: number) {
    this.numbers = new Int32Array(most);
    for (let i = 0; i < most; i++) this.numbers[i] = i;
    this.parent = this.numbers.slice();
  }

  make(count: number): Int32Array {
    this.size += count;
    return this.numbers.subarray(this.size - count, this.size);
  }

  private find(a: number): number {
    const { parent } = this;
    let root = a;
    while (parent[root] !== root) root = parent[root];
    for (let at = a; at !== root; ) {
      const next = parent[at];
      parent[at] = root;
      at = next;
    }
    return root;
  }

  union(a: number, b: number): void {
    const [x, y] = [this.find(a), this.find(b)];
    if (x < y) this.parent[y] = x;
    else this.parent[x] = y;
  }

  /** What stands for each channel. */
  roots(): Int32Array {
    const { parent, size } = this;
    for (let i = 0; i < size; i++) parent[i] = parent[parent[i]];
    return parent.subarray(0, size);
  }
}

/** The parts one behind the other. */
function joined(parts: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A reshape that only moves positions, or lays all of them out in one row of features. */
function keepsChannels(from: Shape, to: Shape): boolean {
  return from[2] === to[2] || (to[0] === 1 && to[1] === 1);
}

/** Builds the map. Runs in time linear in the number of channels. */
export function channelMap(architecture: Architecture): ChannelMap {
  const shapes = inferShapes(architecture);
  const sets = new ChannelSets(architecture.layers.reduce((sum, { name }) => sum + (shapes.get(name) as Shape)[2], 0));
  const nodes = new Map<string, Int32Array>();
  const frozen = new Set<Int32Array>();
  const freeze = (channels: Int32Array): Int32Array => {
    frozen.add(channels);
    return channels;
  };
  const of = (layer: string): Int32Array => nodes.get(layer) as Int32Array;
  const outputsOf = (layer: Layer): Int32Array => {
    const [, , channels] = shapes.get(layer.name) as Shape;
    const [passed] = layer.inputs.map(of);
    switch (layer.kind) {
      case 'input':
        return freeze(sets.make(channels));
      case 'conv2d':
      case 'dense':
        return sets.make(channels);
      case 'depthwiseConv2d':
        if (layer.depthMultiplier === 1) return passed;
        return Int32Array.from({ length: channels }, (_, i) => passed[Math.floor(i / layer.depthMultiplier)]);
      case 'add':
      case 'multiply':
        for (const other of layer.inputs.slice(1).map(of)) passed.forEach((node, c) => sets.union(node, other[c]));
        return passed;
      case 'concat':
        return joined(layer.inputs.map(of));
      case 'flatten':
      case 'reshape':
        if (!keepsChannels(shapes.get(layer.inputs[0]) as Shape, shapes.get(layer.name) as Shape)) {
          freeze(passed);
          return freeze(sets.make(channels));
        }
        return channels === passed.length ? passed : joined(new Array<Int32Array>(channels / passed.length).fill(passed));
      case 'activation':
        return layer.activation === 'softmax' ? freeze(passed) : passed;
      default:
        return passed;
    }
  };
  for (const layer of architecture.layers) nodes.set(layer.name, outputsOf(layer));
  freeze(of(architecture.layers[architecture.layers.length - 1].name));
  // From channels to what stands for them; layers that pass channels on share one array.
  const roots = sets.roots();
  for (const own of new Set(nodes.values())) for (let c = 0; c < own.length; c++) own[c] = roots[own[c]];
  const frozenUnits = new Set<number>();
  for (const own of frozen) for (const unit of own) frozenUnits.add(unit);
  return { units: nodes, shapes, frozen: frozenUnits, size: sets.size };
}
