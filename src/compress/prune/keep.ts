import { ArgumentError, check } from '../../base';
import type { Architecture } from '../../nn';
import { channelGroups, type ChannelGroup, type UnitGroup } from './channel-groups';

/** Share of units to remove: one number for all groups, or one for each named group (0 for those left out). */
export type SparsityByGroup = number | Readonly<Record<string, number>>;

/** Which units of each group stay: 1 or 0, by group name. Groups left out stay whole. */
export type Keep = ReadonlyMap<string, Uint8Array>;

/** max(1, round((1 − sparsity) · size)); with `multipleOf`, the nearest multiple of it that fits, at least one. */
export function keptCount(size: number, sparsity: number, multipleOf = 1): number {
  check(sparsity >= 0 && sparsity < 1, 'sparsity', sparsity, 'a number of at least 0, below 1');
  check(Number.isInteger(multipleOf) && multipleOf >= 1, 'multipleOf', multipleOf, 'a positive integer');
  const target = Math.max(1, Math.round((1 - sparsity) * size));
  if (multipleOf === 1 || size <= multipleOf) return target;
  const rounded = Math.max(multipleOf, Math.round(target / multipleOf) * multipleOf);
  return rounded > size ? Math.min(size, target) : rounded;
}

/** The sparsity asked of each group. @throws ArgumentError for a name that is no group's. */
export function sparsityOf(groups: readonly { readonly name: string }[], sparsity: SparsityByGroup): Map<string, number> {
  if (typeof sparsity === 'number') return new Map(groups.map(({ name }) => [name, sparsity]));
  check(typeof sparsity === 'object' && sparsity !== null && !(sparsity instanceof Map), 'sparsity', sparsity, 'a share, or an object of shares by name');
  const names = new Set(groups.map(({ name }) => name));
  for (const name of Object.keys(sparsity)) {
    if (!names.has(name)) throw new ArgumentError('sparsity', name, `names of groups: ${[...names].join(', ')}`);
  }
  return new Map(groups.map(({ name }) => [name, sparsity[name] ?? 0]));
}

/** Units that each group keeps at a sparsity: known before training. */
export function keptCounts(
  architecture: Architecture,
  sparsity: SparsityByGroup,
  options: { multipleOf?: number; groups?: readonly UnitGroup[] } = {},
): Map<string, number> {
  const { multipleOf, groups = channelGroups(architecture) } = options;
  const asked = sparsityOf(groups, sparsity);
  return new Map(groups.map(({ name, size }) => [name, keptCount(size, asked.get(name) as number, multipleOf)]));
}

/** Indices of the k highest scores; of equals the earlier one stays. */
function highest(scores: ArrayLike<number>, k: number): number[] {
  return Array.from(scores, (_, i) => i)
    .sort((a, b) => scores[b] - scores[a] || a - b)
    .slice(0, k);
}

/** Keeps each group's best units. @param scores by group, one a unit: higher is more important. */
export function keepBest(
  groups: readonly ChannelGroup[],
  scores: ReadonlyMap<string, ArrayLike<number>>,
  counts: ReadonlyMap<string, number>,
): Map<string, Uint8Array> {
  return new Map(
    groups.map(({ name, size }) => {
      const keep = new Uint8Array(size);
      for (const unit of highest(scores.get(name) as ArrayLike<number>, counts.get(name) ?? size)) keep[unit] = 1;
      return [name, keep];
    }),
  );
}

/**
 * Keeps the best units of all groups together, round((1 − sparsity) · all), and at least one of each group.
 * Scores must be comparable between groups.
 */
export function keepBestGlobally(
  groups: readonly ChannelGroup[],
  scores: ReadonlyMap<string, ArrayLike<number>>,
  sparsity: number,
): Map<string, Uint8Array> {
  check(sparsity >= 0 && sparsity < 1, 'sparsity', sparsity, 'a number of at least 0, below 1');
  const keep = keepBest(groups, scores, new Map(groups.map(({ name }) => [name, 1])));
  const others = groups.flatMap(({ name, size }) =>
    Array.from({ length: size }, (_, unit) => ({
      name,
      unit,
      score: (scores.get(name) as ArrayLike<number>)[unit],
    })).filter(({ unit }) => keep.get(name)?.[unit] === 0),
  );
  const total = groups.reduce((sum, { size }) => sum + size, 0);
  const room = Math.max(0, Math.round((1 - sparsity) * total) - groups.length);
  others.sort((a, b) => b.score - a.score);
  for (const { name, unit } of others.slice(0, room)) (keep.get(name) as Uint8Array)[unit] = 1;
  return keep;
}

/** Units kept of each group. */
export function countsOf(keep: Keep): Map<string, number> {
  return new Map([...keep].map(([name, own]) => [name, own.reduce((sum, k) => sum + k, 0)]));
}
