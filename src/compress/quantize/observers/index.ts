export type { Observer, RangeTracker } from './observer';
export { minMax } from './min-max';
export { movingAverage } from './moving-average';
export { percentile } from './percentile';
export { mse } from './mse';
