export type * from './quantize/quantized-model';
