export type * from './graph';
export { elements, macsOf } from './graph';
export { interpret, quantizeInput, dequantizeOutput, type InterpretOptions } from './interpret';
export { importTflite } from './tflite/import';
