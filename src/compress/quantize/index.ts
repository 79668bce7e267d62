export type * from './quantized-model';
export type { Range, Ranges } from './affine';
export { foldBatchNorm } from './fold-batch-norm';
export { prepareNetwork, preparedArchitecture } from './prepare';
export { calibrate, type CalibrateOptions } from './calibrate';
export { quantize, skeleton } from './quantize';
export * from './observers';
export { simulate } from './simulate';
