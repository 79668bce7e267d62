import { ArgumentError, check } from '../../base';
import type { Architecture, Layer, Network, Shape, Weights } from '../../nn';
import { channelGroups, unitGroups, type UnitGroup } from './channel-groups';
import { channelMap, type ChannelMap } from './channel-map';
import { keptCounts, type Keep, type SparsityByGroup } from './keep';

/** 1 for each unit that goes. @param keep what says of each group, by name, which of its units stay */
function removedUnits<K>(
  map: ChannelMap,
  groups: readonly UnitGroup[],
  keep: ReadonlyMap<string, K>,
  isKept: (own: K, unit: number) => boolean,
): Uint8Array {
  const byName = new Map(groups.map((group) => [group.name, group]));
  const removed = new Uint8Array(map.size);
  for (const [name, own] of keep) {
    const group = byName.get(name);
    if (!group) throw new ArgumentError('keep', name, `names of groups: ${[...byName.keys()].join(', ')}`);
    const { unitIds, size } = group;
    let kept = 0;
    for (let unit = 0; unit < size; unit++) {
      if (isKept(own, unit)) kept++;
      else removed[unitIds[unit]] = 1;
    }
    check(kept > 0, `keep '${name}'`, 'none', 'at least one unit that stays');
  }
  return removed;
}

/** For each layer what is made of its units, once for those that share an array because they pass channels on. */
function byUnits<T>(map: ChannelMap, make: (units: Int32Array) => T): Map<string, T> {
  const made = new Map<Int32Array, T>();
  const result = new Map<string, T>();
  for (const [layer, units] of map.units) {
    if (!made.has(units)) made.set(units, make(units));
    result.set(layer, made.get(units) as T);
  }
  return result;
}

/** Indices of the channels that stay, by layer, of its output. */
export function keptChannels(map: ChannelMap, groups: readonly UnitGroup[], keep: Keep): Map<string, Int32Array> {
  for (const { name, size } of groups) {
    const own = keep.get(name);
    if (own) check(own.length === size, `keep '${name}'`, own.length, `${size} entries`);
  }
  const removed = removedUnits(map, groups, keep, (own, unit) => own[unit] !== 0);
  return byUnits(map, (units) => Int32Array.from(units.keys()).filter((channel) => removed[units[channel]] === 0));
}

function shrunkLayer(layer: Layer, channels: number): Layer {
  switch (layer.kind) {
    case 'conv2d':
      return { ...layer, filters: channels };
    case 'dense':
      return { ...layer, units: channels };
    case 'reshape': {
      const [height, width] = layer.shape;
      return { ...layer, shape: [height, width, channels] as Shape };
    }
    default:
      return layer;
  }
}

function shrunkArchitecture({ name, layers }: Architecture, channelsOf: (layer: string) => number): Architecture {
  return { name, layers: layers.map((layer) => shrunkLayer(layer, channelsOf(layer.name))) };
}

/**
 * The architecture that is left when each group keeps so many units (groups left out keep all): what shrink will
 * give, whichever units they are. Shapes only, for costs before training.
 */
export function shrinkArchitecture(
  architecture: Architecture,
  keepCounts: ReadonlyMap<string, number>,
  map: ChannelMap = channelMap(architecture),
  groups: readonly UnitGroup[] = unitGroups(architecture, map),
): Architecture {
  const removed = removedUnits(map, groups, keepCounts, (count, unit) => unit < count);
  const channels = byUnits(map, (units) => {
    let count = 0;
    for (let channel = 0; channel < units.length; channel++) count += 1 - removed[units[channel]];
    return count;
  });
  return shrunkArchitecture(architecture, (layer) => channels.get(layer) as number);
}

/** The architecture that pruning to a sparsity will leave: for costs before training. */
export function prunedArchitecture(
  architecture: Architecture,
  sparsity: SparsityByGroup,
  multipleOf?: number,
): Architecture {
  const map = channelMap(architecture);
  const groups = unitGroups(architecture, map);
  return shrinkArchitecture(architecture, keptCounts(architecture, sparsity, { multipleOf, groups }), map, groups);
}

/** Rows `rows` and columns `columns` of each of the leading matrices of a tensor whose last two axes are inner × outer. */
function sliced(
  values: Float32Array,
  inner: number,
  outer: number,
  rows: Int32Array,
  columns: Int32Array,
): Float32Array {
  const leading = values.length / (inner * outer);
  const result = new Float32Array(leading * rows.length * columns.length);
  let i = 0;
  for (let l = 0; l < leading; l++) {
    for (const row of rows) for (const column of columns) result[i++] = values[(l * inner + row) * outer + column];
  }
  return result;
}

const pick = (values: Float32Array, kept: Int32Array): Float32Array =>
  Float32Array.from(kept, (channel) => values[channel]);

/**
 * Removes units from every layer that they touch: the small dense network computes what the masked one does.
 * @throws ArgumentError for a name that is no group's, or a group of which nothing would stay.
 */
export function shrink(network: Network, keep: Keep): Network {
  const { architecture } = network;
  const map = channelMap(architecture);
  const kept = keptChannels(map, channelGroups(architecture, map), keep);
  const weights = new Map<string, Readonly<Record<string, Float32Array>>>();
  for (const layer of architecture.layers) {
    const own = network.weights.get(layer.name);
    if (!own) continue;
    const outputs = kept.get(layer.name) as Int32Array;
    const inputs = kept.get(layer.inputs[0]) as Int32Array;
    const sizes = {
      inputs: (map.units.get(layer.inputs[0]) as Int32Array).length,
      outputs: (map.units.get(layer.name) as Int32Array).length,
    };
    weights.set(
      layer.name,
      Object.fromEntries(
        Object.entries(own).map(([role, values]) => {
          if (role !== 'kernel') return [role, pick(values, outputs)];
          if (layer.kind !== 'depthwiseConv2d')
            return [role, sliced(values, sizes.inputs, sizes.outputs, inputs, outputs)];
          // [kh, kw, in, multiplier]: the last two axes together are the output channels.
          return [role, sliced(values, 1, sizes.outputs, Int32Array.of(0), outputs)];
        }),
      ),
    );
  }
  return { architecture: shrunkArchitecture(architecture, (layer) => (kept.get(layer) as Int32Array).length), weights: weights as Weights };
}
