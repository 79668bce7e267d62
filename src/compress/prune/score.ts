import { ArgumentError, check } from '../../base';
import type { ChannelGroup, GroupMember } from './channel-groups';
import type { PruningContext } from './context';
import type { PruningHeuristic } from './heuristics/heuristic';
import { l1 } from './heuristics/l1';
import { scoredMembers } from './scored-members';

function checkScores(scores: Float32Array, size: number, heuristic: PruningHeuristic, layer: string): void {
  check(
    scores.length === size,
    `heuristic '${heuristic.name}'`,
    `${scores.length} scores for layer '${layer}'`,
    `${size}`,
  );
  const bad = scores.findIndex((s) => !(s >= 0 && s < Infinity));
  check(bad < 0, `heuristic '${heuristic.name}'`, `${scores[bad]} for layer '${layer}'`, 'finite scores of at least 0');
}

/** Divides by the layer's Euclidean norm (Molchanov et al. 2017, section 2.2), so that layers can be compared. All equal: no information, undefined. */
function normalised(scores: Float32Array): Float64Array | undefined {
  const norm = Math.hypot(...scores);
  if (!(norm > 0) || (scores.length > 1 && scores.every((s) => s === scores[0]))) return undefined;
  return Float64Array.from(scores, (s) => s / norm);
}

/** A member's normalised scores by one heuristic: of output channels, or of the input channels that it reads. */
async function scoreMember(layer: string, side: 'outputs' | 'inputs', by: PruningHeuristic, context: PruningContext): Promise<Float64Array | undefined> {
  const { channels, inputs } = context.kernelOf(layer);
  const scores = await (side === 'outputs' ? by.score(layer, context) : by.scoreInputs?.(layer, context));
  if (!scores) return undefined;
  checkScores(scores, side === 'outputs' ? channels : inputs, by, layer);
  return normalised(scores);
}

/**
 * Importance of each unit of each group: the sum over its scored members (producers, depthwise convolutions and, where
 * the heuristic has scoreInputs, consumers) of their layers' normalised scores, over the number of members. Layers of which
 * the heuristic can say nothing (all channels equal) are left out, and where it can say nothing of a whole group, L1 decides.
 */
export async function scoreGroups(
  groups: readonly ChannelGroup[],
  heuristic: PruningHeuristic,
  context: PruningContext,
): Promise<Map<string, Float64Array>> {
  const scored = scoredMembers(context.network.architecture, groups);
  const result = new Map<string, Float64Array>();
  for (const group of groups) {
    const members = [
      ...(scored.get(group.name) as GroupMember[]).map((member) => ({ ...member, side: 'outputs' as const })),
      ...group.consumers.map((member) => ({ ...member, side: 'inputs' as const })),
    ];
    for (const by of [heuristic, l1]) {
      const total = new Float64Array(group.size);
      let informed = 0;
      for (const { layer, channels, side } of members) {
        const scores = await scoreMember(layer, side, by, context);
        if (!scores) continue;
        informed++;
        channels.forEach((own, unit) => own.forEach((channel) => (total[unit] += scores[channel])));
      }
      result.set(
        group.name,
        total.map((t) => t / Math.max(1, informed)),
      );
      if (informed > 0) break;
    }
  }
  return result;
}

/** Importance of every kernel element, by layer. @throws ArgumentError where the heuristic scores channels alone. */
export async function scoreElements(
  layers: readonly string[],
  heuristic: PruningHeuristic,
  context: PruningContext,
): Promise<Map<string, Float32Array>> {
  if (!heuristic.scoreWeights)
    throw new ArgumentError('heuristic', heuristic.name, 'one with scoreWeights, for element-wise pruning');
  const result = new Map<string, Float32Array>();
  for (const layer of layers) {
    const scores = await heuristic.scoreWeights(layer, context);
    checkScores(scores, context.kernelOf(layer).kernel.length, heuristic, layer);
    result.set(layer, scores);
  }
  return result;
}
