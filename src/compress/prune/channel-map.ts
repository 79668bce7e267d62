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

class UnionFind {
  private readonly parent: number[] = [];

  get size(): number {
    return this.parent.length;
  }

  make(count: number): Int32Array {
    const first = this.parent.length;
    const nodes = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      this.parent.push(first + i);
      nodes[i] = first + i;
    }
    return nodes;
  }

  find(a: number): number {
    let root = a;
    while (this.parent[root] !== root) root = this.parent[root];
    while (this.parent[a] !== root) [a, this.parent[a]] = [this.parent[a], root];
    return root;
  }

  union(a: number, b: number): void {
    const [x, y] = [this.find(a), this.find(b)];
    // The earlier node stands for the set, so that names follow the order of the layers.
    if (x < y) this.parent[y] = x;
    else this.parent[x] = y;
  }
}

/** A reshape that only moves positions, or lays all of them out in one row of features. */
function keepsChannels(from: Shape, to: Shape): boolean {
  return from[2] === to[2] || (to[0] === 1 && to[1] === 1);
}

/** Builds the map. Runs in time linear in the number of channels. */
export function channelMap(architecture: Architecture): ChannelMap {
  const shapes = inferShapes(architecture);
  const sets = new UnionFind();
  const nodes = new Map<string, Int32Array>();
  const frozenNodes: number[] = [];
  const freeze = (channels: Int32Array): Int32Array => {
    for (const node of channels) frozenNodes.push(node);
    return channels;
  };
  const passed = (layer: Layer): Int32Array => nodes.get(layer.inputs[0]) as Int32Array;
  for (const layer of architecture.layers) {
    const shape = shapes.get(layer.name) as Shape;
    const outputs = ((): Int32Array => {
      switch (layer.kind) {
        case 'input':
          return freeze(sets.make(shape[2]));
        case 'conv2d':
        case 'dense':
          return sets.make(shape[2]);
        case 'depthwiseConv2d':
          return Int32Array.from({ length: shape[2] }, (_, i) => passed(layer)[Math.floor(i / layer.depthMultiplier)]);
        case 'add':
        case 'multiply': {
          const [first, ...others] = layer.inputs.map((input) => nodes.get(input) as Int32Array);
          for (const other of others) first.forEach((node, c) => sets.union(node, other[c]));
          return first;
        }
        case 'concat':
          return Int32Array.from(layer.inputs.flatMap((input) => [...(nodes.get(input) as Int32Array)]));
        case 'flatten':
        case 'reshape': {
          const from = shapes.get(layer.inputs[0]) as Shape;
          if (!keepsChannels(from, shape)) {
            freeze(passed(layer));
            return freeze(sets.make(shape[2]));
          }
          return Int32Array.from({ length: shape[2] }, (_, i) => passed(layer)[i % from[2]]);
        }
        case 'activation':
          return layer.activation === 'softmax' ? freeze(passed(layer)) : passed(layer);
        default:
          return passed(layer);
      }
    })();
    nodes.set(layer.name, outputs);
  }
  freeze(nodes.get(architecture.layers[architecture.layers.length - 1].name) as Int32Array);
  // Layers that pass channels on share one array, here as above.
  const found = new Map<Int32Array, Int32Array>();
  const unitsOf = (own: Int32Array): Int32Array => {
    let units = found.get(own);
    if (!units) found.set(own, (units = own.map((node) => sets.find(node))));
    return units;
  };
  const units = new Map([...nodes].map(([name, own]) => [name, unitsOf(own)]));
  return { units, shapes, frozen: new Set(frozenNodes.map((node) => sets.find(node))), size: sets.size };
}
