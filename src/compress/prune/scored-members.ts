import { inferShapes, type Architecture, type Layer } from '../../nn';
import type { ChannelGroup, GroupMember } from './channel-groups';

const pointwise = new Set<Layer['kind']>(['activation', 'batchNorm', 'dropout']);

/** Layers whose channels do nothing but scale those of another: the ends of squeeze-and-excite branches. */
function gates(architecture: Architecture): Set<string> {
  const layers = new Map(architecture.layers.map((layer) => [layer.name, layer]));
  const readers = new Map<string, number>();
  for (const { inputs } of architecture.layers)
    for (const input of inputs) readers.set(input, (readers.get(input) ?? 0) + 1);
  const shapes = inferShapes(architecture);
  const positions = (name: string): number => {
    const [height, width] = shapes.get(name) ?? [1, 1];
    return height * width;
  };
  const result = new Set<string>();
  for (const { kind, inputs } of architecture.layers) {
    if (kind !== 'multiply') continue;
    const most = Math.max(...inputs.map(positions));
    for (const input of inputs.filter((name) => positions(name) < most)) {
      let at = layers.get(input) as Layer;
      while (pointwise.has(at.kind) && readers.get(at.name) === 1) at = layers.get(at.inputs[0]) as Layer;
      if (readers.get(at.name) === 1) result.add(at.name);
    }
  }
  return result;
}

/**
 * The members of each group that heuristics score, by group name: its producers and the depthwise convolutions that pass
 * its channels on. In an inverted residual block the batch norm behind the depthwise convolution divides out what the
 * layers before it say about scale, so that the depthwise filters have to be heard, too. A squeeze-and-excite gate is not:
 * its filters tell how much the scale of a channel varies, not how much the channel matters.
 */
export function scoredMembers(architecture: Architecture, groups: readonly ChannelGroup[]): Map<string, GroupMember[]> {
  const depthwise = new Set(architecture.layers.filter(({ kind }) => kind === 'depthwiseConv2d').map(({ name }) => name));
  const gateLayers = gates(architecture);
  return new Map(
    groups.map(({ name, producers, carriers }) => {
      const makers = producers.filter(({ layer }) => !gateLayers.has(layer));
      return [name, [...(makers.length > 0 ? makers : producers), ...carriers.filter(({ layer }) => depthwise.has(layer))]];
    }),
  );
}
