import type { Architecture } from '../../nn';
import { channelMap, type ChannelMap } from './channel-map';

/** The channels of one layer that each unit of a group holds. */
export interface GroupMember {
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
  readonly unitIds: readonly number[];
}

type Role = 'producers' | 'carriers' | 'consumers';

interface Draft {
  readonly signature: string[];
  readonly members: Record<Role, Map<string, number[]>>;
}

function draftUnits(architecture: Architecture, { units, frozen }: ChannelMap): Map<number, Draft> {
  const drafts = new Map<number, Draft>();
  const note = (role: Role, layer: string, channels: Int32Array): void => {
    channels.forEach((unit, channel) => {
      if (frozen.has(unit)) return;
      let draft = drafts.get(unit);
      if (!draft) drafts.set(unit, (draft = { signature: [], members: { producers: new Map(), carriers: new Map(), consumers: new Map() } }));
      const own = draft.members[role].get(layer);
      if (own) own.push(channel);
      else draft.members[role].set(layer, [channel]);
      draft.signature.push(role + layer);
    });
  };
  for (const layer of architecture.layers) {
    const outputs = units.get(layer.name) as Int32Array;
    if (layer.kind === 'conv2d' || layer.kind === 'dense') {
      note('consumers', layer.name, units.get(layer.inputs[0]) as Int32Array);
      note('producers', layer.name, outputs);
    } else if (layer.kind === 'depthwiseConv2d' || layer.kind === 'batchNorm') {
      note('carriers', layer.name, outputs);
    }
  }
  return drafts;
}

/**
 * The groups of an architecture, in the order of their first producers. Units of one group touch the same layers
 * in the same numbers, so that any k of them leave the same shapes behind. Channels of the input and of the output
 * belong to none.
 */
export function channelGroups(architecture: Architecture, map: ChannelMap = channelMap(architecture)): ChannelGroup[] {
  const bySignature = new Map<string, { unit: number; draft: Draft }[]>();
  for (const [unit, draft] of [...draftUnits(architecture, map)].sort(([a], [b]) => a - b)) {
    const key = draft.signature.join('\n');
    const alike = bySignature.get(key);
    if (alike) alike.push({ unit, draft });
    else bySignature.set(key, [{ unit, draft }]);
  }
  const taken = new Map<string, number>();
  return [...bySignature.values()].map((members): ChannelGroup => {
    const gather = (role: Role): GroupMember[] =>
      [...members[0].draft.members[role].keys()].map((layer) => ({
        layer,
        channels: members.map(({ draft }) => draft.members[role].get(layer) as number[]),
      }));
    const producers = gather('producers');
    const first = producers[0].layer;
    const count = (taken.get(first) ?? 0) + 1;
    taken.set(first, count);
    return {
      // One layer may feed two groups: the halves of its output go different ways.
      name: count === 1 ? first : `${first}#${count}`,
      size: members.length,
      producers,
      carriers: gather('carriers'),
      consumers: gather('consumers'),
      unitIds: members.map(({ unit }) => unit),
    };
  });
}
