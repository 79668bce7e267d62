import type { Architecture } from '../../nn';
import { channelMap, type ChannelMap } from './channel-map';

/** The channels of one layer that each unit of a group holds. */
export interface GroupMember {
  /** Its name. */
  readonly layer: string;
  /** channels[unit]: channel indices, of the output for producers and carriers, of the input for consumers. */
  readonly channels: readonly (readonly number[])[];
}

/** Channels that can only be pruned together, in every layer they touch. */
export interface ChannelGroup {
  /** Name of the first producer. */
  readonly name: string;
  /** Units that can be removed one by one; at least one stays. */
  readonly size: number;
  /** Convolutions and dense layers that make the channels: heuristics score these. */
  readonly producers: readonly GroupMember[];
  /** Depthwise convolutions and batch norms that pass them on and lose the same channels. */
  readonly carriers: readonly GroupMember[];
  /** Convolutions and dense layers that read them. */
  readonly consumers: readonly GroupMember[];
  /** unitIds[unit] in the ChannelMap of the same architecture. */
  readonly unitIds: Int32Array;
}

type Role = 'producers' | 'carriers' | 'consumers';

type Visit = (role: Role, layer: string, units: Int32Array) => void;

/** Every place where a layer's weights hang on channels, in order. */
function visitPlaces(architecture: Architecture, { units }: ChannelMap, visit: Visit): void {
  for (const layer of architecture.layers) {
    const outputs = units.get(layer.name) as Int32Array;
    if (layer.kind === 'conv2d' || layer.kind === 'dense') {
      visit('consumers', layer.name, units.get(layer.inputs[0]) as Int32Array);
      visit('producers', layer.name, outputs);
    } else if (layer.kind === 'depthwiseConv2d' || layer.kind === 'batchNorm') {
      visit('carriers', layer.name, outputs);
    }
  }
}

/** What the shapes after pruning follow from: a group's name and units. */
export type UnitGroup = Pick<ChannelGroup, 'name' | 'size' | 'unitIds'>;

/** The groups without their members: quick enough to be asked for at every candidate of a search. */
export function unitGroups(architecture: Architecture, map: ChannelMap): UnitGroup[] {
  // Units that touch the same places, as often, form a group: each place that a unit touches leads it from the kind it
  // was, 0 at first, to another. Frozen units stay apart.
  const kindOf = new Int32Array(map.size);
  for (const unit of map.frozen) kindOf[unit] = -1;
  const firstProducer = new Int32Array(map.size).fill(-1);
  const producers: string[] = [];
  let kinds = 1;
  // Places with the same channels tell no more units apart than the first of them.
  const seen = new Set<Int32Array>();
  visitPlaces(architecture, map, (role, layer, units) => {
    if (seen.has(units)) return;
    seen.add(units);
    const producer = role === 'producers' ? producers.push(layer) - 1 : -1;
    const nextOf = new Map<number, number>();
    // Neighbours are of one kind nearly always.
    let [from, to] = [-1, -1];
    for (let channel = 0; channel < units.length; channel++) {
      const unit = units[channel];
      const kind = kindOf[unit];
      if (kind < 0) continue;
      if (kind !== from) {
        from = kind;
        to = nextOf.get(kind) ?? kinds++;
        nextOf.set(kind, to);
      }
      kindOf[unit] = to;
      if (firstProducer[unit] < 0) firstProducer[unit] = producer;
    }
  });
  const sizes = new Int32Array(kinds);
  const ordered: number[] = [];
  for (let unit = 0; unit < map.size; unit++) {
    const kind = kindOf[unit];
    if (kind > 0 && sizes[kind]++ === 0) ordered.push(kind);
  }
  const taken = new Map<string, number>();
  const ids = new Map(ordered.map((kind) => [kind, new Int32Array(sizes[kind])]));
  sizes.fill(0);
  for (let unit = 0; unit < map.size; unit++) {
    const kind = kindOf[unit];
    if (kind > 0) (ids.get(kind) as Int32Array)[sizes[kind]++] = unit;
  }
  return [...ids.values()].map((unitIds) => {
    const first = producers[firstProducer[unitIds[0]]];
    const count = (taken.get(first) ?? 0) + 1;
    taken.set(first, count);
    // One layer may feed two groups: the halves of its output go different ways.
    return { name: count === 1 ? first : `${first}#${count}`, size: unitIds.length, unitIds };
  });
}

/**
 * The groups of an architecture, in the order of their first producers. Units of one group touch the same layers
 * in the same numbers, so that any k of them leave the same shapes behind. Channels of the input and of the output
 * belong to none.
 */
export function channelGroups(architecture: Architecture, map: ChannelMap = channelMap(architecture)): ChannelGroup[] {
  const groups = unitGroups(architecture, map);
  const placeOf = new Map<number, { group: number; index: number }>();
  groups.forEach(({ unitIds }, group) => unitIds.forEach((unit, index) => placeOf.set(unit, { group, index })));
  const members = groups.map(() => ({
    producers: new Map<string, number[][]>(),
    carriers: new Map<string, number[][]>(),
    consumers: new Map<string, number[][]>(),
  }));
  visitPlaces(architecture, map, (role, layer, units) => {
    units.forEach((unit, channel) => {
      const at = placeOf.get(unit);
      if (!at) return;
      const own = members[at.group][role];
      let channels = own.get(layer);
      if (!channels) own.set(layer, (channels = Array.from(groups[at.group].unitIds, () => [])));
      channels[at.index].push(channel);
    });
  });
  return groups.map((group, i): ChannelGroup => {
    const gathered = (role: Role): GroupMember[] =>
      [...members[i][role]].map(([layer, channels]) => ({ layer, channels }));
    return {
      ...group,
      producers: gathered('producers'),
      carriers: gathered('carriers'),
      consumers: gathered('consumers'),
    };
  });
}
