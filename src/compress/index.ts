export * from './prune';
export * from './quantize';
export type { ChannelMap } from './prune/channel-map';
export type { UnitGroup } from './prune/channel-groups';
export type { GradientGraphs } from './prune/gradient-graphs';
export type { ActivationGradient } from './prune/gradients';
