import { ArgumentError, check } from '../../base';
import type { Architecture, Layer, Network, Shape, Weights } from '../../nn';
import { channelGroups, unitGroups, type UnitGroup } from './channel-groups';
import { channelMap, type ChannelMap } from './channel-map';
import { keptCounts, type Keep, type SparsityByGroup } from './keep';

/** Indices of the channels that stay, by layer, of its output. */
export function keptChannels(map: ChannelMap, groups: readonly UnitGroup[], keep: Keep): Map<string, Int32Array> {
  const removed = new Uint8Array(map.size);
  for (const [name, own] of keep) {
    const group = groups.find((g) => g.name === name);
    if (!group) throw new ArgumentError('keep', name, `names of groups: ${groups.map((g) => g.name).join(', ')}`);
    check(own.length === group.size, `keep '${name}'`, own.length, `${group.size} entries`);
    check(
      own.some((k) => k !== 0),
      `keep '${name}'`,
      'none',
      'at least one unit that stays',
    );
    group.unitIds.forEach((id, unit) => {
      if (own[unit] === 0) removed[id] = 1;
    });
  }
  // Layers that pass channels on share one array of units, and so one result.
  const found = new Map<Int32Array, Int32Array>();
  const stays = (units: Int32Array): Int32Array => {
    const before = found.get(units);
    if (before) return before;
    const channels = new Int32Array(units.length);
    let count = 0;
    for (let channel = 0; channel < units.length; channel++) if (removed[units[channel]] === 0) channels[count++] = channel;
    const result = channels.slice(0, count);
    found.set(units, result);
    return result;
  };
  return new Map([...map.units].map(([layer, units]) => [layer, stays(units)]));
}

function shrunkLayer(layer: Layer, kept: ReadonlyMap<string, Int32Array>): Layer {
  const channels = (kept.get(layer.name) as Int32Array).length;
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

function shrunkArchitecture(architecture: Architecture, kept: ReadonlyMap<string, Int32Array>): Architecture {
  return { name: architecture.name, layers: architecture.layers.map((layer) => shrunkLayer(layer, kept)) };
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
  const keep = new Map<string, Uint8Array>();
  for (const [name, count] of keepCounts) {
    const size = groups.find((group) => group.name === name)?.size ?? 0;
    keep.set(
      name,
      Uint8Array.from({ length: size }, (_, unit) => (unit < count ? 1 : 0)),
    );
  }
  return shrunkArchitecture(architecture, keptChannels(map, groups, keep));
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
  return { architecture: shrunkArchitecture(architecture, kept), weights: weights as Weights };
}
