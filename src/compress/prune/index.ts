export { channelGroups, type ChannelGroup, type GroupMember } from './channel-groups';
export { keptCount, keptCounts, keepBest, keepBestGlobally, countsOf, type Keep, type SparsityByGroup } from './keep';
export { shrink, shrinkArchitecture } from './shrink';
export { mask, channelMasks, applyMasks, type WeightMasks } from './mask';
export * from './schedules';
