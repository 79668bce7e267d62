export type { PruningSchedule } from './schedule';
export { agp } from './agp';
export { oneShot } from './one-shot';
